"""Which events an endpoint gets: what it asked for, of what it may see. Asked when a delivery is made, and again when
it is sent, so that what was taken back in between does not leave.

The rule itself is that of every other reader of the event log, in `models/access.py`.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from models import partners
from models.access import ANONYMOUS, Viewer, visible
from models.outbox import OutboxEvent
from models.roles import KeyScope
from models.sights import Sight
from models.topics import lies_under
from models.webhooks.endpoint import WebhookEndpoint

THROUGH = frozenset({KeyScope.EVENTS_READ})


def eyes(partner_id: UUID | None, sights: frozenset[Sight]) -> Viewer:
    """With whose eyes an endpoint looks: as a key of its partner would; one of the community's own, as a stranger."""
    return ANONYMOUS if partner_id is None else Viewer(partner_id=partner_id, scopes=THROUGH, sights=sights)


async def eyes_of(endpoint: WebhookEndpoint, now: datetime) -> Viewer:
    """The same, with the grants that count at this moment."""
    if endpoint.partner_id is None:
        return ANONYMOUS
    found = await partners.sights(now, endpoint.partner_id)
    return eyes(endpoint.partner_id, found.get(endpoint.partner_id, frozenset()))


async def seen(endpoint: WebhookEndpoint, event_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Which of these events are any business of the endpoint's owner."""
    if not event_ids:
        return set()
    rows = visible(OutboxEvent.filter(id__in=list(event_ids)), await eyes_of(endpoint, now))
    return set(await rows.values_list("id", flat=True))  # type: ignore[arg-type]


def wants(endpoint: WebhookEndpoint, type: str) -> bool:
    """Whether a type lies under one of the endpoint's topics; none at all: everything that it may see."""
    topics: list[str] = endpoint.topics
    return not topics or lies_under(type, topics)


def mark(sights: Iterable[Sight]) -> str:
    """The same for the same sights: by it an endpoint knows that its partner sees otherwise now."""
    return hashlib.sha256(repr(sorted(sights)).encode()).hexdigest()
