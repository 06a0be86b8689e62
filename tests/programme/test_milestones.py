"""Milestones: public when they are planned, told when they are reached, gone when they are dropped."""

from datetime import date, datetime, timedelta

import pytest

import models
from models.access import ANONYMOUS, visible
from models.errors import NotAllowed, Stale, WrongState
from models.newsletter import sources
from models.newsletter.sections import SectionKey
from models.programme import DateAhead, MilestoneState, Plan
from tests.people import editor, participant

pytestmark = pytest.mark.usefixtures("database")
START = Plan("Der Matching Fonds startet", date(2020, 4, 7), "The matching fund starts")


async def test_a_milestone_from_plan_to_day(now: datetime) -> None:
    edda = await editor(now=now)
    block = await models.ProgrammeBlock.create(key="matching-fonds", title_de="Matching Fonds")
    row = await models.Milestone.plan(block.id, START, by=edda, now=now)

    with pytest.raises(DateAhead):
        await models.Milestone.reach(row.id, date(2020, 4, 15), by=edda, now=now)
    await models.Milestone.reach(row.id, date(2020, 4, 7), by=edda, now=now)
    with pytest.raises(WrongState):
        await models.Milestone.edit(row.id, START, by=edda, now=now)

    (seen,) = await visible(models.Milestone.all(), ANONYMOUS)
    assert (seen.state, seen.reached_on) == (MilestoneState.REACHED, date(2020, 4, 7))
    events = await models.OutboxEvent.filter(subject_kind="milestone").order_by("id")
    assert [event.type for event in events] == ["milestone.planned", "milestone.reached"]
    assert {event.payload["block"] for event in events} == {str(block.id)}

    await models.Milestone.act(row.id, "reopen", by=edda, now=now)
    with pytest.raises(Stale):
        await models.Milestone.edit(row.id, START, by=edda, now=now, version=1)
    await models.Milestone.act(row.id, "drop", by=edda, now=now)
    assert not await visible(models.Milestone.all(), ANONYMOUS)


async def test_only_staff_plan(now: datetime) -> None:
    block = await models.ProgrammeBlock.create(key="matching-fonds", title_de="Matching Fonds")
    with pytest.raises(NotAllowed):
        await models.Milestone.plan(block.id, START, by=await participant(now=now), now=now)


async def test_the_letter_tells_of_a_reached_milestone_while_it_stands(now: datetime) -> None:
    """In the section of the Bausteine; what was reopened leaves the draft by itself."""
    edda = await editor(now=now)
    block = await models.ProgrammeBlock.create(key="matching-fonds", title_de="Matching Fonds")
    row = await models.Milestone.plan(block.id, START, by=edda, now=now)
    await models.Milestone.reach(row.id, date(2020, 4, 7), by=edda, now=now)

    (told,) = await sources.candidates(now - timedelta(days=1), now + timedelta(days=1))

    assert (told.section, told.headline_en) == (SectionKey.BLOCKS, "The matching fund starts")
    assert told.blurb_de == "Matching Fonds, erreicht am 7. April 2020."
    assert told.path_de == "/de/programme/matching-fonds"
    await models.Milestone.act(row.id, "reopen", by=edda, now=now)
    assert await sources.public("milestone", [row.id]) == set()
