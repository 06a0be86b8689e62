"""Questions while nobody looks: who is asked, what time does to them, and whose claim ends because they are away."""

from collections.abc import Mapping
from uuid import UUID

from models.following import tell_followers
from models.outbox import OutboxEvent
from models.questions import clock
from models.questions.leaving import hand_over
from models.questions.routing import route
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

AT_ONCE = 100
INTO_THE_QUEUE = {"queue", "hand_back", "release", "vacate"}
"""By which a question begins to wait for somebody; what happens to one that waits already asks nobody anew."""

REACTIONS: Mapping[str, tuple[str, ...]] = {
    "question.queued": ("questions.route",),
    "person.suspended": ("questions.hand_over",),
    "person.restricted": ("questions.hand_over",),
    "person.dormant": ("questions.hand_over",),
    "person.erasure_requested": ("questions.hand_over",),
}
"""What follows from events, at once (E3, E61)."""


@job("questions.route")
async def route_question(tools: Tools, job: Job) -> Ending:
    """Ask a few, then tell whoever follows such questions; a second run for the same event tells nobody."""
    event = await OutboxEvent.filter(id=UUID(job.payload["event"])).first()
    if event is not None and event.payload.get("action") in INTO_THE_QUEUE:
        await route(event.subject_id, event.id, now=tools.now())
        await tell_followers(event.subject_id, now=tools.now())
    return Done()


@job("questions.sla_sweep")
async def sla_sweep(tools: Tools, job: Job) -> Ending:
    """Each question in a transaction of its own: a run that dies half-way is continued by the next."""
    while await clock.sweep(now=tools.now(), most=AT_ONCE) >= AT_ONCE:
        pass
    return Done()


@job("questions.release_stale_claims")
async def release_stale_claims(tools: Tools, job: Job) -> Ending:
    while await clock.release_stale(now=tools.now(), most=AT_ONCE) == AT_ONCE:
        pass
    return Done()


@job("questions.hand_over")
async def hand_over_claims(tools: Tools, job: Job) -> Ending:
    """Whoever is away has nothing in hand any more."""
    await hand_over(UUID(str(job.payload["subject"])), now=tools.now())
    return Done()
