"""Signed-in browsers: a random cookie value, of which only a hash is stored; revoking ends it at once."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.access import Viewer
from models.base import Moment, Row
from models.errors import NotFound
from models.members import Person
from models.outbox import AuditEvent

SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=14)
TOUCH_EVERY = timedelta(minutes=5)  # how exactly the idle time is kept: one write in five minutes, not per request


class Session(Row):
    """A signed-in browser. The cookie holds a random value, this row its hash; revoking ends it at once."""

    kind: ClassVar[str] = "session"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="sessions", db_index=True
    )
    person_id: UUID
    token_hash = fields.CharField(max_length=64, unique=True)
    device = fields.CharField(max_length=80, default="", db_default="")
    """The browser in words ("Firefox, Linux"), to tell sessions apart; no version, no address."""
    seen_at = Moment()
    expires_at = Moment()
    revoked_at = Moment(null=True)

    class Meta:
        table = "session"

    @classmethod
    async def open(cls, person_id: UUID, *, now: datetime, device: str = "") -> tuple[Self, str]:
        """Open a session; returns it with the cookie value, which is kept nowhere."""
        cookie = vault.random_token()
        session = await cls.create(
            person_id=person_id,
            token_hash=vault.digest(cookie),
            device=device[:80],
            seen_at=now,
            expires_at=now + SESSION_LIFE,
        )
        return session, cookie

    @classmethod
    async def revoke_others(cls, *, by: Viewer, now: datetime) -> int:
        """End all sessions of one's own but the one that asks; gives how many ended."""
        async with in_transaction():
            others = cls.filter(person_id=by.person_id, revoked_at__isnull=True, expires_at__gt=now)
            rows = await others.exclude(id=by.credential_id).select_for_update()
            for session in rows:
                session.revoked_at = now
                await session.save()
                await AuditEvent.record(session, "revoke", by=by, now=now)
        return len(rows)

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> None:
        """End one of one's own sessions. Raises `NotFound` for anybody else's."""
        async with in_transaction():
            session = await cls.filter(id=id, person_id=by.person_id).select_for_update().first()
            if session is None:
                raise NotFound("id")
            session.revoked_at = session.revoked_at or now
            await session.save()
            await AuditEvent.record(session, "revoke", by=by, now=now)
