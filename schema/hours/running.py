"""What hosts say about one session."""

from datetime import datetime
from uuid import UUID

from schema.described import answer, given
from schema.hours.sessions import OfficeHourSession
from schema.inputs import Given, Payload


@given
class RescheduleOfficeHourInput(Given):
    id: UUID
    starts_at: datetime


@answer
class RescheduleOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class CancelOfficeHourInput(Given):
    id: UUID
    reason: str = ""


@answer
class CancelOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class AnnounceDelayInput(Given):
    id: UUID
    minutes: int
    """0 to 120; 0 takes it back."""


@answer
class AnnounceDelayPayload(Payload):
    session: OfficeHourSession | None


@given
class OpenOfficeHourInput(Given):
    id: UUID


@answer
class OpenOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class BeginOfficeHourInput(Given):
    id: UUID


@answer
class BeginOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class CloseOfficeHourInput(Given):
    id: UUID


@answer
class CloseOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class PublishSessionNotesInput(Given):
    id: UUID
    notes: str
    """Markdown, up to 10,000 characters."""


@answer
class PublishSessionNotesPayload(Payload):
    session: OfficeHourSession | None
