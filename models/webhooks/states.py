"""The tables of webhooks: an endpoint, and one delivery of one event to it."""

from enum import StrEnum

from models.machine import Edge, Table, edges
from models.roles import Role


class WebhookState(StrEnum):
    ENABLED = "enabled"
    PAUSED = "paused"
    """By people: nothing is sent, and whatever happens meanwhile is sent once it goes on."""
    DISABLED = "disabled"
    """By us, because nobody answered for three days or the address said that it is gone."""
    REMOVED = "removed"


class WebhookFault(StrEnum):
    """Why we disabled an endpoint."""

    FAILING = "failing"
    """No answer, or none that says yes, for three days."""
    GONE = "gone"
    """The address answered 410."""


class WebhookDeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    """Given up after the last attempt; people may replay it."""
    CANCELLED = "cancelled"
    """Not theirs to see any more when its turn came."""


W, D = WebhookState, WebhookDeliveryState
KEEPERS = frozenset({Role.PARTNER, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
"""Whoever belongs to the partner whose it is, or holds its key; and managers, of every webhook."""
WORKER = frozenset({Role.SYSTEM})

ENDPOINT = Table(
    Edge(W.ENABLED, "pause", W.PAUSED, KEEPERS | WORKER),
    *edges([W.PAUSED, W.DISABLED], "enable", W.ENABLED, KEEPERS),
    Edge(W.ENABLED, "disable", W.DISABLED, WORKER),
    *edges([W.ENABLED, W.PAUSED, W.DISABLED], "remove", W.REMOVED, KEEPERS),
)

DELIVERY = Table(
    Edge(D.PENDING, "claim", D.CLAIMED, WORKER),
    Edge(D.CLAIMED, "reclaim", D.CLAIMED, WORKER),
    Edge(D.CLAIMED, "finish", D.DONE, WORKER),
    Edge(D.CLAIMED, "postpone", D.PENDING, WORKER),
    Edge(D.CLAIMED, "give_up", D.FAILED, WORKER),
    *edges([D.PENDING, D.CLAIMED], "withhold", D.CANCELLED, WORKER),
    *edges([D.DONE, D.FAILED, D.CANCELLED], "replay", D.PENDING, KEEPERS),
)
