"""Teams while nobody looks: silence, arrivals, the order of the day, accounts that were hidden."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import models
from models.access import SYSTEM
from models.members import Person
from models.teams import MembershipState, Team, TeamGuest, TeamMembership, TeamState
from tests import people
from workers import teams
from workers.outbox import REACTIONS
from workers.schedule import LINES
from workers.work import Done, Job


def a_job(**payload: str) -> Job:
    return Job(id=uuid4(), work="teams", key="1", payload=payload, attempts=1)


async def test_what_is_due_for_teams_is_done_and_done_once(database, tools, now):
    """Silence counts once per check-in (C6), whoever was invited by mail and came finds the invitation (pycon#2705)."""
    here = replace(tools, now=lambda: now)
    quiet = await people.team("Anker", next_checkin_at=now - timedelta(days=9), missed_checkins=1)
    team = await people.team("Boje")
    lead = await people.lead_of(team.id, now=now)
    guest = await people.participant("Gül Aslan", email="guel@example.org", now=now)
    await TeamGuest.ask(team.id, "guel@example.org", by=lead, now=now)

    for _ in range(2):
        assert await teams.tick(here, a_job()) == Done()

    assert (await Team.get(id=quiet.id)).state is TeamState.DORMANT
    invited = await TeamMembership.filter(person_id=guest.person_id).values_list("state", flat=True)
    assert list(invited) == [MembershipState.INVITED]
    assert await models.Notification.filter(person_id=guest.person_id, what="team.invited").count() == 1

    before = {team.id: team.place for team in await Team.all()}
    assert await teams.shuffle(here, a_job()) == Done()
    shuffled = {team.id: team.place for team in await Team.all()}
    await teams.shuffle(here, a_job())
    assert {team.id: team.place for team in await Team.all()} == shuffled != before
    planned = {line.work for line in LINES}
    assert {"teams.tick", "teams.shuffle"} <= planned and "teams.person_restricted" in REACTIONS["person.restricted"]


async def test_a_restricted_account_takes_its_own_team_along_and_brings_it_back(database, tools, now):
    """E49, whichever of the two events is worked on first: what the person is now decides."""
    here, manager = replace(tools, now=lambda: now), await people.manager(now=now)
    team = await people.team("Gewinnspiel")
    bot = await people.lead_of(team.id, now=now)

    states = []
    for action in ("restrict", "lift"):
        await Person.act(bot.person_id, action, by=manager, now=now)
        for _ in range(2):
            await teams.hide_or_show(here, a_job(subject=str(bot.person_id)))
        states.append((await Team.get(id=team.id)).state)
    assert states == [TeamState.DRAFT, TeamState.LISTED]

    await Person.request_erasure(bot.person_id, by=SYSTEM, now=now)
    await teams.part(here, a_job(subject=str(bot.person_id)))
    assert not await TeamMembership.filter(state=MembershipState.ACTIVE).exists()
