"""What milestones and successes belong to: fields of action and the Bausteine of the programme."""

from tortoise import fields

from models.base import Row
from models.language import Language


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

    def path(self, language: Language) -> str:
        """Its page."""
        return f"/{language.value}/programme/{self.key}"
