"""Follow: somebody wants to hear of a topic. Their own business: no audit row, no event, nobody counts followers."""

from collections.abc import AsyncIterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.base import Row
from models.errors import Conflict, NotFound, SignInNeeded, ValidationProblem
from models.members import Person, Skill
from models.programme import FieldOfAction, ProgrammeBlock
from models.teams import Team

FOLLOWS_MAX = 200  # every piece of news is compared with all of them; nobody reads a digest of more
SLICE = 1_000  # people per look, so that a popular topic does not fill the memory


class News(StrEnum):
    """News of one kind, whoever they come from."""

    STORIES = "stories"
    SUCCESSES = "successes"
    MILESTONES = "milestones"
    ROLES = "roles"
    """New roles of teams on the contact board."""
    QUESTIONS = "questions"
    """Open questions, for whoever likes to answer."""


class OneTopic(ValidationProblem):
    code = "ONE_TOPIC"
    de = "Bitte genau ein Thema: Baustein, Handlungsfeld, Team, Fähigkeit oder eine Art von Neuigkeiten."
    en = "Please exactly one topic: a block, a field of action, a team, a skill or a kind of news."


class TooManyFollows(Conflict):
    code = "TOO_MANY_FOLLOWS"
    de = f"Mehr als {FOLLOWS_MAX} Themen liest niemand. Bitte folgt zuerst einem anderen nicht mehr."
    en = f"Nobody reads more than {FOLLOWS_MAX} topics. Please stop following another one first."


class Topic(NamedTuple):
    """What is followed: exactly one of these, by the names of the columns."""

    block_id: UUID | None = None
    field_of_action_id: UUID | None = None
    team_id: UUID | None = None
    news: News | None = None
    skill_id: UUID | None = None


PLACES: Mapping[str, tuple[type[Model], str]] = {
    "block_id": (ProgrammeBlock, "blockId"),
    "field_of_action_id": (FieldOfAction, "fieldOfActionId"),
    "team_id": (Team, "teamId"),
    "skill_id": (Skill, "skillId"),
}
"""Column -> what it leads to, and what the API calls it."""


class Follow(Row):
    """One topic of one person: one of the columns."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="follows", on_delete=fields.CASCADE, db_index=True
    )
    person_id: UUID
    block: fields.ForeignKeyNullableRelation[ProgrammeBlock] = fields.ForeignKeyField(
        "models.ProgrammeBlock", related_name="follows", null=True, on_delete=fields.CASCADE, db_index=True
    )
    field_of_action: fields.ForeignKeyNullableRelation[FieldOfAction] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="follows", null=True, on_delete=fields.CASCADE, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="follows", null=True, on_delete=fields.CASCADE, db_index=True
    )
    skill: fields.ForeignKeyNullableRelation[Skill] = fields.ForeignKeyField(
        "models.Skill", related_name="follows", null=True, on_delete=fields.CASCADE, db_index=True
    )
    skill_id: UUID | None
    news: Any = fields.CharEnumField(News, max_length=24, null=True, db_index=True)

    class Meta:
        table = "follow"
        # Each topic once; nothing (NULL) may stand there often.
        unique_together = (
            ("person", "block"), ("person", "field_of_action"), ("person", "team"), ("person", "skill"),
            ("person", "news"),
        )  # fmt: skip

    @classmethod
    async def begin(cls, topic: Topic, *, by: Viewer) -> Self:
        """Follow it; saying so twice changes nothing. What the viewer may not see is not there."""
        if by.person_id is None:
            raise SignInNeeded()
        said = await _said(topic, by)
        async with in_transaction():
            await Person.locked(by.person_id)  # one at a time, so that the limit holds
            known = await cls.filter(person_id=by.person_id, **said).first()
            if known is not None:
                return known
            if await cls.filter(person_id=by.person_id).count() >= FOLLOWS_MAX:
                raise TooManyFollows()
            return await cls.create(person_id=by.person_id, **said)


async def followers(which: Q) -> AsyncIterator[list[UUID]]:
    """Whoever has such a follow, each once, however many of theirs there are; some at a time."""
    after = None
    while True:
        rows = Follow.filter(which).order_by("person_id").distinct().limit(SLICE)
        some = await (rows.filter(person_id__gt=after) if after else rows).values_list("person_id", flat=True)
        if not some:
            return
        yield [UUID(str(each)) for each in some]
        after = some[-1]


async def _said(topic: Topic, by: Viewer) -> dict[str, Any]:
    """The one column that says it; a merged skill is the one it became. Raises `OneTopic` and `NotFound`."""
    said = {name: value for name, value in topic._asdict().items() if value is not None}
    if len(said) != 1:
        raise OneTopic("blockId")
    ((name, value),) = said.items()
    if name in PLACES:
        model, path = PLACES[name]
        row = await visible(model.filter(id=value), by).first()
        if row is None:
            raise NotFound(path)
        said[name] = getattr(row, "merged_into_id", None) or row.pk
    return said
