"""We stop sending to an endpoint by ourselves, and tell those who look after it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from models.access import SYSTEM
from models.notifications.telling import tell_all
from models.partners import PartnerMember
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.states import WebhookFault

TOLD = "webhook.disabled"

_WHY = {
    WebhookFault.FAILING: {
        "why_de": "Seine Adresse hat drei Tage lang keine unserer Nachrichten angenommen.",
        "why_en": "Its address has not taken any of our messages for three days.",
    },
    WebhookFault.GONE: {
        "why_de": "Seine Adresse hat geantwortet, dass es sie nicht mehr gibt (410).",
        "why_en": "Its address has answered that it is gone (410).",
    },
}


async def disable(endpoint: WebhookEndpoint, why: WebhookFault, now: datetime) -> None:
    """Send nothing more. What waits keeps waiting."""
    endpoint.disabled_for = why
    await endpoint.follow("disable", by=SYSTEM, now=now, why=why.value)
    about = {"description": endpoint.description, "webhook": str(endpoint.id), **_WHY[why]}
    await tell_all(await _keepers(endpoint), TOLD, subject=endpoint, now=now, about=about)


async def _keepers(endpoint: WebhookEndpoint) -> Iterable[UUID]:
    """The members of its partner; where there are none, whoever made it."""
    members = await PartnerMember.people_of(endpoint.partner_id) if endpoint.partner_id else []
    return members or filter(None, [endpoint.created_by_id])
