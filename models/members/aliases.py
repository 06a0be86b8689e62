"""Another name for some questions: a person may ask or apply under an alias (E37)."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer
from models.base import Row
from models.errors import Conflict, NotFound, SignInNeeded
from models.members.fields import person_name
from models.members.person import Person


class AliasContext(StrEnum):
    """Where an alias is used: one per person and context, so that two questions of one alias belong together."""

    QUESTIONS = "questions"
    EXCHANGE = "exchange"
    HOURS = "hours"


class AliasTaken(Conflict):
    code = "ALIAS_TAKEN"
    de = "Diesen Namen trägt dort schon jemand. Bitte wählt einen anderen."
    en = "Somebody has this name there already. Please choose another one."


class Alias(Row):
    """The name of one person in one context. No GraphQL type leads from it to the person; the person's export does."""

    kind = "alias"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="aliases", db_index=True
    )
    person_id: UUID
    context = fields.CharEnumField(AliasContext, max_length=24)
    name = fields.CharField(max_length=120)

    class Meta:
        table = "alias"
        unique_together = (("person", "context"), ("context", "name"))

    @classmethod
    async def take(cls, context: AliasContext, name: str, *, by: Viewer, now: datetime) -> Self:
        """Call oneself so in this context from now on, also where the alias was used before."""
        if by.person_id is None:
            raise SignInNeeded()
        called = person_name(name)
        async with in_transaction():
            if await cls.filter(context=context, name=called).exclude(person_id=by.person_id).exists():
                raise AliasTaken("name")
            alias, _ = await cls.get_or_create({"name": called}, person_id=by.person_id, context=context)
            alias.name = called
            await alias.save()
        return alias

    @classmethod
    async def drop(cls, id: UUID, *, by: Viewer) -> None:
        """Give an alias up. Raises `NotFound` for anybody else's."""
        if not await cls.filter(id=id, person_id=by.person_id).delete():
            raise NotFound("id")
