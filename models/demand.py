"""What people want to know, when, and in which language: from what they asked, booked and waited for in past weeks.

A mean that anybody can check: so many asked in so many weeks. What is too young to be a habit is said to be unknown.
Nobody is named, and nobody is counted: a topic, a weekday and a language are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from models.access import Viewer, require
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
from models.roles import Role

WEEK = timedelta(weeks=1)
LOOKED_BACK, LEAST = 8, 2
"""Weeks: what lies longer back says little about the next one; one week alone is no habit."""
COMING = timedelta(weeks=1)
HERE = ZoneInfo("Europe/Berlin")
"""In which a question has a weekday; Sprechstunden have their own zone."""
CAME = [SlotState.BOOKED, SlotState.ATTENDED, SlotState.NO_SHOW]


class About(NamedTuple):
    """A skill or a field of action; one of the two."""

    skill_id: UUID | None
    field_of_action_id: UUID | None


class Wish(NamedTuple):
    """What was wanted: about what, on which day of the week (Monday is 1), in which language."""

    about: About
    weekday: int
    language: str


class Asked(NamedTuple):
    at: datetime
    wish: Wish
    helped: bool


@dataclass(frozen=True)
class Demand:
    wish: Wish
    asked: int
    unhelped: int
    per_week: float
    planned: int
    """Sessions of the coming week about it in this language, on whatever day."""

    @property
    def suggested(self) -> bool:
        """Worth a session: asked about each week, and there is none, or most went without help."""
        return self.per_week >= 1 and (self.planned == 0 or self.unhelped * 2 > self.asked)


@dataclass(frozen=True)
class Forecast:
    weeks: int
    """How many weeks the counts are of."""
    demands: list[Demand]
    """Most wanted first; empty while it is not known."""

    @property
    def is_known(self) -> bool:
        return self.weeks >= LEAST


async def forecast(*, by: Viewer, now: datetime) -> Forecast:
    """For community managers, who plan Sprechstunden."""
    require(by, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)
    asked = [*await _of_sessions(now - LOOKED_BACK * WEEK, now), *await _of_questions(now - LOOKED_BACK * WEEK, now)]
    if not asked:
        return Forecast(0, [])
    weeks = min(LOOKED_BACK, ceil((now - min(each.at for each in asked)) / WEEK))
    if weeks < LEAST:
        return Forecast(weeks, [])
    return Forecast(weeks, counted(asked, weeks, await _planned(now)))


def counted(asked: Iterable[Asked], weeks: int, planned: Counter[tuple[About, str]]) -> list[Demand]:
    every, without = Counter[Wish](), Counter[Wish]()
    for each in asked:
        every[each.wish] += 1
        without[each.wish] += not each.helped
    found = [
        Demand(wish, count, without[wish], count / weeks, planned[wish.about, wish.language])
        for wish, count in every.items()
    ]
    return sorted(found, key=lambda demand: (-demand.asked, str(demand.wish)))


async def _topics(series: Iterable[UUID]) -> dict[UUID, list[About]]:
    rows = OfficeHourTopic.filter(series_id__in=list(set(series)))
    found: dict[UUID, list[About]] = {}
    for id, skill, field in await rows.values_list("series_id", "skill_id", "field_of_action_id"):
        found.setdefault(id, []).append(About(skill, field))
    return found


async def _of_sessions(since: datetime, now: datetime) -> list[Asked]:
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


async def _of_questions(since: datetime, now: datetime) -> list[Asked]:
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


async def _planned(now: datetime) -> Counter[tuple[About, str]]:
    coming = OfficeHourSession.filter(state__in=list(AHEAD), starts_at__gt=now, starts_at__lte=now + COMING)
    rows = await coming.values_list("series_id", "language")
    topics = await _topics(id for id, _ in rows)
    return Counter((about, language) for id, language in rows for about in topics.get(id, []))
