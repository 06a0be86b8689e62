"""What people did of which a wish can be read: in Sprechstunden, and with questions."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.demand.counting import About, Asked, Wish
from models.hours import (
    AHEAD,
    OfficeHourSession,
    OfficeHourSlot,
    OfficeHourTopic,
    QueueEntry,
    QueueState,
    SlotState,
    WaitlistEntry,
    WaitlistState,
)
from models.questions import Question, QuestionTopic

COMING = timedelta(weeks=1)
HERE = ZoneInfo("Europe/Berlin")
"""In which a question has a weekday; Sprechstunden have their own zone."""
CAME = [SlotState.BOOKED, SlotState.ATTENDED, SlotState.NO_SHOW]


async def _topics(series: Iterable[UUID]) -> dict[UUID, list[About]]:
    rows = OfficeHourTopic.filter(series_id__in=list(set(series)))
    found: dict[UUID, list[About]] = {}
    for id, skill, field in await rows.values_list("series_id", "skill_id", "field_of_action_id"):
        found.setdefault(id, []).append(About(skill, field))
    return found


async def of_sessions(since: datetime, now: datetime) -> list[Asked]:
    """Who came, waited or stood in a queue; about every topic of the series, or the one that they named."""
    queued = QueueEntry.filter(arrived_at__gte=since, arrived_at__lte=now).prefetch_related("session", "topic")
    waited = WaitlistEntry.filter(created_at__gte=since, created_at__lte=now).prefetch_related("session")
    booked = OfficeHourSlot.filter(state__in=CAME, starts_at__gte=since, starts_at__lte=now)
    rows: list[tuple[Any, datetime, Any, bool]] = [
        (each, each.arrived_at, each.topic, each.state is not QueueState.LEFT) for each in await queued
    ]
    rows += [(each, each.created_at, None, each.state is WaitlistState.ACCEPTED) for each in await waited]
    rows += [(each, each.starts_at, None, True) for each in await booked.prefetch_related("session")]
    topics = await _topics(each.session.series_id for each, *_ in rows)
    found = []
    for each, at, topic, helped in rows:
        session = each.session
        named = [About(topic.skill_id, topic.field_of_action_id)] if topic else topics.get(session.series_id, [])
        found += [Asked(at, Wish(about, session.local_day.isoweekday(), session.language), helped) for about in named]
    return found


async def of_questions(since: datetime, now: datetime) -> list[Asked]:
    rows = await Question.filter(asked_at__gte=since, asked_at__lte=now).only(
        "id", "asked_at", "language", "answered_at"
    )
    by_id = {row.id: row for row in rows}
    topics = QuestionTopic.filter(question_id__in=list(by_id))
    return list(_each_topic(by_id, await topics.values_list("question_id", "skill_id", "field_of_action_id")))


def _each_topic(by_id: dict[UUID, Question], topics: Iterable[tuple[object, ...]]) -> Iterator[Asked]:
    for id, skill, field in topics:
        row = by_id[id]  # type: ignore[index]
        weekday = row.asked_at.astimezone(HERE).isoweekday()
        wish = Wish(About(skill, field), weekday, row.language.value)  # type: ignore[arg-type]
        yield Asked(row.asked_at, wish, row.answered_at is not None)


async def planned(now: datetime) -> Counter[tuple[About, str]]:
    coming = OfficeHourSession.filter(state__in=list(AHEAD), starts_at__gt=now, starts_at__lte=now + COMING)
    rows = await coming.values_list("series_id", "language")
    topics = await _topics(id for id, _ in rows)
    return Counter((about, language) for id, language in rows for about in topics.get(id, []))
