"""What waits for a partner and is not for its eyes any more is dropped within seconds, also what is not due for hours.

Each endpoint remembers by a mark what its partner saw when its queue was last looked through. Where the mark is another
one today, whatever the reason (a grant that was revoked, has ended or begun, a partner that was deactivated), the queue
is looked through again. The lock of the endpoint orders this with the writing of deliveries (`spreading.py`).
"""

import logging
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.transactions import in_transaction

from models import partners
from models.access import visible
from models.outbox import OutboxEvent
from models.webhooks.delivery import WebhookDelivery
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.seeing import eyes, mark
from models.webhooks.settling import UNSEEN
from models.webhooks.states import WebhookDeliveryState, WebhookState

log = logging.getLogger(__name__)


async def withhold_unseen(now: datetime) -> int:
    """Look through the queues of partners who see otherwise than the last time. Returns how much was dropped."""
    sights = await partners.sights(now)
    theirs = WebhookEndpoint.exclude(state=WebhookState.REMOVED).filter(partner_id__isnull=False)
    dropped = 0
    for endpoint in await theirs.only("id", "partner_id", "sees"):
        seen = sights.get(endpoint.partner_id, ()) if endpoint.partner_id else ()
        if mark(seen) != endpoint.sees:
            dropped += await _look_through(endpoint.id, now)
    return dropped


async def _look_through(endpoint_id: UUID, now: datetime) -> int:
    async with in_transaction():
        endpoint = await WebhookEndpoint.locked(endpoint_id)
        partner_id = endpoint.partner_id
        assert partner_id is not None
        seen = (await partners.sights(now, partner_id)).get(partner_id, frozenset())
        in_sight = visible(OutboxEvent.all(), eyes(partner_id, seen))
        waiting = WebhookDelivery.filter(endpoint_id=endpoint_id, state=WebhookDeliveryState.PENDING, trial=False)
        gone = await waiting.exclude(event_id__in=Subquery(in_sight.values("id"))).update(
            state=WebhookDeliveryState.CANCELLED, last_error=UNSEEN, updated_at=now
        )
        endpoint.sees = mark(seen)
        await endpoint.save(update_fields=["sees"])
    if gone:
        log.info("%d deliveries were dropped: their partner may not see the events any more", gone)
    return gone
