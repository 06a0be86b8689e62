"""Privacy while nobody looks: copies are gathered, files thrown away, and whoever left a week ago is forgotten."""

from collections.abc import Mapping
from uuid import UUID

from models.privacy import DataRequest
from models.privacy.erasing import due, erase
from models.privacy.exporting import deliver
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

AT_ONCE = 50

REACTIONS: Mapping[str, tuple[str, ...]] = {"data_request.export": ("privacy.export",)}


@job("privacy.export")
async def export(tools: Tools, job: Job) -> Ending:
    await deliver(UUID(str(job.payload["subject"])), now=tools.now())
    return Done()


@job("privacy.tick")
async def tick(tools: Tools, job: Job) -> Ending:
    """Each person in transactions of their own: a run that dies half-way is continued by the next."""
    now = tools.now()
    while people := await due(now, AT_ONCE):
        for person in people:
            await erase(person, now=now)
    while await DataRequest.expire(now=now, most=AT_ONCE) == AT_ONCE:
        pass
    return Done()
