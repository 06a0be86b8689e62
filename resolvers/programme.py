"""The programme: root fields."""

import dataclasses
from typing import Any
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.errors import NotFound
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.paging import Connection, Page
from schema.programme import (
    CorrectSuccessInput,
    CorrectSuccessPayload,
    FieldOfAction,
    ProgrammeBlock,
    PublishSuccessInput,
    PublishSuccessPayload,
    RecordSuccessInput,
    RecordSuccessPayload,
    Success,
    VerifySuccessInput,
    VerifySuccessPayload,
)


async def _act(info: Info, id: UUID, action: str, note: str = "") -> models.Success:
    viewer = info.context.viewer
    if not await visible(models.Success.filter(id=id), viewer).exists():
        raise NotFound("id")
    return await models.Success.act(id, action, by=viewer, now=info.context.now, note=note)


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

    @reads(Success | None)
    def success(self, info: Info, id: UUID) -> QuerySet[models.Success]:
        """One success."""
        return visible(models.Success.filter(id=id), info.context.viewer)

    @reads(Connection[Success])
    def successes(self, info: Info) -> Page[models.Success]:
        """What was reached, newest first; drafts too for staff."""
        rows = visible(models.Success.all(), info.context.viewer)
        return Page(rows, order=("-as_of", "-id"))


@strawberry.type
class ProgrammeMutation:
    @verb(RecordSuccessPayload)
    async def record_success(self, info: Info, input: RecordSuccessInput) -> RecordSuccessPayload:
        """Write down a figure that was reached, with its source and its date."""
        given = {f.name: getattr(input, f.name) for f in dataclasses.fields(input) if f.name != "client_mutation_id"}
        both: dict[str, Any] = {"team_id": models.Team, "block_id": models.ProgrammeBlock}
        for name, model in both.items():
            if given[name] and not await visible(model.filter(id=given[name]), info.context.viewer).exists():
                raise NotFound("teamId" if name == "team_id" else "blockId")
        success = await models.Success.record(**given, by=info.context.viewer, now=info.context.now)
        return RecordSuccessPayload(success=shown(success))

    @verb(VerifySuccessPayload)
    async def verify_success(self, info: Info, input: VerifySuccessInput) -> VerifySuccessPayload:
        """Confirm a figure; a second person has to do this."""
        return VerifySuccessPayload(success=shown(await _act(info, input.id, "verify")))

    @verb(PublishSuccessPayload)
    async def publish_success(self, info: Info, input: PublishSuccessInput) -> PublishSuccessPayload:
        """Show a verified figure to everybody."""
        return PublishSuccessPayload(success=shown(await _act(info, input.id, "publish")))

    @verb(CorrectSuccessPayload)
    async def correct_success(self, info: Info, input: CorrectSuccessInput) -> CorrectSuccessPayload:
        """Say what was wrong about a published figure."""
        return CorrectSuccessPayload(success=shown(await _act(info, input.id, "correct", input.note)))
