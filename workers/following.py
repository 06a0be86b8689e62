"""Followers hear of news: a job after each event that has something to tell."""

from collections.abc import Mapping
from uuid import UUID

from tortoise.transactions import in_transaction

from models.following import TOLD, spread
from models.outbox import OutboxEvent
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

REACTIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys(TOLD, ("follow.tell",))


@job("follow.tell")
async def tell(tools: Tools, job: Job) -> Ending:
    """Once per event and person, however often it runs. An event that the log has let go is old news."""
    event = await OutboxEvent.filter(id=UUID(job.payload["event"])).first()
    if event is not None:
        async with in_transaction():
            await spread(event, now=tools.now())
    return Done()
