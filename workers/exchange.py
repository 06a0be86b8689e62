"""The Kontaktbörse while nobody looks: what ends, who gets an answer from us, the order of the day, who has gone."""

from collections.abc import Mapping
from uuid import UUID

from models import sql
from models.exchange import Application, Listing, reshuffle
from models.exchange.leaving import person_gone, team_gone
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

AT_ONCE = 100

REACTIONS: Mapping[str, tuple[str, ...]] = {
    "team.archived": ("exchange.team_gone",),
    "person.suspended": ("exchange.person_gone",),
    "person.erasure_requested": ("exchange.person_gone",),
}
"""What follows for the board from events of other words."""


@job("exchange.tick")
async def tick(tools: Tools, job: Job) -> Ending:
    """Every step finds its rows anew, so a run that dies half-way is simply continued by the next."""
    now = tools.now()
    await Application.keep_apart(now=now)
    while await Application.expire_due(now=now, most=AT_ONCE) == AT_ONCE:
        pass
    while await Listing.expire_due(now=now, most=AT_ONCE) == AT_ONCE:
        pass
    while await Listing.let_links_go(most=AT_ONCE) == AT_ONCE:
        pass
    return Done()


@job("exchange.shuffle")
async def shuffle(tools: Tools, job: Job) -> Ending:
    """The order of the board for today (E43). Twice on one day gives the same order."""
    await reshuffle((await sql.clock()).astimezone(tools.site.zone).date())
    return Done()


@job("exchange.team_gone")
async def take_team_off(tools: Tools, job: Job) -> Ending:
    await team_gone(UUID(str(job.payload["subject"])), now=tools.now())
    return Done()


@job("exchange.person_gone")
async def take_person_off(tools: Tools, job: Job) -> Ending:
    await person_gone(UUID(str(job.payload["subject"])), now=tools.now())
    return Done()
