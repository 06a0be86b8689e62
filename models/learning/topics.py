"""What a resource is about: skills of the catalogue, and fields of action."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row
from models.learning.refusals import NoSuchSubject
from models.members import Skill, SkillState
from models.programme import FieldOfAction

MOST = 10


class LearningTopic(Row):
    """One topic of one resource: a skill or a field of action."""

    resource: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.LearningResource", related_name="topics", db_index=True
    )
    skill: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Skill", related_name="learning_topics", null=True, db_index=True
    )
    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="learning_topics", null=True, db_index=True
    )
    resource_id: UUID
    skill_id: UUID | None
    field_of_action_id: UUID | None

    class Meta:
        table = "learning_topic"

    @classmethod
    async def put(cls, resource_id: UUID, skills: Sequence[UUID], areas: Sequence[UUID]) -> None:
        """These and no others. In the caller's transaction. Raises `NoSuchSubject`."""
        wanted, fields_ = set(skills), set(areas)
        known = await Skill.filter(id__in=wanted, state=SkillState.APPROVED).count() if wanted else 0
        here = await FieldOfAction.filter(id__in=fields_).count() if fields_ else 0
        if len(wanted) + len(fields_) > MOST or known != len(wanted) or here != len(fields_):
            raise NoSuchSubject("skills")
        await cls.filter(resource_id=resource_id).delete()
        rows = [cls(resource_id=resource_id, skill_id=id) for id in sorted(wanted)]
        rows += [cls(resource_id=resource_id, field_of_action_id=id) for id in sorted(fields_)]
        await cls.bulk_create(rows)
