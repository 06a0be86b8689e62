"""Personal API tokens for scripts: shown once, stored as a hash."""

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


class ApiToken(Row):
    """A personal token for scripts: shown once, stored hashed, revocable. Acts with its owner's roles."""

    kind: ClassVar[str] = "api_token"
    PREFIX: ClassVar[str] = "lt_"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="api_tokens", db_index=True
    )
    person_id: UUID
    name = fields.CharField(max_length=80)
    hint = fields.CharField(max_length=12)
    token_hash = fields.CharField(max_length=64, unique=True)
    last_used_at = Moment(null=True)
    expires_at = Moment(null=True)
    revoked_at = Moment(null=True)

    class Meta:
        table = "api_token"

    @classmethod
    async def issue(
        cls, person_id: UUID, name: str, *, by: Viewer, now: datetime, life: timedelta | None = None
    ) -> tuple[Self, str]:
        """Make a token; returns the row and the secret, which is shown once and kept nowhere."""
        secret = cls.PREFIX + vault.random_token()
        async with in_transaction():
            token = await cls.create(
                person_id=person_id,
                name=name.strip()[:80] or "token",
                hint=secret[:8],
                token_hash=vault.digest(secret),
                expires_at=now + life if life else None,
            )
            await AuditEvent.record(token, "issue", by=by, now=now)
        return token, secret

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> None:
        """Revoke one of one's own tokens. Raises `NotFound` for anybody else's."""
        async with in_transaction():
            token = await cls.filter(id=id, person_id=by.person_id).select_for_update().first()
            if token is None:
                raise NotFound("id")
            token.revoked_at = token.revoked_at or now
            await token.save()
            await AuditEvent.record(token, "revoke", by=by, now=now)
