"""What is written below a question: answers, and what the asker was asked."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row

BODY_MAX = 20_000


class Answer(Row):
    """What somebody knows. `shown` is who wrote it; null where the asker of a sealed question answers it themself."""

    kind = "answer"

    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="answers", db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="answers", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    shown: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="shown_answers", null=True, on_delete=fields.SET_NULL
    )
    question_id: UUID
    person_id: UUID | None
    shown_id: UUID | None
    alias = fields.CharField(max_length=120, default="")
    by_asker = fields.BooleanField(default=False)
    body = fields.TextField()
    """Markdown."""
    written_at = Moment()
    edited_at = Moment(null=True)

    class Meta:
        table = "answer"


class Clarification(Row):
    """What somebody wanted to know before they could answer, and what the asker said to it."""

    kind = "clarification"

    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="clarifications", db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="clarifications", null=True, on_delete=fields.SET_NULL
    )
    question_id: UUID
    person_id: UUID | None
    wanted = fields.TextField()
    asked_at = Moment()
    info = fields.TextField(default="")
    given_at = Moment(null=True)
    given_by_id = fields.UUIDField(null=True)
    """Whoever gave it, for their own export; in no answer to anybody."""

    class Meta:
        table = "clarification"
