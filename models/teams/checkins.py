"""Check-ins: how a team is doing, in three short answers, so that nobody disappears unnoticed."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row

ANSWER_MAX = 1_000


class Mood(StrEnum):
    """How a team says it is doing. No scale and no figure: it is asked in order to help, never to compare (E42)."""

    WELL = "well"
    MIXED = "mixed"
    STUCK = "stuck"


class CheckIn(Row):
    """One answer of a team. Its members and staff read it; the author's name goes when the person goes."""

    kind = "check_in"

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="check_ins", db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="check_ins", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    team_id: UUID
    person_id: UUID | None
    mood = fields.CharEnumField(Mood, max_length=24)
    succeeded = fields.TextField(default="")
    helps = fields.TextField(default="")
    at = Moment()

    class Meta:
        table = "check_in"
