"""Which Bausteine of the programme a team takes part in."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row


class BlockMembership(Row):
    """A team in a Baustein, such as the Solution Enabler. Staff write these: the programme chooses its teams."""

    kind = "block_membership"

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="block_memberships", db_index=True
    )
    block: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.ProgrammeBlock", related_name="block_memberships", db_index=True
    )
    team_id: UUID
    block_id: UUID

    class Meta:
        table = "team_block"
        unique_together = (("team", "block"),)
