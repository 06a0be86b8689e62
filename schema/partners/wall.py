"""Partner organisations: the wall, and its entries for those who keep it."""

from datetime import datetime
from uuid import UUID

import models
from models.partners import PartnerKind, PartnerState
from models.site import Site
from schema.binding import bound, column, localised
from schema.derived import derived
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.pictures import picture_url


@bound(models.Partner)
class Partner:
    """An organisation that carries the programme. The wall goes by kind, then as editors say, never by amount."""

    id: UUID
    version: int
    kind: PartnerKind = column("purpose")
    name: str
    tier: str
    """A word for a group within the kind; it orders nothing."""
    blurb: LocalisedText = localised("blurb")
    url: str
    logo_alt: LocalisedText = localised("logo_alt")
    position: int
    state: PartnerState
    visible_from: datetime | None
    visible_to: datetime | None

    @derived("inactive_since")
    def active(inactive_since: datetime | None) -> bool:
        """Whether its members, keys and webhooks have any access; the wall does not ask."""
        return inactive_since is None

    @derived("logo_sha256", "logo_type")
    def logo_url(sha256: str, media_type: str, site: Site) -> str | None:
        """The logo; without one the name is shown."""
        return picture_url(site, sha256, media_type) if sha256 else None


@given
class SavePartnerInput(Given):
    """All of an entry: what is left out is emptied, but for the logo, which stays until another one comes."""

    id: UUID | None = None
    """Of the entry that is changed; without it a new one is written."""
    version: int | None = None
    kind: PartnerKind
    name: str
    tier: str = ""
    blurb_de: str = ""
    blurb_en: str = ""
    url: str = ""
    logo: str | None = None
    """The picture's bytes in base64: JPEG, PNG, GIF or WebP."""
    logo_alt_de: str = ""
    logo_alt_en: str = ""
    position: int = 0
    visible_from: datetime | None = None
    visible_to: datetime | None = None


@answer
class SavePartnerPayload(Payload):
    partner: Partner | None


@given
class PublishPartnerInput(Given):
    id: UUID


@answer
class PublishPartnerPayload(Payload):
    partner: Partner | None


@given
class HidePartnerInput(Given):
    id: UUID


@answer
class HidePartnerPayload(Payload):
    partner: Partner | None
