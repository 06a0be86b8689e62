"""The desk: work that was given up, and who did what. For staff."""

from datetime import datetime
from uuid import UUID

import models
from models.access import visible
from models.jobs import JobState
from models.redaction import redacted
from schema.batched import batched
from schema.binding import bound, shown
from schema.context import Context
from schema.derived import derived
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.members import Person


@bound(models.JobRun)
class JobRun:
    """A piece of work. What it is about stands in rows of their own; it carries ids only."""

    id: UUID
    work: str
    """What was to be done, such as `story.publish`."""
    state: JobState
    attempts: int
    due_at: datetime
    created_at: datetime
    updated_at: datetime

    @derived("last_error")
    def last_error(last_error: str) -> str:
        """What went wrong the last time, without addresses and secrets."""
        return redacted(last_error)

    @derived("payload")
    def about(payload: object) -> list[UUID]:
        """The rows it is about, by their ids."""
        return list(_ids(payload))


def _ids(payload: object) -> list[UUID]:
    found = []
    for value in payload.values() if isinstance(payload, dict) else ():
        try:
            found.append(UUID(str(value)))
        except ValueError:
            continue
    return found


@bound(models.AuditEvent)
class AuditEvent:
    """Who did what to which row, and when. Nothing is ever taken out of this list."""

    id: UUID
    action: str
    subject_kind: str
    subject_id: UUID
    before: str
    after: str
    note: str
    key_id: UUID | None
    """The partner's key that did it, where no person did."""
    request_id: str
    """The request in whose log lines more stands."""
    at: datetime

    @batched("actor_id")
    async def actor(ids: list[UUID | None], context: Context) -> list[Person | None]:
        """Who did it; null for our own jobs."""
        people = visible(models.Person.filter(id__in={each for each in ids if each}), context.viewer)
        found = {person.id: shown(person) for person in await people}
        return [found.get(each) if each else None for each in ids]


@given
class RetryDeadLetterInput(Given):
    id: UUID


@answer
class RetryDeadLetterPayload(Payload):
    job: JobRun | None


@given
class DiscardDeadLetterInput(Given):
    id: UUID
    reason: str
    """Why it may be forgotten; it stands in the audit log."""


@answer
class DiscardDeadLetterPayload(Payload):
    job: JobRun | None
