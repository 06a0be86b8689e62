"""What people do who know something, or want to know the same; and what whoever asked says to it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.machine import Actor
from models.outbox import AuditEvent
from models.questions.answers import BODY_MAX, Answer
from models.questions.asking import may_take_part
from models.questions.claiming import Claiming
from models.questions.me_too import MeToo
from models.questions.states import MANAGERS


class Answering(Claiming):
    """Answers, which of them it was, and "me too"."""

    class Meta:
        abstract = True

    @classmethod
    async def answer(cls, id: UUID, body: str, *, by: Viewer, now: datetime) -> tuple[Self, Answer]:
        """Answer it, with or without having taken it over; further answers may follow.

        Whoever asked unnamed answers their own question unnamed, too.
        """
        said = text.prose(body, "body", BODY_MAX)
        me = await may_take_part(by)
        async with in_transaction():
            question = await cls.seen(id, by)
            mine = question.person_id == me
            answer = Answer(
                question_id=question.id, person_id=me, shown_id=me, by_asker=mine, body=said, written_at=now
            )
            if mine and question.is_sealed:
                answer.shown_id, answer.alias = None, question.alias
            question.answered_at = question.answered_at or now
            question.stop_clock(now)
            await question.follow("answer", by=question.as_asker(by), now=now, answer=str(answer.id))
            await answer.save(force_create=True)
        return question, answer

    @classmethod
    async def update_answer(cls, answer_id: UUID, body: str, *, by: Viewer, now: datetime) -> Answer:
        """Change one's own answer; a manager anybody's, which is noted."""
        said = text.prose(body, "body", BODY_MAX)
        answer = await Answer.filter(id=answer_id).first()
        if answer is None:
            raise NotFound("id")
        async with in_transaction():
            question = await cls.seen(answer.question_id, by)
            actor, note = question._writes(answer, by), "" if answer.person_id == by.person_id else "on behalf"
            answer = await Answer.locked(answer_id)
            answer.body, answer.edited_at = said, now
            await answer.save()
            await AuditEvent.record(answer, "edit", by=actor, now=now, note=note)
        return answer

    def _writes(self, answer: Answer, by: Viewer) -> Actor:
        """Who changes the answer, as the log may name them. Raises `NotAllowed`."""
        if by.person_id is None:
            raise SignInNeeded()
        if answer.person_id == by.person_id:
            return self.as_asker(by)
        if by.roles & MANAGERS:
            return by
        raise NotAllowed()

    @classmethod
    async def accept(cls, id: UUID, answer_id: UUID, *, by: Viewer, now: datetime) -> Self:
        """This was it, says whoever asked; another answer may take its place later."""
        async with in_transaction():
            question = await cls.seen(id, by)
            if not await Answer.filter(id=answer_id, question_id=question.id).exists():
                raise NotFound("answerId")
            question.accepted_answer_id = answer_id
            await question.follow("accept", by=question.as_asker(by), now=now, answer=str(answer_id))
        return question

    @classmethod
    async def say_me_too(cls, id: UUID, yes: bool = True, *, by: Viewer, now: datetime) -> Self:
        """Have the same question, or not any more; saying either twice changes nothing. Of a duplicate it is the other.

        Nothing is logged: who has which question is nobody's business.
        """
        me = await may_take_part(by)
        async with in_transaction():
            seen = await visible(cls.filter(id=id), by).first()
            if seen is None:
                raise NotFound("id")
            question = await cls.seen(seen.canonical_id or id, by)
            if question.person_id == me:
                return question
            if yes:
                await MeToo.get_or_create(question_id=question.id, person_id=me)
            else:
                await MeToo.filter(question_id=question.id, person_id=me).delete()
            await question.count_me_too()
        return question
