"""Once more: enable an endpoint again, send a trial, replay one delivery or a stretch of the log."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer
from models.base import new_id
from models.errors import NotFound
from models.outbox import AuditEvent, OutboxEvent
from models.webhooks.delivery import WebhookDelivery
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.endpoint_row import may_keep
from models.webhooks.moments import at_once
from models.webhooks.refusals import NoTestTwice, RangeTooLong, RangeTwisted
from models.webhooks.spreading import deliveries
from models.webhooks.states import WebhookDeliveryState

D = WebhookDeliveryState
TRIAL = "webhook.test"
RANGE_MAX = 5000
ENDED = [D.DONE, D.FAILED, D.CANCELLED]


async def enable(id: UUID, *, by: Viewer, now: datetime) -> WebhookEndpoint:
    """Go on sending, from where it stopped: what waited is due now, with all its tries before it."""
    async with in_transaction():
        endpoint = await WebhookEndpoint.locked(id)
        endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
        endpoint.disabled_for = None
        await endpoint.follow("enable", by=by, now=now)
        due = await at_once()
        await WebhookDelivery.filter(endpoint_id=id, state=D.PENDING).update(due_at=due, tries=0)
    return endpoint


async def send_trial(id: UUID, *, by: Viewer, now: datetime) -> WebhookDelivery:
    """Send an event of the type `webhook.test`, once, also while the endpoint is paused or disabled."""
    async with in_transaction():
        endpoint = await WebhookEndpoint.standing(id)
        may_keep(by, endpoint.partner_id)
        if await WebhookDelivery.filter(endpoint_id=id, trial=True, state__in=[D.PENDING, D.CLAIMED]).exists():
            raise NoTestTwice()
        event_id, due_at = new_id(), await at_once()
        # A subject of its own: a trial waits for nothing, and nothing waits for it.
        trial = await WebhookDelivery.create(
            endpoint_id=id, partner_id=endpoint.partner_id, event_id=event_id, type=TRIAL, subject_id=event_id,
            trial=True, due_at=due_at,
        )  # fmt: skip
        await AuditEvent.record(endpoint, "test", by=by, now=now, after=endpoint.state.value)
    return trial


async def replay(delivery_id: UUID, *, by: Viewer, now: datetime) -> WebhookDelivery:
    """Send one delivery again, under the same id."""
    async with in_transaction():
        known = await WebhookDelivery.filter(id=delivery_id).first()
        if known is None:
            raise NotFound("id")
        await WebhookEndpoint.standing(known.endpoint_id)  # its lock comes first, as everywhere
        delivery = await WebhookDelivery.locked(delivery_id)
        delivery.due_at, delivery.tries = await at_once(), 0
        await delivery.follow("replay", by=by, now=now)
    return delivery


async def replay_range(id: UUID, first: int, last: int, *, by: Viewer, now: datetime) -> int:
    """Send again whatever it may see of the events from one number to another, both included. Returns how many.

    What already waits is left as it is. Beyond the endpoint's cursor there is nothing to repeat.
    """
    if last < first:
        raise RangeTwisted("last")
    if last - first >= RANGE_MAX:
        raise RangeTooLong("last")
    async with in_transaction():
        endpoint = await WebhookEndpoint.standing(id)
        may_keep(by, endpoint.partner_id)
        events = await OutboxEvent.filter(seq__gte=first, seq__lte=min(last, endpoint.cursor)).order_by("seq")
        due = await at_once()
        wanted = await deliveries(endpoint, events, now, due)
        known = {row.event_id: row for row in await _known(endpoint.id, first, last)}
        fresh = [row for row in wanted if row.event_id not in known]
        seen = {row.event_id for row in wanted}
        again = [row.id for row in known.values() if row.state in ENDED and row.event_id in seen]
        await WebhookDelivery.bulk_create(fresh, batch_size=500)
        await WebhookDelivery.filter(id__in=again).update(state=D.PENDING, due_at=due, tries=0, last_error="")
        note = f"{first} to {last}"
        await AuditEvent.record(endpoint, "replay", by=by, now=now, after=endpoint.state.value, note=note)
    return len(fresh) + len(again)


async def _known(endpoint_id: UUID, first: int, last: int) -> list[WebhookDelivery]:
    rows = WebhookDelivery.filter(endpoint_id=endpoint_id, seq__gte=first, seq__lte=last)
    return list(await rows.only("id", "event_id", "state"))
