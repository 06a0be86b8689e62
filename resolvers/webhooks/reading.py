"""Webhooks and the log of their deliveries: what is asked."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.webhooks import WebhookDeliveryState, WebhookState
from schema.binding import reads
from schema.context import Info
from schema.paging import Connection, Page
from schema.webhooks import Webhook, WebhookDelivery


@strawberry.type
class WebhookQuery:
    @reads(Connection[Webhook])
    def webhooks(self, info: Info) -> Page[models.WebhookEndpoint]:
        """Addresses that hear of events, newest first."""
        rows = models.WebhookEndpoint.exclude(state=WebhookState.REMOVED)
        return Page(visible(rows, info.context.viewer), order=("-created_at", "-id"))

    @reads(Webhook | None)
    def webhook(self, info: Info, id: UUID) -> QuerySet[models.WebhookEndpoint]:
        """One of them; also one that was removed, for its log."""
        return visible(models.WebhookEndpoint.filter(id=id), info.context.viewer)

    @reads(Connection[WebhookDelivery])
    def webhook_deliveries(
        self, info: Info, webhook_id: UUID, states: list[WebhookDeliveryState] | None = None
    ) -> Page[models.WebhookDelivery]:
        """What was sent to a webhook and what waits, newest first."""
        rows = models.WebhookDelivery.filter(endpoint_id=webhook_id)
        if states:
            rows = rows.filter(state__in=states)
        return Page(visible(rows, info.context.viewer), order=("-created_at", "-id"))
