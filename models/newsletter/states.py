"""The one transition table of issues (domain.md, 7.2 and 7.4; newsletter.md, 1.2), with its guards and effects.

Guards and effects take the row without importing its class: the table stands below the class that uses it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models import sql
from models.errors import Refusal
from models.machine import Actor, Edge, Table, edges
from models.newsletter import deliveries
from models.newsletter.refusals import LintFindings, NotDueYet, NothingInIt, NotProofed, SecondPerson, TooLate
from models.roles import STAFF, Role, Visibility


class IssueState(StrEnum):
    COLLECTING = "collecting"
    COMPOSED = "composed"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


S = IssueState
LATE = timedelta(hours=12)
"""Later than this an approved issue is not sent without a fresh look (C11.2)."""

EDITORS = frozenset({Role.EDITOR})
COMPOSERS = frozenset({Role.EDITOR, Role.COMMUNITY_MANAGER})
US = frozenset({Role.SYSTEM})
PUBLIC = Visibility.PUBLIC
AT_WORK = (S.SENDING, S.PAUSED, S.SENT)
"""What stands in these issues has reached readers, or is about to: it is not told a second time."""


async def ready_for_approval(issue: Any, by: Actor, now: datetime) -> Refusal | None:
    """Four eyes, and a proof of this very revision without findings."""
    if by.person_id is not None and by.person_id in (issue.composed_by_id, issue.last_editor_id):
        return SecondPerson()
    proof = await issue.proofs.filter(revision=issue.revision).first()
    if proof is None:
        return NotProofed()
    if not proof.filled:
        return NothingInIt()
    return LintFindings() if proof.errors else None


async def due(issue: Any, by: Actor, now: datetime) -> Refusal | None:
    if issue.scheduled_at is None or issue.scheduled_at > now:
        return NotDueYet()
    return TooLate() if now - issue.scheduled_at > LATE else None


async def late(issue: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if issue.scheduled_at and now - issue.scheduled_at > LATE else NotDueYet()


async def forget_copies(issue: Any, by: Actor, now: datetime) -> None:
    """The approval is void: nobody has been written to yet, and the audience will be asked for again."""
    await sql.changed("DELETE FROM delivery WHERE issue_id = $1", issue.id)


async def let_go(issue: Any, by: Actor, now: datetime) -> None:
    """Cancelled is final: copies that wait are not sent; one that is on the wire ends as it ends."""
    await deliveries.skip_queued(issue.id)


async def sent_to_readers(issue: Any, by: Actor, now: datetime) -> None:
    """Remember it with every reader: consent that was not used for two years must be renewed (section 3)."""
    issue.sent_at = issue.sent_at or now
    await issue.save()
    await sql.changed(
        "UPDATE subscription SET last_sent_at = $1 WHERE id IN"
        " (SELECT subscription_id FROM delivery WHERE issue_id = $2 AND state = 'sent'"
        " AND subscription_id IS NOT NULL)",
        now,
        issue.id,
    )


transitions = Table(
    Edge(S.COLLECTING, "compose", S.COMPOSED, COMPOSERS | US),
    Edge(S.COMPOSED, "compose", S.COMPOSED, COMPOSERS | US),
    Edge(S.IN_REVIEW, "compose", S.IN_REVIEW, COMPOSERS | US),
    Edge(S.COMPOSED, "review", S.IN_REVIEW, COMPOSERS | US),
    *edges([S.COLLECTING, S.COMPOSED], "skip", S.SKIPPED, EDITORS | US),
    Edge(S.SKIPPED, "reopen", S.IN_REVIEW, EDITORS),
    Edge(S.COLLECTING, "edit", S.COLLECTING, COMPOSERS),
    *edges([S.COMPOSED, S.IN_REVIEW], "edit", S.IN_REVIEW, COMPOSERS),
    *edges([S.APPROVED, S.SCHEDULED], "edit", S.IN_REVIEW, COMPOSERS, effects=[forget_copies]),
    Edge(S.IN_REVIEW, "approve", S.APPROVED, EDITORS, ready_for_approval),
    *edges([S.APPROVED, S.SCHEDULED], "schedule", S.SCHEDULED, EDITORS),
    Edge(S.SCHEDULED, "unschedule", S.APPROVED, EDITORS | US),
    Edge(S.SCHEDULED, "start", S.SENDING, US, due),
    Edge(S.SCHEDULED, "withdraw", S.IN_REVIEW, US, None, (forget_copies,)),
    Edge(S.SCHEDULED, "lapse", S.IN_REVIEW, US, late, (forget_copies,)),
    Edge(S.SENDING, "pause", S.PAUSED, COMPOSERS | US),
    Edge(S.PAUSED, "resume", S.SENDING, EDITORS),
    Edge(S.SENDING, "finish", S.SENT, US, None, (sent_to_readers,), PUBLIC),
    *edges(
        [S.COLLECTING, S.COMPOSED, S.IN_REVIEW, S.APPROVED, S.SCHEDULED, S.SENDING, S.PAUSED],
        "cancel",
        S.CANCELLED,
        EDITORS,
        effects=[let_go],
    ),
    Edge(S.SENT, "send_rest", S.SENDING, STAFF),  # an editor wants a copy sent of which nobody knew
    Edge(S.SENT, "correct", S.SENT, EDITORS, visible_to=PUBLIC),
)
