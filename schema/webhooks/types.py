"""Webhooks: where partners hear of events, and what became of each delivery. Their members see them, and managers."""

from datetime import datetime
from uuid import UUID

from strawberry.scalars import JSON
from tortoise.functions import Count

import models
from models.webhooks import WebhookDeliveryState, WebhookFault, WebhookState
from schema.batched import batched
from schema.binding import bound, relation
from schema.context import Context
from schema.derived import derived
from schema.partners import Partner
from schema.scalars import EventCursor, Url


@bound(models.WebhookEndpoint)
class Webhook:
    """An address that hears of events, by the Standard Webhooks specification. Its secret is shown once."""

    id: UUID
    version: int
    url: Url
    description: str
    """What it is for."""
    topics: list[str]
    """Beginnings of event types, such as `story.`; none: everything that it may see."""
    state: WebhookState
    disabled_for: WebhookFault | None
    """Why we disabled it."""
    partner: Partner | None = relation("partner", scoped=True)
    """Whose it is."""
    created_at: datetime
    failures: int
    """Failures in a row. From the fourth on single requests look whether it is there again."""
    failing_since: datetime | None
    rest_until: datetime | None
    """Until then nothing is sent: it failed too often, or asked for it."""

    @derived("older_until")
    def rotating_until(older_until: datetime | None) -> datetime | None:
        """Until when the former secret signs along."""
        return older_until

    @derived("cursor")
    def cursor(cursor: int) -> EventCursor:
        """The last event that became deliveries of this webhook."""
        return EventCursor(str(cursor))

    @derived("gap")
    def missed(gap: int) -> str:
        """How many numbers of the log were gone before the webhook was enabled again; the log keeps 30 days."""
        return str(gap)

    @batched("id")
    async def waiting(ids: list[UUID], context: Context) -> list[int]:
        """Deliveries that are on their way."""
        open_ = [WebhookDeliveryState.PENDING, WebhookDeliveryState.CLAIMED]
        rows = models.WebhookDelivery.filter(endpoint_id__in=ids, state__in=open_)
        counts = await rows.annotate(rows=Count("id")).group_by("endpoint_id").values_list("endpoint_id", "rows")
        by_endpoint = dict(counts)
        return [int(by_endpoint.get(each) or 0) for each in ids]


@bound(models.WebhookDelivery)
class WebhookDelivery:
    """One event for one webhook, and how it went the last time."""

    id: UUID
    version: int
    endpoint: Webhook | None = relation("endpoint", scoped=True)
    event_id: UUID
    """What the header `webhook-id` says, the same however often it is sent."""
    type: str
    trial: bool
    """A test, sent once."""
    state: WebhookDeliveryState
    tries: int
    created_at: datetime
    due_at: datetime
    tried_at: datetime | None
    status: int | None
    """The status of the last answer."""
    answer: str
    """The first 2 kB of the last answer, without whatever looks like an address or a secret."""
    took_ms: int | None
    last_error: str
    request: JSON | None
    """The last request: its headers without the signature, and of its body length and SHA-256 in hexadecimal."""

    @derived("seq")
    def cursor(seq: int | None) -> EventCursor | None:
        """Where the event stands in the log; null for a test."""
        return None if seq is None else EventCursor(str(seq))
