"""What time does to a question (C2.2): others are asked at half of it, managers at the end, a claim holds for a day."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.errors import Refusal
from models.outbox import OutboxEvent
from models.questions import telling
from models.questions.question import Question
from models.questions.routing import ask_around
from models.questions.words import ANSWER_WITHIN, CLAIM_HOLDS, QuestionState

S = QuestionState
OWED = (S.NEW, S.TRIAGED, S.QUEUED, S.CLAIMED)
"""Nobody has answered, and it is for us to see to that."""
OVERDUE = "question.overdue"
PATIENCE_LEFT = 0.5


def overdue(now: datetime) -> QuerySet[Question]:
    """What we owe an answer that has not come: the desk's list, from the longest on."""
    return _ticking().filter(overdue_at__isnull=False, sla_due_at__lte=now)


def _ticking() -> QuerySet[Question]:
    return Question.filter(state__in=list(OWED), stopped_at__isnull=True)


async def sweep(*, now: datetime, most: int = 100) -> int:
    """Half of the time is over, or all of it. Each question in a transaction of its own; a second run finds nothing.

    Returns how many there were; call it again while it returns as many as `most`.
    """
    return await _each(_half_over(now), _ask_others, now, most) + await _each(_all_over(now), _put_on_desk, now, most)


def _half_over(now: datetime) -> QuerySet[Question]:
    half = Q()
    for priority, within in ANSWER_WITHIN.items():
        half |= Q(priority=priority, sla_due_at__lte=now + within * PATIENCE_LEFT)
    return _ticking().filter(half, state=S.QUEUED, rerouted_at__isnull=True)


def _all_over(now: datetime) -> QuerySet[Question]:
    return _ticking().filter(overdue_at__isnull=True, sla_due_at__lte=now)


async def _each(
    which: QuerySet[Question], act: Callable[[UUID, datetime], Awaitable[Any]], now: datetime, most: int
) -> int:
    ids = [row.id for row in await which.order_by("sla_due_at", "id").limit(most).only("id", "sla_due_at")]
    for id in ids:
        async with in_transaction():
            await act(id, now)
    return len(ids)


async def _ask_others(id: UUID, now: datetime) -> None:
    question = await Question.locked(id)
    if await _half_over(now).filter(id=id).exists():
        question = await Question.reroute(id, now=now)
        await ask_around(question, now=now)


async def _put_on_desk(id: UUID, now: datetime) -> None:
    question = await Question.locked(id)
    if not await _all_over(now).filter(id=id).exists():
        return
    question.overdue_at = now
    await question.save(update_fields=["overdue_at"])
    await OutboxEvent.record(
        OVERDUE, subject_kind=question.kind, subject_id=question.id, team_id=question.team_id, now=now
    )
    await telling.overdue(question, now)


async def release_stale(*, now: datetime, most: int = 100, holds: timedelta = CLAIM_HOLDS) -> int:
    """Claims of more than a day without an answer end; whoever asked waits for somebody else. Returns how many."""
    stale = Question.filter(state=S.CLAIMED, claimed_at__lte=now - holds).order_by("claimed_at", "id").limit(most)
    ids = [row.id for row in await stale.only("id", "claimed_at")]
    for id in ids:
        try:
            await Question.release(id, now=now)
        except Refusal:
            continue  # answered, handed back or claimed anew meanwhile
    return len(ids)
