"""What happens to questions when somebody goes: what they had taken over is free at once, what they asked is closed."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.questions.me_too import MeToo
from models.questions.question import Question
from models.questions.words import BEFORE_AN_ANSWER, QuestionState

UNANSWERED = (*BEFORE_AN_ANSWER, QuestionState.PARKED)


async def hand_over(person_id: UUID, *, now: datetime) -> int:
    """Somebody is away: others may have at once what they had taken over (E3, E61). Returns how many there were."""
    rows = await Question.filter(claimed_by_id=person_id, state=QuestionState.CLAIMED).only("id")
    return await Question.vacate([row.id for row in rows], now=now)


async def person_gone(person_id: UUID, *, now: datetime) -> None:
    """Nobody waits for an answer any more; what was answered stays for the others. A second time changes nothing."""
    await hand_over(person_id, now=now)
    for row in await Question.filter(person_id=person_id, state__in=list(UNANSWERED)).order_by("id").only("id"):
        async with in_transaction():
            question = await Question.locked(row.id)
            if question.state in UNANSWERED:
                await question.follow("close", by=SYSTEM, now=now)
    for said in await MeToo.filter(person_id=person_id).order_by("question_id").only("id", "question_id"):
        async with in_transaction():
            question = await Question.locked(said.question_id)
            await MeToo.filter(id=said.id).delete()
            await question.count_me_too()
