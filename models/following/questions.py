"""Open questions reach those who follow what they are about: in their next digest, while nobody has them (C2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.access import Viewer
from models.errors import SignInNeeded
from models.following.follow import Follow, News, followers
from models.members import Person, PersonState, Skill, blocked
from models.notifications import Notification, NotificationState, forget, remind_all
from models.questions import Question, QuestionState, QuestionTopic, telling
from models.questions.routing import QuestionRoute, close_to, speaks

N = NotificationState


async def tell_followers(id: UUID, *, now: datetime) -> int:
    """It waits for an answer: tell those who could give one, once per question. Returns how many it is for.

    Whoever is asked personally is not told as well. It is a reminder, which is taken back when the question is taken
    over, answered or gone, and given again when it waits again.
    """
    async with in_transaction():
        question = await Question.locked(id)
        if question.state is not QuestionState.QUEUED or question.within_team:
            return 0
        out = await _without(question)
        count = 0
        async for people in followers(await _leading_to(question)):
            able = await _able([each for each in people if each not in out], question)
            await remind_all(
                able, telling.FOLLOWED, subject=question, at=question.asked_at, now=now, about=telling.about(question)
            )
            count += len(able)
    return count


async def stop_following(id: UUID, *, by: Viewer, now: datetime) -> None:
    """Do not follow it any more; it need not be there. Questions to which nothing else leads leave the next digest."""
    if by.person_id is None:
        raise SignInNeeded()
    async with in_transaction():
        await Follow.filter(id=id, person_id=by.person_id).delete()
        waiting = Notification.filter(
            person_id=by.person_id, what=telling.FOLLOWED, state__in=[N.PLANNED, N.ARRIVED, N.DIGEST]
        )
        ids: Any = await waiting.values_list("subject_id", flat=True)
        for question in await Question.filter(id__in=list(ids)).order_by("id") if ids else ():
            if not await Follow.filter(await _leading_to(question), person_id=by.person_id).exists():
                await forget(question, now=now, kinds=[telling.FOLLOWED], people=[by.person_id])


async def _leading_to(question: Question) -> Q:
    """Its skills, the wider ones that they belong to, its fields of action; and all questions."""
    topics = await QuestionTopic.filter(question_id=question.id)
    skills: set[Any] = {row.skill_id for row in topics if row.skill_id}
    wider: Any = await Skill.filter(id__in=list(skills), parent_id__isnull=False).values_list("parent_id", flat=True)
    areas = [row.field_of_action_id for row in topics if row.field_of_action_id]
    return Q(news=News.QUESTIONS) | Q(skill_id__in=sorted({*skills, *wider})) | Q(field_of_action_id__in=areas)


async def _without(question: Question) -> set[Any]:
    """Who knows of it anyway, is asked personally, or may not see it (E38).

    A question without a name is seen by everybody, so everybody is told: whoever was left out could tell who asked.
    """
    routed: Any = await QuestionRoute.filter(question_id=question.id).values_list("person_id", flat=True)
    apart = await blocked(question.shown_id) if question.shown_id else set()
    return {*routed, *apart} | await close_to(question)


async def _able(people: list[UUID], question: Question) -> list[UUID]:
    """Who is here and speaks its language."""
    rows = Person.filter(id__in=people, state=PersonState.ACTIVE).order_by("id")
    return [row.id for row in await rows.only("id", "languages", "locale") if speaks(row, question)]
