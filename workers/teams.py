"""Teams while nobody looks: check-ins that did not come, who has arrived, links that are new no longer, the order of
the day, and whom a team has lost.
"""

from collections.abc import Mapping
from uuid import UUID

from models import sql
from models.access import SYSTEM
from models.members import Person, PersonState
from models.teams import Team, TeamGuest, TeamMembership
from models.teams.keeping import hide_alone, release_due, show_again
from models.teams.looking import reshuffle
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

REACTIONS: Mapping[str, tuple[str, ...]] = {
    "person.erased": ("teams.person_gone",),
    "person.restricted": ("teams.person_restricted",),
    "person.active": ("teams.person_restricted",),
}
"""What follows for teams from events of other words."""


@job("teams.tick")
async def tick(tools: Tools, job: Job) -> Ending:
    """Every step finds its rows anew, so a run that dies half-way is simply continued by the next."""
    now = tools.now()
    await TeamGuest.receive(now=now)
    for team_id in await Team.overdue(now):
        await Team.miss(team_id, now=now)
    await release_due(by=SYSTEM, now=now)
    return Done()


@job("teams.shuffle")
async def shuffle(tools: Tools, job: Job) -> Ending:
    """The order of teams for today (E43). Twice on one day gives the same order."""
    await reshuffle((await sql.clock()).astimezone(tools.site.zone).date())
    return Done()


@job("teams.person_gone")
async def part(tools: Tools, job: Job) -> Ending:
    """Nobody who was erased belongs to a team; one that is without lead by it stands in the log of events."""
    await TeamMembership.vanish(UUID(str(job.payload["subject"])), now=tools.now())
    return Done()


@job("teams.person_restricted")
async def hide_or_show(tools: Tools, job: Job) -> Ending:
    """A restricted account's own teams leave the list, and come back when it is free; whichever event came first."""
    person = await Person.get(id=UUID(str(job.payload["subject"])))
    act = hide_alone if person.state in (PersonState.RESTRICTED, PersonState.SUSPENDED) else show_again
    await act(person.id, by=SYSTEM, now=tools.now())
    return Done()
