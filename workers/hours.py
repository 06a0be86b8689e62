"""Sprechstunden while nobody looks: the weeks to come, what begins, is missed or over, who has gone."""

from collections.abc import Mapping
from uuid import UUID

from tortoise.transactions import in_transaction

from models import demand
from models.hours import booking, ticking
from models.hours.leaving import person_gone
from models.hours.materialising import materialise_all
from models.hours.queue import ending
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

AT_ONCE = 100

REACTIONS: Mapping[str, tuple[str, ...]] = {
    "person.suspended": ("hours.person_gone",),
    "person.erasure_requested": ("hours.person_gone",),
}
"""What follows for Sprechstunden from events of other words."""


@job("hours.materialise")
async def materialise(tools: Tools, job: Job) -> Ending:
    await materialise_all(now=tools.now())
    while await booking.forget_no_shows(now=tools.now(), most=AT_ONCE) == AT_ONCE:
        pass
    await ending.forget_old(now=tools.now())
    return Done()


@job("hours.tick")
async def tick(tools: Tools, job: Job) -> Ending:
    """Every step finds its rows anew, so a run that dies half-way is simply continued by the next."""
    now = tools.now()
    await ticking.go_on(now=now)
    while await booking.expire_due(now=now, most=AT_ONCE) == AT_ONCE:
        pass
    await ticking.miss_hosts(now=now)
    while await ticking.announce_due(now=now, most=AT_ONCE) == AT_ONCE:
        pass
    return Done()


@job("hours.suggest")
async def suggest_topics(tools: Tools, job: Job) -> Ending:
    """Once for each week, however often it runs."""
    async with in_transaction():
        await demand.suggest(str(job.payload["period"]), now=tools.now())
    return Done()


@job("hours.person_gone")
async def take_person_off(tools: Tools, job: Job) -> Ending:
    await person_gone(UUID(str(job.payload["subject"])), now=tools.now())
    return Done()
