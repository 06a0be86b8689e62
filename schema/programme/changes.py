"""What staff change about the programme: figures and milestones."""

from datetime import date
from uuid import UUID

from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.programme.types import Milestone, Success
from schema.scalars import Url


@given
class RecordSuccessInput(Given):
    """A success of a team or of a Baustein: exactly one of `teamId` and `blockId`."""

    title_de: str
    title_en: str = ""
    metric: str
    """What is counted, in German."""
    metric_en: str = ""
    value: str
    unit: str = ""
    """A sign such as €; words belong to the metric."""
    as_of: date
    source_url: Url
    """Where the figure comes from: an https address."""
    team_id: UUID | None = None
    block_id: UUID | None = None


@answer
class RecordSuccessPayload(Payload):
    success: Success | None


@given
class VerifySuccessInput(Given):
    id: UUID


@answer
class VerifySuccessPayload(Payload):
    success: Success | None


@given
class PublishSuccessInput(Given):
    id: UUID


@answer
class PublishSuccessPayload(Payload):
    success: Success | None


@given
class CorrectSuccessInput(Given):
    """What is right; what is left out stays. Something has to change."""

    id: UUID
    note_de: str
    """What was wrong. It is shown with the figure."""
    note_en: str = ""
    title_de: str | None = None
    title_en: str | None = None
    metric: str | None = None
    metric_en: str | None = None
    value: str | None = None
    unit: str | None = None
    as_of: date | None = None
    source_url: Url | None = None


@answer
class CorrectSuccessPayload(Payload):
    success: Success | None


@given
class PlanMilestoneInput(Given):
    block_id: UUID
    title_de: str
    title_en: str = ""
    text_de: str = ""
    text_en: str = ""
    due_on: date
    position: int = 0
    """Orders those of one day."""


@answer
class PlanMilestonePayload(Payload):
    milestone: Milestone | None


@given
class EditMilestoneInput(Given):
    """All that a milestone says: what is left out is emptied."""

    id: UUID
    version: int | None = None
    title_de: str
    title_en: str = ""
    text_de: str = ""
    text_en: str = ""
    due_on: date
    position: int = 0


@answer
class EditMilestonePayload(Payload):
    milestone: Milestone | None


@given
class ReachMilestoneInput(Given):
    id: UUID
    reached_on: date


@answer
class ReachMilestonePayload(Payload):
    milestone: Milestone | None


@given
class ReopenMilestoneInput(Given):
    id: UUID


@answer
class ReopenMilestonePayload(Payload):
    milestone: Milestone | None


@given
class DropMilestoneInput(Given):
    id: UUID


@answer
class DropMilestonePayload(Payload):
    milestone: Milestone | None


@given
class RestoreMilestoneInput(Given):
    id: UUID


@answer
class RestoreMilestonePayload(Payload):
    milestone: Milestone | None
