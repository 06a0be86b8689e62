"""WebhookDelivery: one event for one endpoint, with how it went the last time."""

from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.base import Moment
from models.machine import Stateful, Table
from models.outbox import Due
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.states import DELIVERY, WebhookDeliveryState


class WebhookDelivery(Due, Stateful):
    """One event for one endpoint. It may be sent more than once, always under the id of the event.

    A trial is sent whatever state the endpoint is in, once, and says nothing about its health. `attempts` counts the
    claims, `tries` the requests that had an end: a worker that is killed costs an endpoint none of its tries.
    """

    kind = "webhook_delivery"
    waiting: ClassVar = (WebhookDeliveryState.PENDING,)
    claimed: ClassVar = WebhookDeliveryState.CLAIMED
    transitions: ClassVar[Table] = DELIVERY

    endpoint: fields.ForeignKeyRelation[WebhookEndpoint] = fields.ForeignKeyField(
        "models.WebhookEndpoint", related_name="deliveries", on_delete=fields.CASCADE
    )
    endpoint_id: UUID
    partner_id = fields.UUIDField(null=True, db_index=True)
    """Whose endpoint it is."""
    event_id = fields.UUIDField()
    seq = fields.BigIntField(null=True)
    """The event's place in the log; none for a trial."""
    type = fields.CharField(max_length=80)
    subject_id = fields.UUIDField()
    trial = fields.BooleanField(default=False)
    state = fields.CharEnumField(WebhookDeliveryState, max_length=24, default=WebhookDeliveryState.PENDING)
    tries = fields.IntField(default=0)
    tried_at = Moment(null=True)
    status = fields.IntField(null=True)
    answer = fields.TextField(default="")
    """The first 2 kB of the last answer, without whatever looks like an address or a secret."""
    took_ms = fields.IntField(null=True)
    request: Any = fields.JSONField(null=True)
    """The last request: its headers but for the signature, and of its body length and SHA-256. What was in it follows
    from the event."""

    class Meta:
        table = "webhook_delivery"
        unique_together = (("endpoint", "event_id"),)
        indexes = (("endpoint_id", "state", "due_at"), ("endpoint_id", "subject_id", "state", "seq"))
