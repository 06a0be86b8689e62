"""SuccessCorrection: what a published figure said before, and why it says something else now. Never changed."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row

if TYPE_CHECKING:
    from models.programme.success import Success

NOTE_MAX = 1_000


class SuccessCorrection(Row):
    """One correction. It holds what stood there until then, so that readers of the old figure find it again."""

    success: fields.ForeignKeyRelation["Success"] = fields.ForeignKeyField(
        "models.Success", related_name="corrections", on_delete=fields.CASCADE, db_index=True
    )
    success_id: UUID
    title_de = fields.CharField(max_length=160)
    title_en = fields.CharField(max_length=160, default="")
    metric = fields.CharField(max_length=120)
    metric_en = fields.CharField(max_length=120, default="")
    value = fields.CharField(max_length=40)
    unit = fields.CharField(max_length=40, default="")
    as_of = fields.DateField()
    source_url = fields.CharField(max_length=500)
    note_de = fields.TextField()
    note_en = fields.TextField(default="")
    at: Any = Moment()
    by_id = fields.UUIDField(null=True)

    class Meta:
        table = "success_correction"
