"""The wish "do not match me with X": silent, binding, without a reason (E38)."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.base import Row
from models.errors import NotFound, SignInNeeded
from models.jobs import JobRun
from models.members.person import Person
from models.members.refusals import BlockOneself


class Block(Row):
    """One person's wish. Nobody but them reads it: no audit row, no event, no sign for the other."""

    kind = "block"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="blocks", db_index=True
    )
    person_id: UUID
    other: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="blocked_by", db_index=True
    )
    other_id: UUID

    class Meta:
        table = "block"
        unique_together = (("person", "other"),)

    @classmethod
    async def put(cls, other_id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Do not match me with them; saying it twice changes nothing."""
        if by.person_id is None:
            raise SignInNeeded()
        if other_id == by.person_id:
            raise BlockOneself("personId")
        async with in_transaction():
            if not await visible(Person.filter(id=other_id), by).exists():
                raise NotFound("personId")
            block, fresh = await cls.get_or_create(person_id=by.person_id, other_id=other_id)
            if fresh:
                await _forget_suggestions(by.person_id, other_id, now)
        return block

    @classmethod
    async def lift(cls, other_id: UUID, *, by: Viewer) -> None:
        """Take the wish back; there need not be one."""
        if by.person_id is None:
            raise SignInNeeded()
        await cls.filter(person_id=by.person_id, other_id=other_id).delete()


async def _forget_suggestions(one: UUID, other: UUID, now: datetime) -> None:
    """Both get a list without the other within seconds. An event would tell staff who does not want to meet whom."""
    for person in (one, other):
        key = f"suggest.person:{person}:{now.isoformat()}"
        await JobRun.enqueue("suggest.person", key, due_at=now, payload={"subject": str(person)})


async def blocked(person_id: UUID) -> set[UUID]:
    """Everybody with whom this person must not be matched, whichever of the two said so.

    For suggestions, runs, queues and bookings. Whoever uses it leaves the others out without a word: neither of the
    two may be able to tell from an answer.
    """
    pairs = await Block.filter(Q(person_id=person_id) | Q(other_id=person_id)).values_list("person_id", "other_id")
    return {other for pair in pairs for other in pair} - {person_id}


async def blocked_pairs() -> set[frozenset[UUID]]:
    """All pairs at once, for a computation over everybody."""
    return {frozenset(pair) for pair in await Block.all().values_list("person_id", "other_id")}
