"""Figures: recorded by one, verified by another, corrected in the open."""

from uuid import UUID

import strawberry
from tortoise.models import Model

import models
from models.access import visible
from models.errors import NotFound
from models.programme import Figure
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.programme import (
    CorrectSuccessInput,
    CorrectSuccessPayload,
    PublishSuccessInput,
    PublishSuccessPayload,
    RecordSuccessInput,
    RecordSuccessPayload,
    VerifySuccessInput,
    VerifySuccessPayload,
)


async def there(info: Info, rows: type[Model], id: UUID, path: str = "id") -> UUID:
    """The id, if the viewer may see the row. Raises `NotFound`."""
    if not await visible(rows.filter(id=id), info.context.viewer).exists():
        raise NotFound(path)
    return id


@strawberry.type
class SuccessMutation:
    @verb(RecordSuccessPayload)
    async def record_success(self, info: Info, input: RecordSuccessInput) -> RecordSuccessPayload:
        """Write down a figure that was reached, with its source and its date."""
        if input.team_id:
            await there(info, models.Team, input.team_id, "teamId")
        if input.block_id:
            await there(info, models.ProgrammeBlock, input.block_id, "blockId")
        figure = Figure(**{name: getattr(input, name) for name in Figure._fields})
        success = await models.Success.record(
            figure, team_id=input.team_id, block_id=input.block_id, by=info.context.viewer, now=info.context.now
        )
        return RecordSuccessPayload(success=shown(success))

    @verb(VerifySuccessPayload)
    async def verify_success(self, info: Info, input: VerifySuccessInput) -> VerifySuccessPayload:
        """Confirm a figure; a second person has to do this."""
        id = await there(info, models.Success, input.id)
        success = await models.Success.verify(id, by=info.context.viewer, now=info.context.now)
        return VerifySuccessPayload(success=shown(success))

    @verb(PublishSuccessPayload)
    async def publish_success(self, info: Info, input: PublishSuccessInput) -> PublishSuccessPayload:
        """Show a verified figure to everybody."""
        id = await there(info, models.Success, input.id)
        success = await models.Success.publish(id, by=info.context.viewer, now=info.context.now)
        return PublishSuccessPayload(success=shown(success))

    @verb(CorrectSuccessPayload)
    async def correct_success(self, info: Info, input: CorrectSuccessInput) -> CorrectSuccessPayload:
        """Put a published figure right, and say what was wrong; what stood there before stays to be read."""
        id = await there(info, models.Success, input.id)
        said = {name: getattr(input, name) for name in Figure._fields}
        changes = {name: value for name, value in said.items() if value is not None}
        success = await models.Success.correct(
            id, changes, note_de=input.note_de, note_en=input.note_en, by=info.context.viewer, now=info.context.now
        )
        return CorrectSuccessPayload(success=shown(success))
