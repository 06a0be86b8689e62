"""The index follows the event log: a job after each event that may change what is found; by night a look over all."""

import logging
from collections.abc import Mapping
from uuid import UUID

from models.outbox import OutboxEvent
from models.search import SOURCES, index, rebuild
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

log = logging.getLogger(__name__)

REACTIONS: Mapping[str, tuple[str, ...]] = {
    event: ("search.index",) for source in SOURCES.values() for event in source.events
}


@job("search.index")
async def follow(tools: Tools, job: Job) -> Ending:
    """Bring one row's entries in line with the row as it is now, whatever the event said: order does not matter."""
    event = await OutboxEvent.filter(id=UUID(job.payload["event"])).first()
    subject = UUID(job.payload["subject"])
    for kind, source in SOURCES.items():
        if event is None or event.subject_kind == source.model.kind:
            await index(kind, [subject])
    return Done()


@job("search.rebuild")
async def tend(tools: Tools, job: Job) -> Ending:
    """Compare everything. Whatever is found says that a change came without its event, or that a job was let go."""
    for kind, tally in (await rebuild()).items():
        if tally:
            log.warning(
                "The search index of %s was wrong: %s missing, %s old, %s too many",
                kind.value,
                tally.added,
                tally.changed,
                tally.removed,
            )
    return Done()
