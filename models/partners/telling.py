"""The members of a partner hear of everything that happens to its keys: whoever did not do it themselves can ask."""

from datetime import datetime
from typing import Any

from models.notifications.telling import tell_all
from models.partners.member import PartnerMember
from models.partners.partner import Partner

CHANGED = "partner.key_changed"

_WHAT = {
    "issue": {"what_de": "ist neu ausgestellt", "what_en": "has been issued"},
    "rotate": {"what_de": "ist durch einen neuen ersetzt", "what_en": "has been replaced by a new one"},
    "revoke": {"what_de": "ist widerrufen", "what_en": "has been revoked"},
}


async def tell_members(key: Any, partner: Partner, action: str, now: datetime) -> None:
    """`issue`, `rotate` or `revoke` has happened to a key."""
    about = {"key": key.prefix, "name": key.name, "partner": partner.name, **_WHAT[action]}
    await tell_all(await PartnerMember.people_of(partner.id), CHANGED, subject=key, now=now, about=about)
