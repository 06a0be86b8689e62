"""Milestone: where a Baustein wants to be by when, and when it got there."""

from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.base import Moment
from models.errors import NotFound
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.programme.milestone_states import MilestoneState, transitions
from models.programme.places import ProgrammeBlock
from models.programme.refusals import BlockHasNoRoom, DateAhead
from models.roles import STAFF, Visibility

TITLE_MAX = 160
TEXT_MAX = 2_000
PER_BLOCK = 80  # a page and a relation show all of them
ORDER = ("due_on", "position", "id")


class Plan(NamedTuple):
    """What a milestone says, as it comes from a form."""

    title_de: str
    due_on: date
    title_en: str = ""
    text_de: str = ""
    text_en: str = ""
    position: int = 0


class Milestone(Stateful):
    """A day in the course of a Baustein. `due_on` is when it is meant to be, `reached_on` when it was."""

    kind = "milestone"
    transitions: ClassVar[Table] = transitions

    block: fields.ForeignKeyRelation[ProgrammeBlock] = fields.ForeignKeyField(
        "models.ProgrammeBlock", related_name="milestones", db_index=True
    )
    block_id: UUID
    title_de = fields.CharField(max_length=TITLE_MAX)
    title_en = fields.CharField(max_length=TITLE_MAX, default="")
    text_de = fields.TextField(default="")
    text_en = fields.TextField(default="")
    due_on = fields.DateField()
    reached_on: Any = fields.DateField(null=True)
    position = fields.IntField(default=0)
    """Orders those of one day."""
    state = fields.CharEnumField(MilestoneState, max_length=24, default=MilestoneState.PLANNED)
    planned_at: Any = Moment(db_index=True)
    changed_at: Any = Moment()

    class Meta:
        table = "milestone"
        indexes = (("block_id", "due_on", "position"),)

    @classmethod
    async def plan(cls, block_id: UUID, plan: Plan, *, by: Viewer, now: datetime) -> Self:
        """Write one down; it is public at once."""
        require(by, *STAFF)
        said = checked(plan)
        async with in_transaction():
            await ProgrammeBlock.locked(block_id, "blockId")  # one at a time, so that the limit holds
            if await cls.filter(block_id=block_id).count() >= PER_BLOCK:
                raise BlockHasNoRoom("blockId")
            row = await cls.create(**said._asdict(), block_id=block_id, planned_at=now, changed_at=now)
            await AuditEvent.record(row, "plan", by=by, now=now, after=row.state.value)
            await OutboxEvent.record(
                "milestone.planned", subject_kind=cls.kind, subject_id=row.id, visible_to=Visibility.PUBLIC, now=now,
                payload={"action": "plan", "block": str(block_id)},
            )  # fmt: skip
        return row

    @classmethod
    async def edit(cls, id: UUID, plan: Plan, *, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Say it better, or move its day, as long as it is ahead."""
        async with in_transaction():
            row = await cls.locked(id, version=version)
            if refusal := (await row.decide("edit", by=by, now=now)).refusal:
                raise refusal
            row.update_from_dict(checked(plan)._asdict())
            await row._go("edit", by, now)
        return row

    @classmethod
    async def reach(cls, id: UUID, on: date, *, by: Viewer, now: datetime) -> Self:
        """It was reached, on this day."""
        async with in_transaction():
            row = await cls.locked(id)
            if on > now.date():
                raise DateAhead("reachedOn")
            row.reached_on = on
            await row._go("reach", by, now)
        return row

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime) -> Self:
        """Follow an edge that needs no more than its name: `reopen`, `drop`, `plan_again`."""
        if action not in ("reopen", "drop", "plan_again"):
            raise NotFound("action")
        async with in_transaction():
            row = await cls.locked(id)
            row.reached_on = None
            await row._go(action, by, now)
        return row

    async def _go(self, action: str, by: Viewer, now: datetime) -> None:
        self.changed_at = now
        await self.follow(action, by=by, now=now, block=str(self.block_id))


def checked(plan: Plan) -> Plan:
    """The plan, trimmed. Raises refusals that name the field."""
    return Plan(
        title_de=text.line(plan.title_de, "titleDe", TITLE_MAX),
        title_en=text.line(plan.title_en, "titleEn", TITLE_MAX, required=False),
        text_de=text.prose(plan.text_de, "textDe", TEXT_MAX, required=False),
        text_en=text.prose(plan.text_en, "textEn", TEXT_MAX, required=False),
        due_on=plan.due_on,
        position=plan.position,
    )
