"""Roles that people were given."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.base import Moment, Row
from models.machine import Actor
from models.members.person import Person, PersonState
from models.outbox import AuditEvent
from models.roles import Role


class RoleGrant(Row):
    """A role that an administrator gave to a person, with who, why and until when."""

    kind = "role_grant"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="role_grants", db_index=True
    )
    role = fields.CharEnumField(Role, max_length=24)
    granted_by_id = fields.UUIDField(null=True)
    reason = fields.CharField(max_length=200, default="")
    expires_at = Moment(null=True)
    revoked_at = Moment(null=True)

    class Meta:
        table = "role_grant"

    @classmethod
    async def give(cls, person_id: UUID, role: Role, *, by: Actor, now: datetime, reason: str = "") -> Self:
        """Grant a role, once: a second grant of a role that is held changes nothing."""
        async with in_transaction():
            held = await cls.filter(person_id=person_id, role=role, revoked_at__isnull=True).first()
            if held:
                return held
            grant = await cls.create(person_id=person_id, role=role, granted_by_id=by.person_id, reason=reason)
            await AuditEvent.record(grant, "give", by=by, now=now, after=role.value, note=reason)
        return grant

    @classmethod
    async def holders(cls, role: Role, *, now: datetime) -> list[UUID]:
        """Whom to tell what waits for a role: those who have it and are not away, or all where everybody is."""
        lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        active = cls.filter(lasting, role=role, revoked_at__isnull=True, person__state=PersonState.ACTIVE)
        rows: Any = await active.order_by("id").values_list("person_id", "person__away_until")
        here = [person for person, away in rows if away is None or away < now.date()]
        return here or [person for person, _ in rows]

    @classmethod
    async def take(cls, person_id: UUID, role: Role, *, by: Actor, now: datetime) -> None:
        """Revoke a role; it ends with the next request and the next event of open subscriptions."""
        async with in_transaction():
            for grant in await cls.filter(person_id=person_id, role=role, revoked_at__isnull=True).select_for_update():
                grant.revoked_at = now
                await grant.save()
                await AuditEvent.record(grant, "take", by=by, now=now, before=role.value)
