"""Building circles once a week from those without a team, and at once for somebody who does not want to wait."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.errors import SignInNeeded
from models.exchange.circles import telling
from models.exchange.circles.clustering import Circle, Founder, circles
from models.exchange.circles.rows import WAITING, CircleSeat, FounderCircle
from models.exchange.circles.states import CircleState, SeatState
from models.exchange.refusals import AlreadyInCircle, NobodyForACircle
from models.exchange.suggesting.facts import Seeker
from models.exchange.suggesting.gathering import gather
from models.members import Person, Skill, blocked_pairs
from models.outbox import AuditEvent, OutboxEvent

OPEN_FOR = timedelta(days=7)
PAUSE = timedelta(days=28)  # whoever said no is not asked again before


async def build(now: datetime) -> int:
    """Propose circles for this week, once: whoever has a proposal open is left out. Returns how many were made."""
    founders = await _founders(now)
    week = _week(now)
    made = await asyncio.to_thread(circles, founders, seed=week)
    for circle in made:
        await _propose(circle, week, now)
    return len(made)


async def propose_for(by: Viewer, now: datetime, *, field_of_action_id: UUID | None = None) -> FounderCircle:
    """Build a circle around somebody who wants to found something now. Raises `NobodyForACircle` when it is too early.

    The weekly round asks again by itself, so nothing needs to be done then.
    """
    if by.person_id is None:
        raise SignInNeeded()
    open_ = CircleSeat.filter(person_id=by.person_id, state__in=WAITING, circle__state=CircleState.PROPOSED)
    if await open_.exists():
        raise AlreadyInCircle()
    founders = await _founders(now)
    me = next((one for one in founders if one.id == by.person_id), None)
    if me is None:
        raise NobodyForACircle()
    area = field_of_action_id or me.area
    near = [one for one in founders if one.id != me.id and (area is None or one.area in (area, None))]
    mine = Founder(me.id, area, me.zone, me.languages, me.parts, me.families, me.apart)
    made = await asyncio.to_thread(circles, [mine, *near], seed=f"{_week(now)} {me.id}")
    circle = next((one for one in made if any(person.id == me.id for person in one.people)), None)
    if circle is None:
        raise NobodyForACircle()
    return await _propose(circle, _week(now), now)


def _week(now: datetime) -> str:
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02}"


async def _founders(now: datetime) -> list[Founder]:
    """Active people who want suggestions, have no team, and have no proposal open. Nobody below 16 (E14)."""
    facts = await gather(now)
    ids = [seeker.id for seeker in facts.seekers]
    people = {person.id: person for person in await Person.filter(id__in=ids)}
    taken = set(await CircleSeat.filter(state__in=WAITING, circle__ends_at__gt=now).values_list("person_id", flat=True))
    declined = CircleSeat.filter(state=SeatState.DECLINED, answered_at__gt=now - PAUSE)
    taken |= set(await declined.values_list("person_id", flat=True))
    parents = dict(await Skill.filter(id__in=_skills(facts.seekers)).values_list("id", "parent_id"))
    apart: dict[UUID, set[UUID]] = {}
    for pair in await blocked_pairs():
        for one in pair:
            apart.setdefault(one, set()).update(pair - {one})
    return [
        Founder(
            seeker.id,
            min(seeker.fields, default=None),
            people[seeker.id].time_zone,
            seeker.languages,
            frozenset(str(part) for part in people[seeker.id].week_parts),
            frozenset(parents.get(skill) or skill for skill in seeker.skills),
            frozenset(apart.get(seeker.id, ())),
        )
        for seeker in facts.seekers
        if seeker.id not in taken and seeker.id not in facts.in_team and not people[seeker.id].is_young(now.date())
    ]


def _skills(seekers: list[Seeker]) -> list[UUID]:
    return sorted({skill for seeker in seekers for skill in seeker.skills})


async def _propose(circle: Circle, week: str, now: datetime) -> FounderCircle:
    """Write one proposal with its seats, and ask everybody, in one transaction."""
    area = await telling.field_name(circle.area)
    families = sorted(circle.families)
    labels = await Skill.filter(id__in=families).values_list("label_de", "label_en")
    de, en = telling.why(circle, area, [(one, other or one) for one, other in labels])
    row = FounderCircle(
        field_of_action_id=circle.area, week=week, size=len(circle.people), ends_at=now + OPEN_FOR,
        language=min(circle.languages, default=""), week_parts=sorted(circle.parts), reason_de=de, reason_en=en,
    )  # fmt: skip
    seats = [CircleSeat(circle_id=row.id, person_id=person.id) for person in circle.people]
    async with in_transaction():
        await row.save(force_create=True)
        await CircleSeat.bulk_create(seats)
        await AuditEvent.record(row, "propose", by=SYSTEM, now=now, after=CircleState.PROPOSED.value)
        await OutboxEvent.record("founder_circle.proposed", subject_kind=row.kind, subject_id=row.id, now=now)
        await telling.proposed(row, seats, now)
    return row
