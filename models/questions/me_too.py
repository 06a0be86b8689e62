"""MeToo: who has the same question."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row


class MeToo(Row):
    """Somebody has the same question. How many they are is known to all, who they are to nobody."""

    kind = "me_too"

    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="me_toos", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="me_toos", db_index=True
    )
    question_id: UUID
    person_id: UUID
    via_id = fields.UUIDField(null=True)
    """The duplicate by which they came here; a merge that was wrong is undone by it."""

    class Meta:
        table = "me_too"
        unique_together = (("question", "person"),)
