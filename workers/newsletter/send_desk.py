"""What sending asks of the newsletter's rows, and what it tells them; the only module of it that knows those."""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import models
from models import vault
from models.access import SYSTEM
from models.errors import WrongState
from models.newsletter import deliveries
from models.newsletter.states import IssueState
from models.site import Site
from workers.mail.message import one_line
from workers.newsletter.send_press import Reader, Readers
from workers.newsletter.view import IssueView

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Frozen:
    """An approved issue: what it says, how its variants were proofed, and since when it is being sent."""

    view: IssueView
    approved: Mapping[str, str]
    since: datetime


async def frozen(issue_id: UUID) -> Frozen:
    """What was looked at is what is sent: the frozen copy, with the hashes of its proof."""
    issue = await models.NewsletterIssue.get(id=issue_id)
    proof = await issue.proofs.filter(revision=issue.approved_revision).first()
    return Frozen(
        view=IssueView.read(issue.frozen),
        approved=proof.variants if proof else {},
        since=issue.sending_since or issue.updated_at,
    )


def readers(site: Site, now: Callable[[], datetime]) -> Readers:
    """Unseals the addresses of a batch and makes the links of each reader."""

    async def found(ids: Sequence[UUID]) -> Mapping[UUID, Reader]:
        rows = await models.Subscription.filter(id__in=list(ids))
        moment = now()
        return {row.id: reader for row in rows if (reader := _reader(row, site, moment))}

    return found


def _reader(row: models.Subscription, site: Site, moment: datetime) -> Reader | None:
    """None when the address cannot be unsealed: one broken row must not hold up everybody else's copy."""
    try:
        return Reader(row.email, site.url(row.unsubscribe_path), site.url(row.preferences_path(moment)))
    except vault.Unreadable:
        log.error("The address of subscription %s cannot be unsealed", row.id)
        return None


async def pause(issue_id: UUID, reason: str, now: datetime) -> None:
    """The breaker stops an issue; a person looks at it and resumes. Somebody else may have been quicker."""
    with contextlib.suppress(WrongState):
        await models.NewsletterIssue.pause(issue_id, reason=one_line(reason, 300), by=SYSTEM, now=now)


async def finish(issue_id: UUID, now: datetime) -> None:
    """Every copy has come to an end. Of several workers that see it one is the first."""
    with contextlib.suppress(WrongState):
        await models.NewsletterIssue.finish(issue_id, now=now)


async def after_a_stop(issue_id: UUID) -> None:
    """A cancelled issue keeps no waiting copies, also not those that a dead sender has left behind."""
    issue = await models.NewsletterIssue.get(id=issue_id)
    if issue.state is IssueState.CANCELLED:
        await deliveries.skip_queued(issue_id)


async def no_mailbox(now: Callable[[], datetime], subscription_id: UUID, reply: str) -> None:
    """The relay says that there is no such mailbox: no further mail to this person."""
    await models.Subscription.bounced(subscription_id, now=now(), reply=reply)
