"""The registry of work (which function does which kind of job), and the loop that does it."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from tortoise.transactions import in_transaction

from models import sql
from models.base import request_id, utcnow
from models.jobs import JobRun, JobState
from models.outbox import Claim, OutboxEvent
from models.redaction import redacted, told
from workers.crew import Loop
from workers.work import Done, Ending, Job, Later, Never, Tools

log = logging.getLogger(__name__)

Handler = Callable[[Tools, Job], Awaitable[Ending]]
H = TypeVar("H", bound=Handler)

HANDLERS: dict[str, Handler] = {}
"""Filled by the `@job` decorators when `workers/main.py` imports the modules of each word."""

MAX_ATTEMPTS = 8
PATIENCE = timedelta(minutes=10)  # a handler that hangs would keep its place, and its lease, for ever


def job(work: str) -> Callable[[H], H]:
    """Register the handler of a kind of work, such as `mail.sign_in`. It must bear being run twice."""

    def register(handler: H) -> H:
        if work in HANDLERS:
            raise ValueError(f"two handlers for {work}")
        HANDLERS[work] = handler
        return handler

    return register


def pause(attempt: int) -> timedelta:
    """How long to wait after the given failed attempt: 1 min, 4 min, 9 min ... at most 6 h.

    Squares rather than powers of two: four attempts fit into a quarter of an hour, the length of a usual outage, and
    the eighth and last comes 2 h 20 min after the first.
    """
    return min(timedelta(minutes=attempt**2), timedelta(hours=6))


class Lost(Exception):
    """The lease is gone: somebody else may have the job. Nothing that we found out counts any more."""


class Jobs:
    """Does due JobRuns, up to `slots` at once, and settles each with its fence."""

    def __init__(
        self,
        tools: Tools,
        *,
        owner: str,
        lease: timedelta,
        slots: int = 20,
        handlers: Mapping[str, Handler] = HANDLERS,
    ) -> None:
        self._tools, self._owner, self._lease, self._slots, self._handlers = tools, owner, lease, slots, handlers
        self._running: set[asyncio.Task[None]] = set()
        self._held: dict[UUID, Claim] = {}
        """Claims that are not settled yet."""
        self._draining = asyncio.Event()

    def loop(self) -> Loop:
        return Loop("jobs", self.step, self.drain)

    async def step(self) -> bool:
        """Claim as many due jobs as there are free places, and start them. Waits for a place when there is none.

        Kinds that this process does not know are left to others: during a rolling deploy they are a newer one's.
        """
        if len(self._running) >= self._slots:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        if self._draining.is_set():
            return False
        claims = await JobRun.claim(
            self._owner, self._slots - len(self._running), self._lease, among=("work", tuple(self._handlers))
        )
        if self._draining.is_set():  # the stop came while we were claiming
            await self._give_back(claims)
            return False
        for claim in claims:
            self._held[claim.id] = claim
            task = asyncio.create_task(self._run(claim), name=f"job {claim.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return bool(claims)

    async def idle(self) -> None:
        """Wait until nothing runs."""
        if self._running:
            await asyncio.wait(self._running)

    async def drain(self, seconds: float) -> None:
        """Let what runs finish, then give the rest back: a shutdown does not count as an attempt."""
        self._draining.set()
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        # A task that is cancelled before its first step never runs at all, so the claims are kept apart from the tasks.
        await self._give_back(list(self._held.values()))

    async def _give_back(self, claims: list[Claim]) -> None:
        for claim in claims:
            with contextlib.suppress(Exception):  # the lease lapses by itself
                await JobRun.settle(claim, JobState.PENDING, error="The worker was stopped.", refund=True)

    async def _run(self, claim: Claim) -> None:
        """Do one claimed job. When it is cancelled the claim stays held."""
        try:
            await self._do_and_settle(claim)
        except Exception as problem:  # the database is away; the lease lapses by itself
            log.warning("Job %s could not be begun: %s", claim.id, told(problem))
        self._held.pop(claim.id, None)

    async def _do_and_settle(self, claim: Claim) -> None:
        row = await JobRun.get(id=claim.id)
        known = Job(id=row.id, work=row.work, key=row.key, payload=row.payload, attempts=claim.attempts)
        request_id.set(f"job-{row.id}")
        if claim.attempts > MAX_ATTEMPTS:
            # The worker died each time before it could say how it ended; perhaps of this very job.
            await self._settle(claim, known, Never("It was started eight times and never came to an end."))
            return
        try:
            ending = await self._under_lease(claim, known)
        except Lost:
            log.warning("%s: the lease was lost, the result is discarded", known.work)
        else:
            await self._settle(claim, known, ending)

    async def _under_lease(self, claim: Claim, known: Job) -> Ending:
        """Run the handler while a second task keeps the lease alive; whichever ends first decides."""
        beat = asyncio.create_task(self._beat(claim))
        doing = asyncio.create_task(self._do(known))
        try:
            await asyncio.wait({beat, doing}, return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise Lost
            return doing.result()
        finally:
            for task in (beat, doing):
                task.cancel()
            await asyncio.gather(beat, doing, return_exceptions=True)

    async def _do(self, known: Job) -> Ending:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await self._handlers[known.work](self._tools, known)
        except Exception as problem:
            log.warning("%s failed, attempt %d: %s", known.work, known.attempts, told(problem), exc_info=True)
            if known.attempts >= MAX_ATTEMPTS:
                return Never(told(problem))
            return Later(utcnow() + pause(known.attempts), told(problem))

    async def _beat(self, claim: Claim) -> None:
        """Prolong the lease every third of its length. Returns when the lease can no longer be proved to be ours."""
        clock = asyncio.get_running_loop().time
        sure, length = clock(), self._lease.total_seconds()
        while clock() - sure < 0.8 * length:
            await asyncio.sleep(length / 3)
            asked = clock()
            try:
                if not await JobRun.renew(claim, self._lease):
                    return
                sure = asked
            except Exception as problem:  # the database is away: we may go on for as long as the lease surely lasts
                log.warning("The lease could not be prolonged: %s", told(problem))

    async def _settle(self, claim: Claim, known: Job, ending: Ending) -> None:
        """Write how it ended. The database may be away for a moment; once the lease has lapsed others have the job."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._lease.total_seconds()
        while True:
            try:
                if not await self._write(claim, known, ending):
                    log.warning("%s: somebody else has the job, the result is discarded", known.work)
                return
            except Exception as problem:
                if clock() > until:
                    log.warning("%s: the result could not be written: %s", known.work, told(problem))
                    return
                await asyncio.sleep(0.5)

    async def _write(self, claim: Claim, known: Job, ending: Ending) -> bool:
        match ending:
            case Done():
                return await JobRun.settle(claim, JobState.DONE)
            case Later(at, why, free):
                why = redacted(why)
                return await JobRun.settle(claim, JobState.PENDING, due_at=at, error=why, refund=free)
            case Never(why):
                return await self._bury(claim, known, redacted(why))

    async def _bury(self, claim: Claim, known: Job, why: str) -> bool:
        """A dead letter, with an event for the desk in the same transaction."""
        async with in_transaction():
            ours = await JobRun.settle(claim, JobState.DEAD, error=why)
            if ours:
                log.error("%s is given up: %s", known.work, why)
                await OutboxEvent.record(
                    "job.dead",
                    subject_kind=JobRun.kind,
                    subject_id=claim.id,
                    now=await sql.clock(),
                    payload={"work": known.work, "attempts": claim.attempts},
                )
        return ours
