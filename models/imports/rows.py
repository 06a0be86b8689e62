"""What an import leaves behind besides the rows themselves: which run it was, and which key belongs to which row."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row
from models.imports.kinds import Kind


class ImportRun(Row):
    """One run that wrote something: from where, which file, how many of what. The audit log names it."""

    kind = "import_run"

    what = fields.CharEnumField(Kind, max_length=24)
    source = fields.CharField(max_length=40)
    file_hash = fields.CharField(max_length=64, default="")
    counts: Any = fields.JSONField(default=dict)
    finished_at = Moment(null=True)

    class Meta:
        table = "import_run"


class ImportedRow(Row):
    """A key of a list and the row that it became: what makes the second run know what the first has done.

    `said` holds a short hash per column of what the list said last, so that a change of the list is told from a change
    that people made here; the values themselves are not kept twice. Keys of members are kept as keyed hashes.
    """

    kind = "imported_row"

    what = fields.CharEnumField(Kind, max_length=24)
    source = fields.CharField(max_length=40)
    key = fields.CharField(max_length=200)
    row_id = fields.UUIDField(db_index=True)
    said: Any = fields.JSONField(default=dict)
    run: fields.ForeignKeyRelation[ImportRun] = fields.ForeignKeyField(
        "models.ImportRun", related_name="rows", db_index=True
    )
    run_id: UUID

    class Meta:
        table = "imported_row"
        unique_together = (("what", "source", "key"),)
