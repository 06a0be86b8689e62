"""Who is told that a question waits: a few at a time who know about it, and each hears why it is them.

Nobody is ranked: whoever fits is shuffled, by question and round. Whoever must not meet the asker is left out without a
word (E38).
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.transactions import in_transaction

from models.base import Moment, Row
from models.hours import OfficeHourTopic, SeriesHost
from models.members import Block, Consent, ConsentStatus, Person, PersonSkill, PersonState, Purpose, RoleGrant, blocked
from models.notifications import forget, remind
from models.questions import telling
from models.questions.claiming import MOST_CLAIMS
from models.questions.me_too import MeToo
from models.questions.question import Question
from models.questions.topics import QuestionTopic
from models.questions.words import QuestionState
from models.roles import Role
from models.teams import MembershipState, TeamMembership

AT_ONCE = 5  # enough that one of them has time, few enough that each of them is meant
WEEK = timedelta(days=7)
MOST_A_WEEK = 3  # questions that we bring to one person; whoever wants more looks at the list
SLICE = 100


class Why(NamedTuple):
    """Why somebody is asked, in both languages."""

    de: str
    en: str
    offered: bool = True
    """They have offered it openly, and need not agree to be found."""


HOSTS = Why("weil du eine Sprechstunde dazu anbietest", "because you host an office hour about it")
EXPERTS = Why("weil du als Expert:in Fragen beantwortest", "because you answer questions as an expert")


def of_skill(label_de: str, label_en: str) -> Why:
    return Why(f"weil du „{label_de}“ angegeben hast", f"because you named “{label_en or label_de}”", offered=False)


class QuestionRoute(Row):
    """Somebody was asked about a question; the next round asks others."""

    kind = "question_route"

    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="routes", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="question_routes", on_delete=fields.CASCADE, db_index=True
    )
    question_id: UUID
    person_id: UUID
    event_id = fields.UUIDField(null=True)
    """By which the question came into the queue; null for the round at half of the time."""
    told_at = Moment()

    class Meta:
        table = "question_route"
        unique_together = (("question", "person"),)


async def route(id: UUID, event_id: UUID, *, now: datetime) -> int:
    """It has come into the queue: ask a few, once per event. Returns how many were asked."""
    async with in_transaction():
        question = await Question.locked(id)
        if question.state is not QuestionState.QUEUED:
            return 0
        if await QuestionRoute.filter(question_id=id, event_id=event_id).exists():
            return 0
        return await ask_around(question, event_id=event_id, now=now)


async def ask_around(question: Question, *, now: datetime, event_id: UUID | None = None) -> int:
    """Ask a few whom nobody has asked yet about this question. In the caller's transaction; the row is locked."""
    if question.within_team:
        return 0
    asked = set(await QuestionRoute.filter(question_id=question.id).values_list("person_id", flat=True))
    out = asked | await close_to(question) | await _apart(question)
    chosen = await _choose(question, await _by_topic(question, now), out, now)
    chosen = chosen or await _choose(question, await _experts(now), out, now)
    await QuestionRoute.bulk_create(
        [QuestionRoute(question_id=question.id, person_id=id, event_id=event_id, told_at=now) for id in chosen]
    )
    # Whoever is asked personally does not read of it among the questions that they follow, too.
    await forget(question, now=now, kinds=[telling.FOLLOWED], people=list(chosen))
    for id, why in chosen.items():
        said = {**telling.about(question), "why_de": why.de, "why_en": why.en}
        await remind(id, telling.ROUTED, subject=question, at=now, now=now, about=said)
    return len(chosen)


async def close_to(question: Question) -> set[Any]:
    """Who asks, has the same question, or belongs to the team for which it is asked: they know of it."""
    out: set[Any] = {question.person_id}
    out |= set(await MeToo.filter(question_id=question.id).values_list("person_id", flat=True))
    if question.team_id is not None:
        team = TeamMembership.filter(team_id=question.team_id, state=MembershipState.ACTIVE)
        out |= set(await team.values_list("person_id", flat=True))
    return out


async def _apart(question: Question) -> set[Any]:
    """Of a sealed question only those whom the asker does not want to meet.

    Whoever wrote such a wish themself could tell, by not being asked, that it was this person who asked (C2.3).
    """
    if question.person_id is None:
        return set()
    if question.is_sealed:
        return set(await Block.filter(person_id=question.person_id).values_list("other_id", flat=True))
    return await blocked(question.person_id)


async def _by_topic(question: Question, now: datetime) -> dict[UUID, Why]:
    """Hosts of Sprechstunden about it, and members who have named such a skill or a narrower one."""
    topics = await QuestionTopic.filter(question_id=question.id)
    skills = [row.skill_id for row in topics if row.skill_id]
    areas = [row.field_of_action_id for row in topics if row.field_of_action_id]
    found: dict[UUID, Why] = {}
    if skills:
        named = PersonSkill.filter(Q(skill_id__in=skills) | Q(skill__parent_id__in=skills)).order_by("id")
        for id, de, en in await named.values_list("person_id", "skill__label_de", "skill__label_en"):
            found.setdefault(UUID(str(id)), of_skill(str(de), str(en)))
    if topics:
        series = OfficeHourTopic.filter(Q(skill_id__in=skills) | Q(field_of_action_id__in=areas))
        lasting = Q(series__last_day__isnull=True) | Q(series__last_day__gte=now.date())
        hosts = SeriesHost.filter(lasting, series_id__in=Subquery(series.values("series_id")))
        found |= {UUID(str(id)): HOSTS for id in await hosts.values_list("person_id", flat=True)}
    return found


async def _experts(now: datetime) -> dict[UUID, Why]:
    return dict.fromkeys(await RoleGrant.holders(Role.EXPERT, now=now), EXPERTS)


async def _choose(question: Question, found: dict[UUID, Why], out: set[Any], now: datetime) -> dict[UUID, Why]:
    """The first few of a shuffled list who can: here, in the language, with time, and not asked too often already."""
    chosen: dict[UUID, Why] = {}
    waiting = _shuffled((id for id in found if id not in out), question, len(out))
    for start in range(0, len(waiting), SLICE):
        some = waiting[start : start + SLICE]
        able = await _able(some, question, now)
        agree = await _agreeing([id for id in some if id in able and not found[id].offered])
        for id in some:
            if id in able and (found[id].offered or id in agree):
                chosen[id] = found[id]
            if len(chosen) == AT_ONCE:
                return chosen
    return chosen


def _shuffled(people: Iterable[UUID], question: Question, round: int) -> list[UUID]:
    """Another order for each question and round, and the same one when it is asked for again."""

    def place(id: UUID) -> bytes:
        return hashlib.sha256(f"{question.id} {round} {id}".encode()).digest()

    return sorted(people, key=place)


async def _able(people: list[UUID], question: Question, now: datetime) -> set[UUID]:
    with_time = Q(hours_per_week__isnull=True) | Q(hours_per_week__gt=0)
    here = Q(away_until__isnull=True) | Q(away_until__lt=now.date())
    rows = Person.filter(with_time, here, id__in=people, state=PersonState.ACTIVE)
    speak = {row.id for row in await rows if speaks(row, question)}
    claimed: Any = Question.filter(claimed_by_id__in=people, state=QuestionState.CLAIMED)
    asked: Any = QuestionRoute.filter(person_id__in=people, told_at__gt=now - WEEK)
    busy = Counter(await claimed.values_list("claimed_by_id", flat=True))
    lately = Counter(await asked.values_list("person_id", flat=True))
    return {id for id in speak if busy[id] < MOST_CLAIMS and lately[id] < MOST_A_WEEK}


def speaks(person: Person, question: Question) -> bool:
    """In the languages that somebody names, or, where nobody said, in the one in which they read us."""
    return question.language.value in (person.languages or [person.locale.value])


async def _agreeing(people: list[UUID]) -> set[Any]:
    """Who agrees to being found by what they can."""
    rows = Consent.filter(person_id__in=people, purpose=Purpose.MATCHING, state=ConsentStatus.GIVEN)
    return set(await rows.values_list("person_id", flat=True)) if people else set()
