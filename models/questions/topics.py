"""QuestionTopic: what a question is about."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row


class QuestionTopic(Row):
    """A skill or a field of action."""

    kind = "question_topic"

    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="topics", db_index=True
    )
    skill: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Skill", related_name="question_topics", null=True, db_index=True
    )
    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="question_topics", null=True, db_index=True
    )
    question_id: UUID
    skill_id: UUID | None
    field_of_action_id: UUID | None

    class Meta:
        table = "question_topic"
        # Each topic once; nothing (NULL) may stand there often.
        unique_together = (("question", "skill"), ("question", "field_of_action"))
