"""The programme: what everybody reads."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.programme.milestone import ORDER
from schema.binding import reads
from schema.context import Info
from schema.paging import Connection, Page
from schema.programme import FieldOfAction, Milestone, ProgrammeBlock, Success


@strawberry.type
class ProgrammeQuery:
    @reads(list[FieldOfAction])
    def fields_of_action(self, info: Info) -> QuerySet[models.FieldOfAction]:
        """Topic areas, by key."""
        return visible(models.FieldOfAction.all(), info.context.viewer).order_by("key", "id").limit(100)

    @reads(list[ProgrammeBlock])
    def programme_blocks(self, info: Info) -> QuerySet[models.ProgrammeBlock]:
        """The Bausteine, in the programme's order."""
        return visible(models.ProgrammeBlock.all(), info.context.viewer).order_by("position", "id").limit(100)

    @reads(Connection[Milestone])
    def milestones(self, info: Info) -> Page[models.Milestone]:
        """Where the Bausteine want to be by when, by day; dropped ones too for staff."""
        return Page(visible(models.Milestone.all(), info.context.viewer), order=ORDER)

    @reads(Success | None)
    def success(self, info: Info, id: UUID) -> QuerySet[models.Success]:
        """One success."""
        return visible(models.Success.filter(id=id), info.context.viewer)

    @reads(Connection[Success])
    def successes(self, info: Info) -> Page[models.Success]:
        """What was reached, newest first; drafts too for staff."""
        rows = visible(models.Success.all(), info.context.viewer)
        return Page(rows, order=("-as_of", "-id"))
