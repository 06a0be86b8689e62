"""Webhooks: root fields."""

from resolvers.webhooks.reading import WebhookQuery
from resolvers.webhooks.verbs import WebhookMutation

__all__ = ["WebhookMutation", "WebhookQuery"]
