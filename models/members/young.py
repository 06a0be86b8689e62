"""Below 16: protected without being shut out. Nobody meets them alone before a person has looked (E14)."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, require
from models.base import Row
from models.errors import Refusal, SignInNeeded
from models.members.fields import FieldVisibility, protected_until
from models.members.person import Person
from models.members.refusals import HumanStepNeeded
from models.outbox import AuditEvent
from models.roles import Role


class HumanStep(Row):
    """A community manager has looked at one pair, one of whom is below 16, and finds it good."""

    kind = "human_step"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="human_steps", db_index=True
    )
    person_id: UUID
    other: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="human_steps_with", db_index=True
    )
    other_id: UUID
    taken_by_id = fields.UUIDField(null=True)
    note = fields.CharField(max_length=280, default="")

    class Meta:
        table = "human_step"
        unique_together = (("person", "other"),)

    @classmethod
    async def take(cls, one: UUID, other: UUID, *, by: Viewer, now: datetime, note: str = "") -> Self:
        """Let the two be matched one to one."""
        require(by, Role.COMMUNITY_MANAGER)
        first, second = sorted((one, other))
        async with in_transaction():
            step, fresh = await cls.get_or_create(
                {"taken_by_id": by.person_id, "note": note[:280]}, person_id=first, other_id=second
            )
            if fresh:
                await AuditEvent.record(step, "take", by=by, now=now, note=step.note)
        return step


async def alone_with(one: UUID, other: UUID, *, now: datetime) -> Refusal | None:
    """Why these two may not be matched one to one yet, or None. For every match of a person with a person."""
    young = [p for p in await Person.filter(id__in=[one, other]) if p.is_young(now.date())]
    if not young:
        return None
    first, second = sorted((one, other))
    return None if await HumanStep.filter(person_id=first, other_id=second).exists() else HumanStepNeeded()


async def declare_birth(year: int, month: int, *, by: Viewer, now: datetime) -> Person:
    """Say when one was born; kept is the day on which the protection ends, and nothing for everybody else.

    Nobody talks themselves out of the protection: what was said once only ends by itself or by `lift_protection`.
    """
    if by.person_id is None:
        raise SignInNeeded()
    until = protected_until(year, month, now.date())
    async with in_transaction():
        person = await Person.locked(by.person_id)
        if until and (person.young_until is None or until > person.young_until):
            person.young_until = until
            for name in [field for field in Person._meta.fields_map if field.endswith("_for")]:
                if getattr(person, name) is FieldVisibility.PUBLIC:
                    setattr(person, name, FieldVisibility.MEMBERS)
            await person.save()
            await AuditEvent.record(person, "protect", by=by, now=now)
    return person


async def lift_protection(person_id: UUID, *, by: Viewer, now: datetime) -> Person:
    """It was a mistake: somebody of 16 or more is protected. Community managers, after asking."""
    require(by, Role.COMMUNITY_MANAGER)
    async with in_transaction():
        person = await Person.locked(person_id, "personId")
        person.young_until = None
        await person.save()
        await AuditEvent.record(person, "lift_protection", by=by, now=now)
    return person
