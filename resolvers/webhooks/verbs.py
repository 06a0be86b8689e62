"""Webhooks: what is done with them."""

from datetime import timedelta
from uuid import UUID

import strawberry

import models
from models.access import visible
from models.errors import NotFound, ValidationProblem
from models.webhooks import Policy, WebhookState, replaying
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.webhooks import inputs as w

NEWEST = 2**53  # numbers of the log stay far below


def policy_of(info: Info) -> Policy:
    """Where the operator lets webhooks lead."""
    policy = info.context.services.more.get("webhooks")
    return policy if isinstance(policy, Policy) else Policy()


async def seen(info: Info, id: UUID) -> UUID:
    """The id, if the viewer may see such a webhook. Raises `NotFound`."""
    rows = models.WebhookEndpoint.filter(id=id).exclude(state=WebhookState.REMOVED)
    if not await visible(rows, info.context.viewer).exists():
        raise NotFound("id")
    return id


@strawberry.type
class WebhookMutation:
    @verb(w.CreateWebhookPayload, once=("secret",))
    async def create_webhook(self, info: Info, input: w.CreateWebhookInput) -> w.CreateWebhookPayload:
        """Let an address hear of events from now on. The secret is shown this once."""
        viewer = info.context.viewer
        endpoint, secret = await models.WebhookEndpoint.add(
            input.url, input.description, input.topics, partner_id=input.partner_id or viewer.partner_id,
            policy=policy_of(info), by=viewer, now=info.context.now,
        )  # fmt: skip
        return w.CreateWebhookPayload(webhook=shown(endpoint), secret=secret)

    @verb(w.ChangeWebhookPayload)
    async def change_webhook(self, info: Info, input: w.ChangeWebhookInput) -> w.ChangeWebhookPayload:
        """Say anew where a webhook leads and what it hears of."""
        endpoint = await models.WebhookEndpoint.change(
            await seen(info, input.id), input.url, input.description, input.topics, version=input.version,
            policy=policy_of(info), by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return w.ChangeWebhookPayload(webhook=shown(endpoint))

    @verb(w.PauseWebhookPayload)
    async def pause_webhook(self, info: Info, input: w.PauseWebhookInput) -> w.PauseWebhookPayload:
        """Send nothing for a while; nothing of what happens meanwhile is lost."""
        id = await seen(info, input.id)
        endpoint = await models.WebhookEndpoint.pause(id, by=info.context.viewer, now=info.context.now)
        return w.PauseWebhookPayload(webhook=shown(endpoint))

    @verb(w.EnableWebhookPayload)
    async def enable_webhook(self, info: Info, input: w.EnableWebhookInput) -> w.EnableWebhookPayload:
        """Go on from where a webhook was paused or disabled."""
        endpoint = await replaying.enable(await seen(info, input.id), by=info.context.viewer, now=info.context.now)
        return w.EnableWebhookPayload(webhook=shown(endpoint))

    @verb(w.RemoveWebhookPayload)
    async def remove_webhook(self, info: Info, input: w.RemoveWebhookInput) -> w.RemoveWebhookPayload:
        """End a webhook for good. Its secret is deleted at once."""
        id = await seen(info, input.id)
        endpoint = await models.WebhookEndpoint.remove(id, by=info.context.viewer, now=info.context.now)
        return w.RemoveWebhookPayload(webhook=shown(endpoint))

    @verb(w.RotateWebhookSecretPayload, once=("secret",))
    async def rotate_webhook_secret(
        self, info: Info, input: w.RotateWebhookSecretInput
    ) -> w.RotateWebhookSecretPayload:
        """Make a new secret. The former one signs along for a while, so that no message goes unverified."""
        overlap = timedelta(hours=max(-1, min(input.overlap_hours, 10_000)))
        id = await seen(info, input.id)
        endpoint, secret = await models.WebhookEndpoint.rotate(
            id, overlap, by=info.context.viewer, now=info.context.now
        )
        return w.RotateWebhookSecretPayload(webhook=shown(endpoint), secret=secret)

    @verb(w.TestWebhookPayload, limit="30/15 minutes")
    async def test_webhook(self, info: Info, input: w.TestWebhookInput) -> w.TestWebhookPayload:
        """Send an event `webhook.test`, also while the webhook is paused or disabled. The log shows how it went."""
        trial = await replaying.send_trial(await seen(info, input.id), by=info.context.viewer, now=info.context.now)
        return w.TestWebhookPayload(delivery=shown(trial))

    @verb(w.ReplayWebhookDeliveryPayload)
    async def replay_webhook_delivery(
        self, info: Info, input: w.ReplayWebhookDeliveryInput
    ) -> w.ReplayWebhookDeliveryPayload:
        """Send a delivery again, under the same id."""
        viewer = info.context.viewer
        if not await visible(models.WebhookDelivery.filter(id=input.id), viewer).exists():
            raise NotFound("id")
        delivery = await replaying.replay(input.id, by=viewer, now=info.context.now)
        return w.ReplayWebhookDeliveryPayload(delivery=shown(delivery))

    @verb(w.ReplayWebhookEventsPayload)
    async def replay_webhook_events(
        self, info: Info, input: w.ReplayWebhookEventsInput
    ) -> w.ReplayWebhookEventsPayload:
        """Send a stretch of the event log again, as far as the webhook wants and may see it."""
        id = await seen(info, input.id)
        first, last = number(input.first, "first"), number(input.last, "last")
        replayed = await replaying.replay_range(id, first, last, by=info.context.viewer, now=info.context.now)
        endpoint = await models.WebhookEndpoint.get(id=id)
        return w.ReplayWebhookEventsPayload(webhook=shown(endpoint), replayed=replayed)


def number(cursor: str, path: str) -> int:
    """The number behind a cursor of the event log. Raises `ValidationProblem`."""
    if not (cursor.isascii() and cursor.isdigit()) or not 0 <= int(cursor[:17]) <= NEWEST:
        raise ValidationProblem(path)
    return int(cursor[:17])
