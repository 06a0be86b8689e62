"""The programme: fields of action, Bausteine (building blocks) and their successes, each figure with its source."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, require
from models.base import Row
from models.errors import FourEyes, Refusal, ValidationProblem
from models.machine import Actor, Edge, Stateful, Table
from models.roles import Role, Visibility


class FieldOfAction(Row):
    """Handlungsfeld: a topic area of teams."""

    key = fields.CharField(max_length=60, unique=True)
    title_de = fields.CharField(max_length=120)
    title_en = fields.CharField(max_length=120, default="")

    class Meta:
        table = "field_of_action"


class ProgrammeBlock(Row):
    """Baustein: a part of the implementation programme, such as the Solution Enabler."""

    key = fields.CharField(max_length=60, unique=True)
    title_de = fields.CharField(max_length=120)
    title_en = fields.CharField(max_length=120, default="")
    summary_de = fields.TextField(default="")
    summary_en = fields.TextField(default="")
    position = fields.IntField(default=0)

    class Meta:
        table = "programme_block"


class SuccessState(StrEnum):
    DRAFT = "draft"
    VERIFIED = "verified"
    PUBLISHED = "published"
    CORRECTED = "corrected"


class SourceMissing(ValidationProblem):
    code = "SOURCE_MISSING"
    de = "Jede Zahl braucht Quelle und Stand. Bitte gebt einen Link (https://…) und ein Datum an."
    en = "Every figure needs its source and its date. Please give a link (https://…) and a date."


async def _second_person(row: "Success", by: Actor, now: datetime) -> Refusal | None:
    return FourEyes() if by.person_id is not None and by.person_id == row.recorded_by_id else None


EDITORS = frozenset({Role.EDITOR, Role.COMMUNITY_MANAGER})
S = SuccessState


class Success(Stateful):
    """Something that was reached, as a figure: `metric` `value` `unit`, "as of" and source (E63)."""

    kind = "success"
    transitions: ClassVar[Table] = Table(
        Edge(S.DRAFT, "verify", S.VERIFIED, EDITORS, _second_person),
        Edge(S.VERIFIED, "publish", S.PUBLISHED, EDITORS, visible_to=Visibility.PUBLIC),
        Edge(S.PUBLISHED, "correct", S.CORRECTED, EDITORS, visible_to=Visibility.PUBLIC),
        Edge(S.CORRECTED, "correct", S.CORRECTED, EDITORS, visible_to=Visibility.PUBLIC),
    )

    title_de = fields.CharField(max_length=160)
    title_en = fields.CharField(max_length=160, default="")
    metric = fields.CharField(max_length=120)
    value = fields.CharField(max_length=40)
    unit = fields.CharField(max_length=40, default="")
    as_of = fields.DateField()
    source_url = fields.CharField(max_length=500)
    correction_note = fields.TextField(default="")
    state = fields.CharEnumField(SuccessState, max_length=24, default=SuccessState.DRAFT)
    recorded_by_id = fields.UUIDField(null=True)
    team: fields.ForeignKeyNullableRelation["Row"] = fields.ForeignKeyField(
        "models.Team", related_name="successes", null=True, db_index=True
    )
    block: fields.ForeignKeyNullableRelation[ProgrammeBlock] = fields.ForeignKeyField(
        "models.ProgrammeBlock", related_name="successes", null=True, db_index=True
    )

    class Meta:
        table = "success"
        indexes = (("as_of", "id"),)  # the order of every public list of them

    @classmethod
    async def record(
        cls,
        *,
        title_de: str,
        title_en: str,
        metric: str,
        value: str,
        unit: str,
        as_of: date,
        source_url: str,
        team_id: UUID | None,
        block_id: UUID | None,
        by: Viewer,
        now: datetime,
    ) -> Self:
        """Write a draft of a success of a team or of a Baustein."""
        require(by, *EDITORS)
        if not source_url.startswith("https://") or as_of > now.date():
            raise SourceMissing("sourceUrl")
        if (team_id is None) == (block_id is None):
            raise ValidationProblem(
                "teamId", de="Bitte genau eins: Team oder Baustein.", en="Please exactly one: team or block."
            )
        return await cls.create(
            title_de=title_de.strip(),
            title_en=title_en.strip(),
            metric=metric.strip(),
            value=value.strip(),
            unit=unit.strip(),
            as_of=as_of,
            source_url=source_url,
            team_id=team_id,
            block_id=block_id,
            recorded_by_id=by.person_id,
        )

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime, note: str = "") -> Self:
        """Follow one edge: verify, publish or correct (with a note that says what was wrong)."""
        async with in_transaction():
            success = await cls.locked(id)
            if action == "correct":
                success.correction_note = note.strip()
            await success.follow(action, by=by, now=now, note=note)
        return success
