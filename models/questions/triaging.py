"""What community managers do: say what a question is about, ask back, set it aside."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer
from models.questions import content
from models.questions.answers import BODY_MAX, Clarification
from models.questions.asking import REASON_MAX, Asking
from models.questions.content import Asked
from models.questions.words import ANSWER_WITHIN, Priority, QuestionKind


class Triaging(Asking):
    """The verbs of those who look after all questions, and the one that whoever has claimed it shares with them."""

    class Meta:
        abstract = True

    @classmethod
    async def triage(
        cls,
        id: UUID,
        purpose: QuestionKind,
        *,
        by: Viewer,
        now: datetime,
        priority: Priority = Priority.NORMAL,
        asked: Asked | None = None,
    ) -> Self:
        """Say who can answer it, how urgent it is and what it is about; from then on it waits for an answer."""
        async with in_transaction():
            question = await cls.seen(id, by)
            if question.sla_due_at is not None:
                question.sla_due_at += ANSWER_WITHIN[priority] - ANSWER_WITHIN[question.priority]
            question.purpose, question.priority, question.triaged_at = purpose, priority, now
            if asked is not None:
                content.take(question, asked)
            await question.follow("triage", by=by, now=now, purpose=purpose.value)
            if asked is not None:
                await content.write_topics(question, asked)
            await question.follow("queue", by=by, now=now)
        return question

    @classmethod
    async def request_info(cls, id: UUID, wanted: str, *, by: Viewer, now: datetime) -> Self:
        """Ask the asker something first. The clock stands still until they answer; a claim ends."""
        said = text.prose(wanted, "wanted", BODY_MAX)
        async with in_transaction():
            question = await cls.seen(id, by)
            question.stop_clock(now)
            await question.follow("request_info", by=by, now=now)
            await Clarification(question_id=question.id, person_id=by.person_id, wanted=said, asked_at=now).save(
                force_create=True
            )
        return question

    @classmethod
    async def park(cls, id: UUID, *, by: Viewer, now: datetime, reason: str = "") -> Self:
        """Set it aside until something else has happened; the asker reads why."""
        said = text.line(reason, "reason", REASON_MAX, required=False)
        async with in_transaction():
            question = await cls.seen(id, by)
            question.reason = said
            question.stop_clock(now)
            await question.follow("park", by=by, now=now)
        return question
