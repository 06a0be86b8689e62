"""Founder circles: people without a team are asked on Monday, and three of them are a team."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import models
from models.access import Viewer
from models.errors import NotAllowed, NotFound, WrongState
from models.exchange import ListingKind, Wanted
from models.exchange.circles import CircleSeat, CircleState, FounderCircle, SeatState
from models.exchange.circles.building import build, propose_for
from models.exchange.refusals import AlreadyInCircle, NobodyForACircle
from models.members import Block, Person, Skill
from models.outbox import OutboxEvent
from models.teams import MembershipState, TeamMembership, TeamRole, TeamState
from tests import people
from tests.exchanging import planned, told
from tests.graph.frontend import Frontend
from tests.suggesting.test_lists import a_skill, willing

DAY = timedelta(days=1)


async def founders(now: datetime, *names: str, **said: Any) -> list[Viewer]:
    """People without a team, with one of two skills each."""
    skills: list[Skill] = list(await Skill.all().order_by("id")) or [
        await a_skill("Recht", "Law"),
        await a_skill("Programmieren", "Coding"),
    ]
    return [await willing(name, now, skills[n % 2], **said) for n, name in enumerate(names)]


async def seat_of(viewer: Viewer) -> CircleSeat:
    return await CircleSeat.get(person_id=viewer.person_id)


async def answer(viewer: Viewer, yes: bool, now: datetime) -> CircleSeat:
    return await CircleSeat.answer((await seat_of(viewer)).id, yes, by=viewer, now=now)


async def test_three_who_say_yes_are_a_team_and_a_no_stays_unknown(frontend: Frontend, now: datetime) -> None:
    """C6: proposed on Monday, formed by the third yes; later ones still come in, and nobody learns who declined."""
    ada, bo, cem, dora = await founders(now, "Ada", "Bo", "Cem", "Dora")
    assert await build(now) == 1
    assert await build(now) == 0, "nobody is asked twice"
    asked = await frontend.ask(ada, "MyFounderCircles")
    (mine,) = [edge["node"] for edge in asked["edges"]]
    assert mine["circle"]["size"] == 4
    assert mine["circle"]["reason"]["de"].startswith("Ihr seid 4 ohne Team. Zusammen bringt ihr mit: ")
    assert await told(ada) == ["circle.proposed"]
    assert await planned(ada) == {"circle.waiting": now + 5 * DAY}

    await answer(bo, False, now + DAY)
    await answer(cem, True, now + DAY)
    await answer(ada, True, now + 2 * DAY)
    assert not await models.Team.all().exists(), "two are not enough"
    frontend.at(now + 3 * DAY)
    joined = await frontend.do(dora, "JoinFounderCircle", id=str((await seat_of(dora)).id))

    team = joined["seat"]["circle"]["team"]
    assert (joined["seat"]["circle"]["state"], team["state"]) == ("FORMED", "DRAFT")
    roles = {row.person_id: row.role for row in await TeamMembership.filter(team_id=team["id"], state="active")}
    assert roles == {cem.person_id: TeamRole.LEAD, ada.person_id: TeamRole.MEMBER, dora.person_id: TeamRole.MEMBER}
    assert "circle.formed" in await told(ada)
    assert await planned(ada) == {}, "an answer ends the reminder (E31)"
    await answer(bo, True, now + 4 * DAY)
    assert await TeamMembership.filter(team_id=team["id"], state=MembershipState.ACTIVE).count() == 4
    others = await frontend.ask(dora, "MyFounderCircles")
    assert [edge["node"]["id"] for edge in others["edges"]] == [str((await seat_of(dora)).id)], "one's own place only"
    for stranger in (ada, await people.manager(now=now)):
        with pytest.raises((NotFound, NotAllowed)):
            await CircleSeat.answer((await seat_of(dora)).id, False, by=stranger, now=now)


async def test_a_circle_that_too_few_want_ends_kindly(database: str, now: datetime) -> None:
    """Those who came are told; whoever said no is left alone for four weeks, the others are asked again."""
    ada, bo, cem, dora = await founders(now, "Ada", "Bo", "Cem", "Dora")
    await build(now)
    await answer(ada, True, now)
    await answer(bo, False, now)
    early = await FounderCircle.end_due(now=now + 7 * DAY - timedelta(minutes=1))

    ended = await FounderCircle.end_due(now=now + 7 * DAY)

    assert (early, ended) == (0, 1)
    assert (await FounderCircle.get()).state is CircleState.DISSOLVED
    states = [(await seat_of(viewer)).state for viewer in (ada, bo, cem, dora)]
    assert states == [SeatState.EXPIRED, SeatState.DECLINED, SeatState.EXPIRED, SeatState.EXPIRED]
    assert "circle.dissolved" in await told(ada)
    assert "circle.dissolved" not in await told(bo) + await told(cem)
    with pytest.raises(WrongState):
        await answer(bo, True, now + 8 * DAY)
    assert await build(now + 14 * DAY) == 1
    assert not await CircleSeat.filter(person_id=bo.person_id, circle__state="proposed").exists()


async def test_six_who_say_yes_at_once_are_one_team(database: str, now: datetime) -> None:
    everybody = await founders(now, *"ABCDEF")
    await build(now)
    asked = [viewer for viewer in everybody if await CircleSeat.filter(person_id=viewer.person_id).exists()]
    assert len(asked) == 6

    await asyncio.gather(*(answer(viewer, True, now) for viewer in asked))

    (circle,) = await FounderCircle.all()
    assert await models.Team.all().count() == 1
    assert await TeamMembership.filter(team_id=circle.team_id, state=MembershipState.ACTIVE).count() == 6
    assert await TeamMembership.filter(team_id=circle.team_id, role=TeamRole.LEAD).count() == 1
    assert await OutboxEvent.filter(type="founder_circle.formed").count() == 1
    assert (await models.Team.get()).state is TeamState.DRAFT


async def test_nobody_is_asked_who_should_not_be(database: str, now: datetime) -> None:
    """Below 16 (E14), apart from somebody (E38), in a team already, without consent (E9)."""
    ada, bo, cem = await founders(now, "Ada", "Bo", "Cem")
    await people.participant("Ohne Einwilligung", now=now)
    (young,) = await founders(now, "Jung")
    await Person.filter(id=young.person_id).update(young_until=date(2024, 1, 1))
    team = await people.team()
    (settled,) = await founders(now, "Schon dabei")
    await TeamMembership.create(team_id=team.id, person_id=settled.person_id)
    await Block.put(bo.person_id, by=ada, now=now)  # type: ignore[arg-type]

    assert await build(now) == 0
    await Block.lift(bo.person_id, by=ada)  # type: ignore[arg-type]
    assert await build(now) == 1

    assert {seat.person_id for seat in await CircleSeat.all()} == {ada.person_id, bo.person_id, cem.person_id}


async def test_somebody_may_ask_for_a_circle_before_monday(frontend: Frontend, now: datetime) -> None:
    area = await models.FieldOfAction.create(key="education", title_de="Bildung", title_en="Education")
    ada, _, _ = await founders(now, "Ada", "Bo", "Cem")

    told_ = await frontend.do(ada, "ProposeFounderCircle", fieldOfActionId=str(area.id))

    assert told_["circle"]["fieldOfAction"] == {"key": "education"}
    assert told_["circle"]["size"] == 3
    with pytest.raises(AlreadyInCircle):
        await propose_for(ada, now)
    alone = await willing("Allein", now, languages=["tr"])
    with pytest.raises(NobodyForACircle):
        await propose_for(alone, now)
    manager = await people.manager(now=now)
    circle = await FounderCircle.get()
    assert await frontend.code(ada, "DissolveFounderCircle", id=str(circle.id)) == "NOT_ALLOWED"
    assert await frontend.code(manager, "DissolveFounderCircle", id=str(circle.id)) is None
    said = Wanted(title="Suche weiter", languages=["de"])
    assert await models.Listing.publish(ListingKind.SEEKS_TEAM, said, by=ada, now=now)
