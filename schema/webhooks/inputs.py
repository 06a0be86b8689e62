"""What is done with webhooks, and what is answered."""

from uuid import UUID

from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.scalars import EventCursor, Url
from schema.webhooks.types import Webhook, WebhookDelivery


@given
class CreateWebhookInput(Given):
    url: Url
    """An https address that everybody can reach."""
    description: str
    topics: list[str]
    """Beginnings of event types, such as `story.`; an empty list means everything that the webhook may see."""
    partner_id: UUID | None = None
    """Whose it is: one of your partners, which a key need not name. Without one it is the community's own."""


@answer
class CreateWebhookPayload(Payload):
    webhook: Webhook | None
    secret: str | None
    """What signatures are verified with, as libraries take it (`whsec_…`). It is shown this once."""


@given
class ChangeWebhookInput(Given):
    id: UUID
    version: int
    url: Url
    description: str
    topics: list[str]


@answer
class ChangeWebhookPayload(Payload):
    webhook: Webhook | None


@given
class PauseWebhookInput(Given):
    id: UUID


@answer
class PauseWebhookPayload(Payload):
    webhook: Webhook | None


@given
class EnableWebhookInput(Given):
    id: UUID


@answer
class EnableWebhookPayload(Payload):
    webhook: Webhook | None


@given
class RemoveWebhookInput(Given):
    id: UUID


@answer
class RemoveWebhookPayload(Payload):
    webhook: Webhook | None


@given
class RotateWebhookSecretInput(Given):
    id: UUID
    overlap_hours: int = 24
    """How long the former secret signs along, 0 to 168 hours."""


@answer
class RotateWebhookSecretPayload(Payload):
    webhook: Webhook | None
    secret: str | None
    """The new one. It is shown this once."""


@given
class TestWebhookInput(Given):
    __test__ = False

    id: UUID


@answer
class TestWebhookPayload(Payload):
    delivery: WebhookDelivery | None


@given
class ReplayWebhookDeliveryInput(Given):
    id: UUID


@answer
class ReplayWebhookDeliveryPayload(Payload):
    delivery: WebhookDelivery | None


@given
class ReplayWebhookEventsInput(Given):
    id: UUID
    first: EventCursor
    last: EventCursor
    """Both are included; at most 5,000 events at once."""


@answer
class ReplayWebhookEventsPayload(Payload):
    webhook: Webhook | None
    replayed: int | None
    """How many deliveries are on their way again."""
