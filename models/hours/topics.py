"""OfficeHourTopic: what a series is about."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row


class OfficeHourTopic(Row):
    """A skill or a field of action."""

    series: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourSeries", related_name="topics", db_index=True
    )
    skill: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Skill", related_name="hour_topics", null=True, db_index=True
    )
    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="hour_topics", null=True, db_index=True
    )
    series_id: UUID
    skill_id: UUID | None
    field_of_action_id: UUID | None

    class Meta:
        table = "office_hour_topic"
