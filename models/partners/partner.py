"""Partner organisations: who carries the programme, and when that stands on the wall."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, require
from models.base import Moment
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.partners.states import KEEPERS, AltMissing, PartnerKind, PartnerState, TimesTwisted, transitions
from models.stories.parts import AssetFile, measured
from models.teams.links import Address, address

NAME_MAX = 160
BLURB_MAX = 400
ORDER = ("rank", "position", "name", "id")
RANKS: Mapping[PartnerKind, int] = {kind: number for number, kind in enumerate(PartnerKind)}


class Partner(Stateful):
    """One organisation. `rank` follows from its kind and orders the wall; within a kind editors say the `position`.

    `visible_from` and `visible_to` need nobody to act: the wall asks the time (C15.1).
    """

    kind = "partner"
    transitions: ClassVar[Table] = transitions

    name = fields.CharField(max_length=NAME_MAX)
    purpose = fields.CharEnumField(PartnerKind, max_length=24)
    rank = fields.SmallIntField(default=0)
    tier = fields.CharField(max_length=40, default="")
    """A word for a group within the kind, such as `Hauptförderer`; it orders nothing."""
    position = fields.IntField(default=0)
    blurb_de = fields.CharField(max_length=BLURB_MAX, default="")
    blurb_en = fields.CharField(max_length=BLURB_MAX, default="")
    url = fields.CharField(max_length=500, default="")
    logo_sha256 = fields.CharField(max_length=64, default="", db_index=True)
    logo_type = fields.CharField(max_length=40, default="")
    logo_alt_de = fields.CharField(max_length=200, default="")
    logo_alt_en = fields.CharField(max_length=200, default="")
    state = fields.CharEnumField(PartnerState, max_length=24, default=PartnerState.DRAFT)
    visible_from = Moment(null=True)
    visible_to = Moment(null=True)
    inactive_since = Moment(null=True)
    """Since when nothing of it has any access: members, keys, webhooks. The wall does not ask."""

    class Meta:
        table = "partner"
        indexes = (("state", "rank", "position"),)

    @classmethod
    def wall(cls, at: datetime) -> QuerySet[Self]:
        """Who stands on the wall at a moment."""
        begun = Q(visible_from__isnull=True) | Q(visible_from__lte=at)
        lasting = Q(visible_to__isnull=True) | Q(visible_to__gt=at)
        return cls.filter(begun, lasting, state=PartnerState.PUBLISHED)

    @classmethod
    async def save_entry(
        cls, said: Mapping[str, Any], *, by: Viewer, now: datetime, id: UUID | None = None, version: int | None = None
    ) -> Self:
        """Write an entry down or change it; what is on the wall stays as described as it was. `said` is a form."""
        require(by, *KEEPERS)
        logo = said.get("logo")
        seen = await asyncio.to_thread(measured, logo) if logo else None
        async with in_transaction():
            partner = await cls.locked(id, version=version) if id else cls()
            partner._take(said)
            if seen and logo:
                partner.logo_sha256, partner.logo_type = seen.sha256, seen.media_type
                file = AssetFile(sha256=seen.sha256, media_type=seen.media_type, content=logo)
                await AssetFile.bulk_create([file], ignore_conflicts=True)
            if partner.state is PartnerState.PUBLISHED and not partner.is_described:
                raise AltMissing("logoAltDe")
            partner.version += 1 if id else 0
            await partner.save(force_create=id is None)
            await AuditEvent.record(partner, "save", by=by, now=now, after=partner.state.value)
            await OutboxEvent.record("partner.saved", subject_kind=cls.kind, subject_id=partner.id, now=now)
        return partner

    def _take(self, said: Mapping[str, Any]) -> None:
        self.name = text.line(said["name"], "name", NAME_MAX)
        self.purpose = said["purpose"]
        self.rank, self.position = RANKS[self.purpose], said["position"]
        self.tier = text.line(said["tier"], "tier", 40, required=False)
        self.blurb_de = text.line(said["blurb_de"], "blurbDe", BLURB_MAX, required=False)
        self.blurb_en = text.line(said["blurb_en"], "blurbEn", BLURB_MAX, required=False)
        self.url = address(Address(said["url"]), "url").url if said["url"] else ""
        self.logo_alt_de = text.line(said["logo_alt_de"], "logoAltDe", 200, required=False)
        self.logo_alt_en = text.line(said["logo_alt_en"], "logoAltEn", 200, required=False)
        self.visible_from, self.visible_to = said["visible_from"], said["visible_to"]
        if self.visible_from and self.visible_to and self.visible_to <= self.visible_from:
            raise TimesTwisted("visibleTo")

    @property
    def is_described(self) -> bool:
        """No logo, or one with an alternative text in both languages."""
        return not self.logo_sha256 or bool(self.logo_alt_de and self.logo_alt_en)

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime) -> Self:
        """Follow an edge that needs no more than its name: `publish`, `hide`."""
        async with in_transaction():
            partner = await cls.locked(id)
            await partner.follow(action, by=by, now=now)
        return partner

    @classmethod
    async def expire_due(cls, *, now: datetime, most: int = 100) -> int:
        """Say in the list of entries what the wall has known all along. Returns how many."""
        over = cls.filter(state=PartnerState.PUBLISHED, visible_to__lte=now).limit(most)
        ids = [row.id for row in await over.only("id")]
        for id in ids:
            async with in_transaction():
                partner = await cls.locked(id)
                if (await partner.decide("expire", by=SYSTEM, now=now)).allowed:
                    await partner.follow("expire", by=SYSTEM, now=now)
        return len(ids)
