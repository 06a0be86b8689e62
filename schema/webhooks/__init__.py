"""Webhooks: addresses that hear of events, and the log of what was delivered to them."""

from schema.webhooks.types import Webhook, WebhookDelivery

__all__ = ["Webhook", "WebhookDelivery"]
