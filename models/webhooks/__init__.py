"""Webhooks by the Standard Webhooks specification: addresses of partners that hear of events."""

from models.webhooks.delivery import WebhookDelivery
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.states import WebhookDeliveryState, WebhookFault, WebhookState
from models.webhooks.targets import Policy, UnsafeTarget

__all__ = [
    "Policy",
    "UnsafeTarget",
    "WebhookDelivery",
    "WebhookDeliveryState",
    "WebhookEndpoint",
    "WebhookFault",
    "WebhookState",
]
