"""The vocabulary of Sprechstunden."""

from enum import StrEnum


class HourMode(StrEnum):
    """How people come to the host."""

    SLOTS = "slots"
    """Each books a time of their own."""
    QUEUE = "queue"
    """Whoever comes waits for their turn, in a fair order."""
    PLENARY = "plenary"
    """All listen and ask together."""


class HourBanner(StrEnum):
    """What everybody should know about a session right now."""

    RUNNING_LATE = "running_late"
    """The host has said that it begins later."""
    HOST_MISSING = "host_missing"
    """It should have begun, and nobody has opened it. Managers know."""


class SessionState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    """A host is there."""
    RUNNING = "running"
    CLOSED = "closed"
    SUMMARISED = "summarised"
    """Closed, and its notes are published."""
    CANCELLED = "cancelled"


AHEAD = (SessionState.PLANNED, SessionState.OPEN, SessionState.RUNNING)
"""What is still to come or under way."""
