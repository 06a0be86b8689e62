"""PartnerKey: what a partner's programs identify themselves with. Shown once, stored as a hash, revocable."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text, vault
from models.access import Viewer, require, visible
from models.base import Moment, new_id
from models.errors import NotFound
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.partners import secret
from models.partners.activity import active
from models.partners.partner import Partner
from models.partners.refusals import KeyOver, KeyOverlap, KeyTimes, ScopesMissing, TooManyKeys
from models.partners.states import GRANTERS, KEY, KeyState
from models.partners.telling import tell_members
from models.roles import KeyScope

LIFE = timedelta(days=365)
LONGEST = timedelta(days=731)
OVERLAP_MAX = timedelta(hours=168)
MOST = 10
NAME_MAX = 80
VALID = [KeyState.ACTIVE, KeyState.RETIRING]


class PartnerKey(Stateful):
    """A key. It sees what is public and what its partner was granted, and does what its scopes say: no person is in it.

    A key is never changed, it is replaced: for the time of the overlap both are valid.
    """

    kind = "partner_key"
    transitions: ClassVar[Table] = KEY

    partner: fields.ForeignKeyRelation[Partner] = fields.ForeignKeyField(
        "models.Partner", related_name="keys", db_index=True
    )
    partner_id: UUID
    name = fields.CharField(max_length=NAME_MAX)
    prefix = fields.CharField(max_length=24, unique=True)
    """The beginning, which is shown in lists."""
    token_hash = fields.CharField(max_length=64, unique=True)
    scopes: Any = fields.JSONField(default=list)
    state = fields.CharEnumField(KeyState, max_length=24, default=KeyState.ACTIVE)
    issued_at = Moment()
    expires_at = Moment()
    last_used_at = Moment(null=True)
    """To within a minute or two: it is written beside the requests, not in them."""
    issued_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "partner_key"

    @classmethod
    async def issue(
        cls, partner_id: UUID, name: str, scopes: Sequence[KeyScope], *, by: Viewer, now: datetime,
        expires_at: datetime | None = None,
    ) -> tuple[Self, str]:  # fmt: skip
        """Make a key, for a year if nothing else is said; administrators. Returns its secret, which is shown this once.

        Raises `ScopesMissing`, `KeyTimes` and `TooManyKeys`.
        """
        require(by, *GRANTERS)
        if not scopes:
            raise ScopesMissing("scopes")
        until = expires_at or now + LIFE
        if not now < until <= now + LONGEST:
            raise KeyTimes("expiresAt")
        async with in_transaction():
            partner = await active(partner_id)
            if await cls.valid(now).filter(partner_id=partner_id).count() >= MOST:
                raise TooManyKeys("partnerId")
            row, whole = cls._fresh(partner_id, text.line(name, "name", NAME_MAX), sorted(set(scopes)), now, until)
            row.issued_by_id = by.person_id
            await row.save(force_create=True)
            await AuditEvent.record(row, "issue", by=by, now=now, after=row.state.value)
            await OutboxEvent.record("partner_key.active", subject_kind=cls.kind, subject_id=row.id, now=now)
            await tell_members(row, partner, "issue", now)
        return row, whole

    @classmethod
    def _fresh(
        cls, partner_id: UUID, name: str, scopes: Sequence[str], now: datetime, until: datetime
    ) -> tuple[Self, str]:
        made = secret.fresh()
        row = cls(
            id=new_id(), partner_id=partner_id, name=name, prefix=made.prefix, token_hash=vault.digest(made.whole),
            scopes=list(scopes), issued_at=now, expires_at=until,
        )  # fmt: skip
        return row, made.whole

    @classmethod
    def valid(cls, now: datetime) -> QuerySet[Self]:
        return cls.filter(state__in=VALID, expires_at__gt=now)

    @classmethod
    async def rotate(cls, id: UUID, overlap: timedelta, *, by: Viewer, now: datetime) -> tuple[Self, str]:
        """Replace a key by one for the same things and as long; the old one is valid for the overlap. Members.

        Returns the new key and its secret, which is shown this once. Raises `KeyOverlap` and `KeyOver`.
        """
        if not timedelta(0) <= overlap <= OVERLAP_MAX:
            raise KeyOverlap("overlapHours")
        async with in_transaction():
            old, partner = await cls._locked_for(id, by)
            await active(partner.id, "id")
            if old.expires_at <= now:
                raise KeyOver("id")
            life = old.expires_at - old.issued_at
            old.expires_at = min(old.expires_at, now + overlap)
            await old.follow("rotate", by=by, now=now)
            row, whole = cls._fresh(partner.id, old.name, old.scopes, now, now + life)
            row.issued_by_id = by.person_id
            await row.save(force_create=True)
            await AuditEvent.record(row, "issue", by=by, now=now, after=row.state.value, note=f"replaces {old.prefix}")
            await tell_members(row, partner, "rotate", now)
        return row, whole

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """End a key: the next question with it is refused, and open subscriptions end within seconds."""
        async with in_transaction():
            row, partner = await cls._locked_for(id, by)
            await row.follow("revoke", by=by, now=now)
            await tell_members(row, partner, "revoke", now)
        return row

    @classmethod
    async def _locked_for(cls, id: UUID, by: Viewer) -> tuple[Self, Partner]:
        """The key under the lock of its partner. Raises `NotFound` for one that the viewer may not see."""
        found = await visible(cls.filter(id=id), by).first()
        if found is None:
            raise NotFound("id")
        partner = await Partner.locked(found.partner_id)
        return await cls.locked(id), partner
