"""Where a notification is, and where its mail is: the two tables."""

from enum import StrEnum

from models.machine import Edge, Table, edges
from models.roles import STAFF, Role

WORKER = frozenset({Role.SYSTEM})
US = WORKER | {Role.PARTICIPANT}


class Way(StrEnum):
    """How a person wants to hear of a kind. In the app everything is shown, whatever the way."""

    NOW = "now"
    DIGEST = "digest"
    NONE = "none"


class NotificationState(StrEnum):
    """What is still to be done about a notification; whether it was read is a column of its own."""

    PLANNED = "planned"
    """A reminder whose moment has not come; nobody sees it yet."""
    ARRIVED = "arrived"
    """To be seen in the app; how to mail it is not decided, or has to wait for the morning."""
    DIGEST = "digest"
    """Waits for the person's next digest."""
    MAILED = "mailed"
    """Stands in a mail, whose row knows whether it went out."""
    QUIET = "quiet"
    """No mail: not wanted, not deliverable, or read before its turn came."""
    CANCELLED = "cancelled"
    """Its cause was gone before anybody was reminded."""


class MailState(StrEnum):
    """Where a mail is. `sending` is committed before the relay hears of it."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


N = NotificationState
M = MailState

NOTIFICATION = Table(
    Edge(N.PLANNED, "move", N.PLANNED, US),
    Edge(N.PLANNED, "arrive", N.ARRIVED, WORKER),
    *edges([N.PLANNED, N.ARRIVED, N.DIGEST, N.MAILED], "cancel", N.CANCELLED, US),
    *edges([N.ARRIVED, N.DIGEST], "mail", N.MAILED, WORKER),
    *edges([N.ARRIVED, N.DIGEST], "collect", N.DIGEST, WORKER),
    *edges([N.ARRIVED, N.DIGEST], "hush", N.QUIET, WORKER),
    Edge(N.CANCELLED, "plan_again", N.PLANNED, US),
)

MAIL = Table(
    Edge(M.WAITING, "claim", M.CLAIMED, WORKER),
    Edge(M.CLAIMED, "reclaim", M.CLAIMED, WORKER),  # nothing was begun: a lapsed lease is taken over
    Edge(M.CLAIMED, "begin", M.SENDING, WORKER),
    *edges([M.WAITING, M.CLAIMED], "cancel", M.CANCELLED, WORKER),  # nothing left to say, or nobody to say it to
    Edge(M.CLAIMED, "wait", M.WAITING, WORKER),  # the night has begun meanwhile
    Edge(M.CLAIMED, "give_up", M.FAILED, WORKER),
    Edge(M.SENDING, "postpone", M.WAITING, WORKER),  # surely not accepted
    Edge(M.SENDING, "deliver", M.SENT, WORKER),
    Edge(M.SENDING, "give_up", M.FAILED, WORKER),
    Edge(M.SENDING, "doubt", M.UNKNOWN, WORKER),
    *edges([M.WAITING, M.CLAIMED, M.SENDING], "hold", M.UNKNOWN, WORKER),  # in a restored copy of the database
    Edge(M.UNKNOWN, "deliver", M.SENT, STAFF),  # the relay's log says so
    Edge(M.UNKNOWN, "send_again", M.WAITING, STAFF | WORKER),  # under the same Message-ID
    Edge(M.UNKNOWN, "let_go", M.FAILED, STAFF | WORKER),
)
