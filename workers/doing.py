"""Doing jobs: claimed with a lease, kept by a heartbeat, settled with a fence."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models import spans, sql
from models.base import request_id, utcnow
from models.jobs import JobRun, JobState
from models.outbox import Claim, OutboxEvent
from models.redaction import redacted, told
from workers.crew import Loop
from workers.jobs import HANDLERS, Handler
from workers.lease import Lost, under_lease
from workers.work import Done, Ending, Job, Later, Never, Tools

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
GATHER = 0.01  # seconds to wait for further places once one is free
PATIENCE = timedelta(minutes=10)  # a handler that hangs would keep its place, and its lease, for ever


def pause(attempt: int) -> timedelta:
    """How long to wait after the given failed attempt: 1 min, 4 min, 9 min ... at most 6 h.

    Squares rather than powers of two: four attempts fit into a quarter of an hour, the length of a usual outage, and
    the eighth and last comes 2 h 20 min after the first.
    """
    return min(timedelta(minutes=attempt**2), timedelta(hours=6))


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
        self._unsure = False

    def loop(self) -> Loop:
        return Loop("jobs", self.step, self.drain)

    async def step(self) -> bool:
        """Claim as many due jobs as there are free places, and start them. Waits for a place when there is none.

        Kinds that this process does not know are left to others: during a rolling deploy they are a newer one's.
        """
        if len(self._running) >= self._slots:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            # Where one ends others often do: claiming ten at once costs as much as claiming one.
            await self.idle(GATHER)
        if self._draining.is_set():
            return False
        claims, rows = await self._claim(self._slots - len(self._running))
        if self._draining.is_set():  # the stop came while we were claiming
            await self._give_back(claims)
            return False
        for claim in claims:
            self._held[claim.id] = claim
            task = asyncio.create_task(self._run(claim, rows[claim.id]), name=f"job {claim.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return bool(claims)

    async def _claim(self, free: int) -> tuple[list[Claim], dict[UUID, JobRun]]:
        if self._unsure:
            await self._give_back(await self._unknown())
        # Until the answer is here nobody knows what was claimed: a connection that dies may die after the commit.
        self._unsure = True
        claims = await JobRun.claim(self._owner, free, self._lease, among=("work", tuple(self._handlers)))
        rows = await JobRun.filter(id__in=[claim.id for claim in claims]) if claims else []
        self._unsure = False
        return claims, {row.id: row for row in rows}

    async def _unknown(self) -> list[Claim]:
        """What the database says is ours and we do not know of."""
        ours = await JobRun.filter(owner=self._owner, state=JobState.CLAIMED)
        return [Claim(row.id, row.fence, row.attempts) for row in ours if row.id not in self._held]

    async def idle(self, within: float | None = None) -> None:
        """Wait until nothing of what runs now runs any more, at most that many seconds."""
        if self._running:
            await asyncio.wait(self._running, timeout=within)

    async def drain(self, seconds: float) -> None:
        """Let what runs finish, then give the rest back: a shutdown does not count as an attempt."""
        self._draining.set()
        await self.idle(seconds)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        # A task that is cancelled before its first step never runs at all, so the claims are kept apart from the tasks.
        await self._give_back(list(self._held.values()))

    async def _give_back(self, claims: list[Claim]) -> None:
        for claim in claims:
            with contextlib.suppress(Exception):  # the lease lapses by itself
                await JobRun.settle(claim, JobState.PENDING, error="The worker was stopped.", refund=True)

    async def _run(self, claim: Claim, row: JobRun) -> None:
        """Do one claimed job and settle it. When it is cancelled the claim stays held."""
        await self._do_and_settle(claim, row)
        self._held.pop(claim.id, None)

    async def _do_and_settle(self, claim: Claim, row: JobRun) -> None:
        known = Job(id=row.id, work=row.work, key=row.key, payload=row.payload, attempts=claim.attempts)
        request_id.set(f"job-{row.id}")
        about: spans.About = {"leuchtturm.work": row.work, "leuchtturm.attempt": claim.attempts}
        with spans.begun(f"job {row.work}", about, kind="consumer", cause=row.cause, again=claim.attempts > 1) as span:
            await self._do_known(claim, known, span)

    async def _do_known(self, claim: Claim, known: Job, span: spans.Span) -> None:
        if claim.attempts > MAX_ATTEMPTS:
            # The worker died each time before it could say how it ended; perhaps of this very job.
            await self._settle(claim, known, Never("It was started eight times and never came to an end."))
            return
        try:
            ending = await under_lease(lambda: JobRun.renew(claim, self._lease), self._lease, self._do(known))
        except Lost:
            log.warning("%s: the lease was lost, the result is discarded", known.work)
        else:
            span.note({"leuchtturm.ending": type(ending).__name__.lower()})
            await self._settle(claim, known, ending)

    async def _do(self, known: Job) -> Ending:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await self._handlers[known.work](self._tools, known)
        except Exception as problem:
            log.warning("%s failed, attempt %d: %s", known.work, known.attempts, told(problem), exc_info=True)
            if known.attempts >= MAX_ATTEMPTS:
                return Never(told(problem))
            return Later(utcnow() + pause(known.attempts), told(problem))

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
