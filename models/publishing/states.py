"""The one transition table of channel posts (domain.md, C10 and 7.4; channels.md, section 5)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.errors import Refusal
from models.machine import Actor, Edge, Table, edges
from models.publishing.refusals import NotPublishable, OwnWording, StoryNotApproved
from models.roles import Role, Visibility


class PostState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED_RETRYABLE = "failed_retryable"
    FAILED_PERMANENT = "failed_permanent"
    UNKNOWN = "unknown"
    NEEDS_HUMAN = "needs_human"
    RECONCILED = "reconciled"
    CANCELLED = "cancelled"
    RETRACTING = "retracting"
    RETRACT_FAILED = "retract_failed"
    DELETED = "deleted"


P = PostState
ON_THE_WAY = (P.QUEUED, P.SENDING, P.FAILED_RETRYABLE, P.UNKNOWN, P.NEEDS_HUMAN)
PUBLIC = (P.SENT, P.RECONCILED)
ENDED = (P.CANCELLED, P.DELETED, P.FAILED_PERMANENT)

US = frozenset({Role.SYSTEM})
EDITORS = frozenset({Role.EDITOR})
STAFF = frozenset({Role.EDITOR, Role.COMMUNITY_MANAGER})


async def ready(post: Any, by: Actor, now: datetime) -> Refusal | None:
    """The check found no error, the story is approved, and nobody approves their own wording."""
    if any(finding["level"] == "error" for finding in post.findings):
        return NotPublishable()
    if post.wording and post.worded_by_id == by.person_id:
        return OwnWording()
    story = await post.story
    return None if story.state in ("approved", "scheduled", "published", "corrected") else StoryNotApproved()


transitions = Table(
    *edges([P.DRAFT, P.APPROVED], "plan", P.DRAFT, STAFF),
    Edge(P.DRAFT, "approve", P.APPROVED, EDITORS, ready),
    Edge(P.APPROVED, "queue", P.QUEUED, US),
    Edge(P.QUEUED, "send", P.SENDING, US),
    Edge(P.SENDING, "go_on", P.QUEUED, US),
    Edge(P.SENDING, "succeed", P.SENT, US, visible_to=Visibility.PUBLIC),
    *edges([P.QUEUED, P.SENDING], "hold", P.FAILED_RETRYABLE, US),
    *edges([P.QUEUED, P.SENDING], "fail", P.FAILED_PERMANENT, US),
    Edge(P.SENDING, "lose", P.UNKNOWN, US),
    Edge(P.FAILED_RETRYABLE, "queue", P.QUEUED, US),
    Edge(P.UNKNOWN, "find", P.RECONCILED, US, visible_to=Visibility.PUBLIC),
    Edge(P.UNKNOWN, "find_part", P.QUEUED, US),
    Edge(P.UNKNOWN, "queue", P.QUEUED, US),
    Edge(P.UNKNOWN, "ask", P.NEEDS_HUMAN, US),
    *edges([P.UNKNOWN, P.NEEDS_HUMAN], "confirm", P.RECONCILED, STAFF, visible_to=Visibility.PUBLIC),
    *edges([P.NEEDS_HUMAN, P.FAILED_PERMANENT, P.FAILED_RETRYABLE], "retry", P.QUEUED, STAFF),
    *edges([P.DRAFT, P.APPROVED, P.QUEUED, P.FAILED_RETRYABLE, P.FAILED_PERMANENT], "cancel", P.CANCELLED, STAFF | US),
    *edges([P.UNKNOWN, P.NEEDS_HUMAN], "give_up", P.CANCELLED, STAFF | US),
    *edges([P.SENT, P.RECONCILED, P.RETRACT_FAILED], "retract", P.RETRACTING, EDITORS | US),
    Edge(P.RETRACTING, "delete", P.DELETED, US, visible_to=Visibility.PUBLIC),
    Edge(P.RETRACTING, "fail", P.RETRACT_FAILED, US),
    Edge(P.RETRACT_FAILED, "confirm_gone", P.DELETED, STAFF, visible_to=Visibility.PUBLIC),
)
