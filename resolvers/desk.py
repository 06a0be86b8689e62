"""The desk: dead letters and the audit log."""

from uuid import UUID

import strawberry

import models
from models import text
from models.access import NOTHING, visible
from models.errors import NotFound
from models.jobs import JobState
from models.questions.clock import overdue
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.desk import (
    AuditEvent,
    DiscardDeadLetterInput,
    DiscardDeadLetterPayload,
    JobRun,
    RetryDeadLetterInput,
    RetryDeadLetterPayload,
)
from schema.paging import Connection, Page
from schema.questions.types import Question


async def known(info: Info, id: UUID) -> UUID:
    """The id of a job that the viewer may see; raises `NotFound`."""
    if not await visible(models.JobRun.filter(id=id), info.context.viewer).exists():
        raise NotFound("id")
    return id


@strawberry.type
class DeskQuery:
    @reads(Connection[JobRun])
    def dead_letters(self, info: Info) -> Page[models.JobRun]:
        """Work that was given up after many attempts, the latest first; for staff."""
        rows = visible(models.JobRun.filter(state=JobState.DEAD), info.context.viewer)
        return Page(rows, order=("-id",))

    @reads(Connection[AuditEvent])
    def audit_of(self, info: Info, subject_id: UUID) -> Page[models.AuditEvent]:
        """Who did what to a row, in order; for staff."""
        rows = visible(models.AuditEvent.filter(subject_id=subject_id), info.context.viewer)
        return Page(rows, order=("at", "id"))

    @reads(Connection[Question])
    def overdue_questions(self, info: Info) -> Page[models.Question]:
        """Questions that we owe an answer, beginning with the one that has waited longest; for staff."""
        viewer = info.context.viewer
        rows = overdue(info.context.now) if viewer.is_staff else models.Question.filter(NOTHING)
        return Page(visible(rows, viewer), order=("sla_due_at", "id"))


@strawberry.type
class DeskMutation:
    @verb(RetryDeadLetterPayload)
    async def retry_dead_letter(self, info: Info, input: RetryDeadLetterInput) -> RetryDeadLetterPayload:
        """Put work that was given up back to work, due now."""
        job = await models.JobRun.retry(await known(info, input.id), by=info.context.viewer, now=info.context.now)
        return RetryDeadLetterPayload(job=shown(job))

    @verb(DiscardDeadLetterPayload)
    async def discard_dead_letter(self, info: Info, input: DiscardDeadLetterInput) -> DiscardDeadLetterPayload:
        """Let work that was given up go for good."""
        reason = text.prose(input.reason, "reason", 1_000)
        job = await models.JobRun.discard(
            await known(info, input.id), by=info.context.viewer, now=info.context.now, reason=reason
        )
        return DiscardDeadLetterPayload(job=shown(job))
