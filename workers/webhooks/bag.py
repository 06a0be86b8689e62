"""What is taken along for the deliveries of one endpoint, read together just before they leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from models.outbox import Claim, OutboxEvent
from models.webhooks import WebhookDelivery, WebhookEndpoint
from models.webhooks.seeing import seen
from workers.webhooks.letter import Letter, written


class Gone(Exception):
    """The event has left the log."""


class Unseen(Exception):
    """The endpoint's owner may not see the event, or nothing at all, any more."""


@dataclass(frozen=True)
class Bag:
    """An endpoint, what is claimed of its deliveries, and the events that they are about."""

    endpoint: WebhookEndpoint
    silenced: bool
    """Its partner is deactivated: not even a trial leaves."""
    deliveries: Mapping[UUID, WebhookDelivery]
    events: Mapping[UUID, OutboxEvent]
    seen: set[UUID]
    """Ids of the events that its owner may see."""

    @classmethod
    async def packed(cls, endpoint_id: UUID, claims: Sequence[Claim], now: datetime) -> Self:
        endpoint = await WebhookEndpoint.filter(id=endpoint_id).prefetch_related("partner").get()
        deliveries = await WebhookDelivery.filter(id__in=[each.id for each in claims])
        events = {row.id: row for row in await OutboxEvent.filter(id__in=[row.event_id for row in deliveries])}
        silenced = endpoint.partner is not None and endpoint.partner.inactive_since is not None
        return cls(
            endpoint, silenced, {row.id: row for row in deliveries}, events, await seen(endpoint, events.keys(), now)
        )

    def letter(self, delivery: WebhookDelivery, now: datetime) -> Letter:
        """The request for one of them. Raises `Gone` and `Unseen`."""
        event = self.events.get(delivery.event_id)
        if self.silenced:
            raise Unseen()
        if not delivery.trial and event is None:
            raise Gone()
        if event is not None and event.id not in self.seen:
            raise Unseen()
        return written(self.endpoint, delivery, event, now)
