"""The wall of partners for everybody, its entries for staff."""

from datetime import datetime

import strawberry

import models
from models.access import NOTHING, visible
from models.partners import ORDER
from resolvers.stories.verbs import picture
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.moments import moment
from schema.paging import Connection, Page
from schema.partners.wall import (
    HidePartnerInput,
    HidePartnerPayload,
    Partner,
    PublishPartnerInput,
    PublishPartnerPayload,
    SavePartnerInput,
    SavePartnerPayload,
)

WALL = ORDER
LATEST = ("-id",)


@strawberry.type
class PartnerQuery:
    @reads(Connection[Partner])
    def partner_wall(self, info: Info, at: datetime | None = None) -> Page[models.Partner]:
        """Who carries the programme now; `at` another moment, for staff. By kind, then as editors say."""
        viewer = info.context.viewer
        when = moment(at, "at") if at is not None and viewer.is_staff else info.context.now
        return Page(visible(models.Partner.wall(when), viewer), order=WALL)

    @reads(Connection[Partner])
    def partners(self, info: Info) -> Page[models.Partner]:
        """Every entry, drafts and past ones too, the latest first; for staff."""
        rows = models.Partner.all() if info.context.viewer.is_staff else models.Partner.filter(NOTHING)
        return Page(visible(rows, info.context.viewer), order=LATEST)


@strawberry.type
class PartnerMutation:
    @verb(SavePartnerPayload, limit="60/hour")
    async def save_partner(self, info: Info, input: SavePartnerInput) -> SavePartnerPayload:
        """Write an entry of the wall down, or change one; staff."""
        said = {
            "name": input.name, "purpose": input.kind, "tier": input.tier, "blurb_de": input.blurb_de,
            "blurb_en": input.blurb_en, "url": input.url, "logo_alt_de": input.logo_alt_de,
            "logo_alt_en": input.logo_alt_en, "position": input.position,
            "logo": picture(input.logo, "logo") if input.logo else None,
            "visible_from": moment(input.visible_from, "visibleFrom") if input.visible_from else None,
            "visible_to": moment(input.visible_to, "visibleTo") if input.visible_to else None,
        }  # fmt: skip
        partner = await models.Partner.save_entry(
            said, id=input.id, version=input.version, by=info.context.viewer, now=info.context.now
        )
        return SavePartnerPayload(partner=shown(partner))

    @verb(PublishPartnerPayload)
    async def publish_partner(self, info: Info, input: PublishPartnerInput) -> PublishPartnerPayload:
        """Put it on the wall, for as long as its dates say; staff. A logo needs an alternative text."""
        partner = await models.Partner.act(input.id, "publish", by=info.context.viewer, now=info.context.now)
        return PublishPartnerPayload(partner=shown(partner))

    @verb(HidePartnerPayload)
    async def hide_partner(self, info: Info, input: HidePartnerInput) -> HidePartnerPayload:
        """Take it off the wall; staff."""
        partner = await models.Partner.act(input.id, "hide", by=info.context.viewer, now=info.context.now)
        return HidePartnerPayload(partner=shown(partner))
