"""PartnerGrant: what a partner may see of the event log, and from when until when (C12.3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.access import Viewer, require, visible
from models.base import Moment
from models.errors import NotFound
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.partners.activity import active
from models.partners.partner import Partner
from models.partners.refusals import GrantTimes, TooManyGrants, TopicsMissing, UnknownField
from models.partners.states import GRANT, GRANTERS, GrantState
from models.programme import FieldOfAction
from models.sights import Sight
from models.topics import topics_of

MOST = 50


@dataclass(frozen=True)
class Extent:
    """How far a grant reaches."""

    topics: Sequence[str]
    fields: Sequence[str] = ()
    """Keys of fields of action; none: whatever team it is about."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class PartnerGrant(Stateful):
    """One permission. Grants add up: a partner sees what any of them lets it see.

    Beginning and end need nobody to act: whoever asks, asks the time as well.
    """

    kind = "partner_grant"
    transitions: ClassVar[Table] = GRANT

    partner: fields.ForeignKeyRelation[Partner] = fields.ForeignKeyField(
        "models.Partner", related_name="grants", db_index=True
    )
    partner_id: UUID
    topics: Any = fields.JSONField(default=list)
    fields_of_action: Any = fields.JSONField(default=list)
    starts_at = Moment()
    ends_at = Moment(null=True)
    state = fields.CharEnumField(GrantState, max_length=24, default=GrantState.ACTIVE)
    granted_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "partner_grant"

    @classmethod
    async def give(cls, partner_id: UUID, extent: Extent, *, by: Viewer, now: datetime) -> Self:
        """Let a partner see something. Raises `TopicsInvalid`, `TopicsMissing`, `UnknownField` and `GrantTimes`."""
        require(by, *GRANTERS)
        topics, keys = topics_of(extent.topics), list(dict.fromkeys(extent.fields))
        if not topics:
            raise TopicsMissing("topics")
        starts_at = extent.starts_at or now
        if extent.ends_at is not None and extent.ends_at <= max(now, starts_at):
            raise GrantTimes("endsAt")
        async with in_transaction():
            await active(partner_id)
            if len(keys) > await FieldOfAction.filter(key__in=keys).count():
                raise UnknownField("fields")
            if await cls.filter(partner_id=partner_id, state=GrantState.ACTIVE).count() >= MOST:
                raise TooManyGrants("partnerId")
            grant = await cls.create(
                partner_id=partner_id, topics=topics, fields_of_action=keys, starts_at=starts_at,
                ends_at=extent.ends_at, granted_by_id=by.person_id,
            )  # fmt: skip
            await AuditEvent.record(grant, "give", by=by, now=now, after=grant.state.value)
            await OutboxEvent.record("partner_grant.active", subject_kind=cls.kind, subject_id=grant.id, now=now)
        return grant

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take it back: the next question, the next event and the next delivery know of it already."""
        async with in_transaction():
            if not await visible(cls.filter(id=id), by).exists():
                raise NotFound("id")
            grant = await cls.locked(id)
            await grant.follow("revoke", by=by, now=now)
        return grant

    @classmethod
    def counting(cls, now: datetime) -> QuerySet[Self]:
        """Grants that let somebody see something at this moment."""
        begun = Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        return cls.filter(begun, state=GrantState.ACTIVE, partner__inactive_since__isnull=True)

    @property
    def sight(self) -> Sight:
        return Sight(tuple(self.topics), tuple(self.fields_of_action))


async def sights(now: datetime, *partner_ids: UUID) -> Mapping[UUID, frozenset[Sight]]:
    """What partners see at this moment, all of them or these; who sees nothing is left out."""
    grants = PartnerGrant.counting(now)
    found: dict[UUID, set[Sight]] = defaultdict(set)
    for grant in await (grants.filter(partner_id__in=partner_ids) if partner_ids else grants):
        found[grant.partner_id].add(grant.sight)
    return {partner_id: frozenset(seen) for partner_id, seen in found.items()}
