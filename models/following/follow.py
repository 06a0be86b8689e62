"""Follow: somebody wants to hear of a topic. Their own business: no audit row, no event, nobody counts followers."""

from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from tortoise import fields
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.base import Row
from models.errors import Conflict, NotFound, SignInNeeded, ValidationProblem
from models.members import Person
from models.programme import FieldOfAction, ProgrammeBlock
from models.teams import Team

FOLLOWS_MAX = 200  # every piece of news is compared with all of them; nobody reads a digest of more


class News(StrEnum):
    """News of one kind, whoever they come from."""

    STORIES = "stories"
    SUCCESSES = "successes"
    MILESTONES = "milestones"
    ROLES = "roles"
    """New roles of teams on the contact board."""


class OneTopic(ValidationProblem):
    code = "ONE_TOPIC"
    de = "Bitte genau ein Thema: Baustein, Handlungsfeld, Team oder eine Art von Neuigkeiten."
    en = "Please exactly one topic: a block, a field of action, a team or a kind of news."


class TooManyFollows(Conflict):
    code = "TOO_MANY_FOLLOWS"
    de = f"Mehr als {FOLLOWS_MAX} Themen liest niemand. Bitte folgt zuerst einem anderen nicht mehr."
    en = f"Nobody reads more than {FOLLOWS_MAX} topics. Please stop following another one first."


class Topic(NamedTuple):
    """What is followed: exactly one of these."""

    block_id: UUID | None = None
    field_id: UUID | None = None
    team_id: UUID | None = None
    news: News | None = None


class Follow(Row):
    """One topic of one person. `topic` says it in one word, so that the database keeps it to one row."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="follows", on_delete=fields.CASCADE, db_index=True
    )
    person_id: UUID
    topic = fields.CharField(max_length=60, db_index=True)
    block: fields.ForeignKeyNullableRelation[ProgrammeBlock] = fields.ForeignKeyField(
        "models.ProgrammeBlock", related_name="follows", null=True, on_delete=fields.CASCADE
    )
    field_of_action: fields.ForeignKeyNullableRelation[FieldOfAction] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="follows", null=True, on_delete=fields.CASCADE
    )
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="follows", null=True, on_delete=fields.CASCADE
    )
    news: Any = fields.CharEnumField(News, max_length=24, null=True)

    class Meta:
        table = "follow"
        unique_together = (("person", "topic"),)

    @classmethod
    async def begin(cls, topic: Topic, *, by: Viewer) -> Self:
        """Follow it; saying so twice changes nothing. What the viewer may not see is not there."""
        if by.person_id is None:
            raise SignInNeeded()
        word = await _word(topic, by)
        async with in_transaction():
            await Person.locked(by.person_id)  # one at a time, so that the limit holds
            known = await cls.filter(person_id=by.person_id, topic=word).first()
            if known is not None:
                return known
            if await cls.filter(person_id=by.person_id).count() >= FOLLOWS_MAX:
                raise TooManyFollows()
            return await cls.create(
                person_id=by.person_id, topic=word, block_id=topic.block_id, field_of_action_id=topic.field_id,
                team_id=topic.team_id, news=topic.news,
            )  # fmt: skip

    @classmethod
    async def end(cls, id: UUID, *, by: Viewer) -> None:
        """Do not follow it any more; it need not be there."""
        if by.person_id is None:
            raise SignInNeeded()
        await cls.filter(id=id, person_id=by.person_id).delete()


async def _word(topic: Topic, by: Viewer) -> str:
    """The topic as one word. Raises `OneTopic` and `NotFound`."""
    if sum(each is not None for each in topic) != 1:
        raise OneTopic("blockId")
    places: dict[str, tuple[type[Model], UUID | None, str]] = {
        "block": (ProgrammeBlock, topic.block_id, "blockId"),
        "field": (FieldOfAction, topic.field_id, "fieldOfActionId"),
        "team": (Team, topic.team_id, "teamId"),
    }
    for name, (model, id, path) in places.items():
        if id is not None:
            if not await visible(model.filter(id=id), by).exists():
                raise NotFound(path)
            return word(name, id)
    return word("news", topic.news)


def word(name: str, of: Any) -> str:
    """`block:0190…`, `news:stories`."""
    return f"{name}:{of.value if isinstance(of, News) else of}"
