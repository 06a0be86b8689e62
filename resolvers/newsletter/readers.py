"""What readers do, without an account: a mailed link is the permission."""

import strawberry

import models
from models.newsletter.sections import mask
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.newsletter import inputs as n

SIGN_UPS = "10/hour"  # from one address: a family or a small office
LINKS = "30/15 minutes"  # wrong links from one address: nobody mistypes one more often, and guessing is hopeless


@strawberry.type
class ReaderMutation:
    @verb(n.SubscribePayload, limit=SIGN_UPS)
    async def subscribe(self, info: Info, input: n.SubscribeInput) -> n.SubscribePayload:
        """Ask for the newsletter. It begins with the link in the one mail that follows (double opt-in)."""
        await models.Subscription.subscribe(input.email, language=input.language, now=info.context.now)
        return n.SubscribePayload(accepted=True)

    @verb(n.ConfirmSubscriptionPayload, limit=LINKS)
    async def confirm_subscription(self, info: Info, input: n.ConfirmSubscriptionInput) -> n.ConfirmSubscriptionPayload:
        """The second half of the double opt-in. Send it when a person presses the button, not when the page opens."""
        row = await models.Subscription.confirm(input.token, now=info.context.now)
        return n.ConfirmSubscriptionPayload(subscription=shown(row))

    @verb(n.UpdatePreferencesPayload, limit=LINKS)
    async def update_preferences(self, info: Info, input: n.UpdatePreferencesInput) -> n.UpdatePreferencesPayload:
        """Change language, sections, frequency or break. Copies that wait follow the new choice."""
        row = await models.Subscription.prefer(
            input.token,
            now=info.context.now,
            language=input.language,
            sections=None if input.sections is None else mask(input.sections),
            frequency=input.frequency,
            pause=input.pause,
        )
        return n.UpdatePreferencesPayload(subscription=shown(row))

    @verb(n.UnsubscribePayload, limit=LINKS)
    async def unsubscribe(self, info: Info, input: n.UnsubscribeInput) -> n.UnsubscribePayload:
        """Leave, at once and also from an issue that is being sent."""
        await models.Subscription.unsubscribe(input.token, now=info.context.now)
        return n.UnsubscribePayload(unsubscribed=True)
