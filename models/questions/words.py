"""The vocabulary of open questions, and how long an answer may take."""

from datetime import timedelta
from enum import StrEnum


class QuestionState(StrEnum):
    NEW = "new"
    """Asked, and seen by nobody but the asker and staff."""
    TRIAGED = "triaged"
    """A community manager has said what it is about, or looks at it again."""
    QUEUED = "queued"
    """Waits for somebody who knows."""
    CLAIMED = "claimed"
    """Somebody is at it, for a day at most."""
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    """The asker says that this was it."""
    NEEDS_INFO = "needs_info"
    """Waits for the asker."""
    DUPLICATE = "duplicate"
    """Asked before: `canonical` is where it is answered."""
    PARKED = "parked"
    """Set aside until something else has happened."""
    CLOSED = "closed"


class QuestionKind(StrEnum):
    """Who can answer it."""

    TECHNICAL = "technical"
    """About our tools, accounts and pages."""
    CONTENT = "content"
    """About the work of teams."""


class Priority(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


ANSWER_WITHIN = {Priority.NORMAL: timedelta(hours=48), Priority.URGENT: timedelta(hours=8)}
"""Two days are the patience of a team between two meetings; a working day, where something stands still."""

CLAIM_HOLDS = timedelta(hours=24)
"""After that others may have it (C2.2, E61)."""

BEFORE_AN_ANSWER = (
    QuestionState.NEW,
    QuestionState.TRIAGED,
    QuestionState.QUEUED,
    QuestionState.CLAIMED,
    QuestionState.NEEDS_INFO,
)
NOT_FINAL = (*BEFORE_AN_ANSWER, QuestionState.ANSWERED, QuestionState.PARKED)
SHOWN = (
    QuestionState.QUEUED,
    QuestionState.CLAIMED,
    QuestionState.ANSWERED,
    QuestionState.ACCEPTED,
    QuestionState.DUPLICATE,
)
"""What members read; `models/access.py` says the same."""
