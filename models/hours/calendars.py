"""What a calendar needs that the rows of seats forget: visits that were given back, and the secret of a feed."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.access import Viewer, require
from models.base import Moment, Row
from models.errors import SignInNeeded
from models.outbox import AuditEvent
from models.roles import Role


class Visit(Row):
    """One person's appointment as their calendar knows it. A seat that was given back stays here, called off (E27)."""

    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="hour_visits", db_index=True
    )
    session: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourSession", related_name="visits", db_index=True
    )
    person_id: UUID
    session_id: UUID
    starts_at = Moment()
    ends_at = Moment()
    sequence = fields.IntField(default=0)
    gone_at = Moment(null=True)

    class Meta:
        table = "visit"
        unique_together = (("person", "session"),)

    @classmethod
    async def note(cls, slot: Any, now: datetime) -> None:
        """The person of this slot comes at its time. In the caller's transaction, which holds the session."""
        visit = await cls.filter(person_id=slot.person_id, session_id=slot.session_id).first()
        if visit is None:
            await cls.create(
                person_id=slot.person_id, session_id=slot.session_id, starts_at=slot.starts_at, ends_at=slot.ends_at
            )
            return
        visit.starts_at, visit.ends_at, visit.gone_at = slot.starts_at, slot.ends_at, None
        visit.sequence += 1
        await visit.save()

    @classmethod
    async def end(cls, slot: Any, now: datetime) -> None:
        """The person of this slot does not come after all; nothing when they were not going to."""
        for visit in await cls.filter(person_id=slot.person_id, session_id=slot.session_id, gone_at__isnull=True):
            visit.gone_at = now
            visit.sequence += 1
            await visit.save()


class CalendarFeed(Row):
    """The secret address of one person's calendar: shown once, kept as a hash, one at a time, revocable (E27)."""

    kind = "calendar_feed"

    person: fields.OneToOneRelation[Any] = fields.OneToOneField("models.Person", related_name="calendar_feed")
    person_id: UUID
    token_hash = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "calendar_feed"

    @classmethod
    async def issue(cls, *, by: Viewer, now: datetime) -> str:
        """A new address; the one before stops working. Returns the secret, which is kept nowhere."""
        require(by, Role.PARTICIPANT)
        secret = vault.random_token()
        async with in_transaction():
            feed = await cls.filter(person_id=by.person_id).select_for_update().first()
            feed = feed or cls(person_id=by.person_id)
            feed.token_hash = vault.digest(secret)
            await feed.save()
            await AuditEvent.record(feed, "issue", by=by, now=now)
        return secret

    @classmethod
    async def revoke(cls, *, by: Viewer, now: datetime) -> None:
        """The address stops working; there need not be one."""
        if by.person_id is None:
            raise SignInNeeded()
        async with in_transaction():
            feed = await cls.filter(person_id=by.person_id).select_for_update().first()
            if feed is not None:
                await AuditEvent.record(feed, "revoke", by=by, now=now)
                await feed.delete()

    @classmethod
    async def find(cls, secret: str) -> Self | None:
        """The living feed, or None for a forged or revoked one."""
        return await cls.filter(token_hash=vault.digest(secret[:200])).first()
