"""Webhooks by the Standard Webhooks specification: addresses of partners that hear of events."""

from models.webhooks.delivery import WebhookDelivery
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.states import WebhookDeliveryState, WebhookFault, WebhookState
from models.webhooks.targets import Policy
from models.webhooks.unsafe import UnsafeTarget

__all__ = [
    "Policy",
    "UnsafeTarget",
    "WebhookDelivery",
    "WebhookDeliveryState",
    "WebhookEndpoint",
    "WebhookFault",
    "WebhookState",
]
