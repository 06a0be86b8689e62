"""Events become deliveries, endpoint by endpoint, in the order of the log: each endpoint has a cursor of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models.outbox import OutboxEvent, Pen
from models.webhooks.delivery import WebhookDelivery
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.moments import at_once
from models.webhooks.seeing import seen, wants
from models.webhooks.states import WebhookState

BATCH = 200  # events per transaction and endpoint: some 10 ms, for which on SQLite everybody waits


async def spread(now: datetime) -> bool:
    """Write the deliveries of numbered events for every endpoint that is behind. True when there may be more."""
    pen = await Pen.filter(name="events").first()
    if pen is None:
        return False
    behind = WebhookEndpoint.filter(state=WebhookState.ENABLED, cursor__lt=pen.last_seq).order_by("cursor")
    more = [await _advance(UUID(str(id)), now) for id in await behind.values_list("id", flat=True)]
    return any(more)


async def _advance(endpoint_id: UUID, now: datetime) -> bool:
    """One batch for one endpoint: deliveries and cursor move together, so nothing is left out or written twice."""
    async with in_transaction():
        endpoint = await WebhookEndpoint.filter(id=endpoint_id, state=WebhookState.ENABLED).select_for_update().first()
        if endpoint is None:
            return False
        events = await OutboxEvent.filter(seq__gt=endpoint.cursor).order_by("seq").limit(BATCH)
        if not events:
            return False
        # Numbers have no gaps, so a first one that is not the next says how many the log has let go.
        endpoint.gap += _number(events[0]) - endpoint.cursor - 1
        endpoint.cursor = _number(events[-1])
        fresh = await deliveries(endpoint, events, now, await at_once())
        await WebhookDelivery.bulk_create(fresh, ignore_conflicts=True)
        await endpoint.save(update_fields=["cursor", "gap", "updated_at"])
    return len(events) == BATCH


async def deliveries(
    endpoint: WebhookEndpoint, events: Sequence[OutboxEvent], now: datetime, due_at: datetime
) -> list[WebhookDelivery]:
    """The rows for those events that the endpoint wants and may see."""
    wanted = [event for event in events if wants(endpoint, event.type)]
    allowed = await seen(endpoint, [event.id for event in wanted], now)
    return [
        WebhookDelivery(
            endpoint_id=endpoint.id,
            partner_id=endpoint.partner_id,
            event_id=event.id,
            seq=event.seq,
            type=event.type,
            subject_id=event.subject_id,
            due_at=due_at,
        )
        for event in wanted
        if event.id in allowed
    ]


def _number(event: OutboxEvent) -> int:
    number: Any = event.seq
    return int(number)
