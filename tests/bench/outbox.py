"""How many pieces of work go through per second, and how soon one begins after the bell has rung."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from tortoise.transactions import in_transaction

from models import sql
from models.jobs import JobRun, JobState
from models.outbox import OutboxEvent
from tests.bench import worker
from tests.bench.places import Place
from workers.queue import Ringer, connect

PATIENCE = 300.0  # seconds for a whole measurement


@dataclass(frozen=True)
class Latency:
    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Latency":
        cuts = statistics.quantiles(seconds, n=100, method="inclusive")
        return cls(cuts[49], cuts[98], max(seconds))

    def __str__(self) -> str:
        return f"p50 {self.p50 * 1000:.1f} ms, p99 {self.p99 * 1000:.1f} ms, worst {self.worst * 1000:.1f} ms"


@dataclass(frozen=True)
class Crowd:
    """Workers that run, and when they were let loose."""

    processes: list[asyncio.subprocess.Process]
    at: float


async def item(key: str, work: str) -> None:
    """What every change of the product writes: an event and a piece of work, in one transaction."""
    async with in_transaction():
        now = await sql.clock()
        await OutboxEvent.record("bench.happened", subject_kind="bench", subject_id=uuid4(), now=now)
        await JobRun.enqueue(work, key, due_at=now)


async def items(keys: Sequence[str], work: str) -> None:
    """Many at once, in one transaction, so that workers and not the writer are what is slow."""
    async with in_transaction():
        now = await sql.clock()
        happened = {"type": "bench.happened", "subject_kind": "bench", "at": now}
        await OutboxEvent.bulk_create([OutboxEvent(**happened, subject_id=uuid4()) for _ in keys])
        await JobRun.bulk_create([JobRun(work=work, key=key, due_at=now) for key in keys])


async def until(done: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> bool:
    """Wait for it; False when it did not come about in time."""
    end = time.monotonic() + patience
    while not await done():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def nothing_left() -> bool:
    busy = await JobRun.filter(work__startswith="bench.", state__in=[JobState.PENDING, JobState.CLAIMED]).exists()
    return not busy and not await OutboxEvent.filter(seq__isnull=True).exists()


async def throughput(place: Place, items: int, processes: int = 1) -> tuple[float, float]:
    """Items written per second by one writer; and items per second from there until numbered, done and settled."""
    keys = (f"bench-{n}" for n in range(items))
    began = time.perf_counter()
    for key in keys:
        await item(key, "bench.silent")
    written = time.perf_counter()
    async with at_work(place, processes) as started:
        await until(nothing_left)
        ended = time.perf_counter()
    return items / (written - began), items / (ended - started.at)


@asynccontextmanager
async def at_work(place: Place, processes: int = 1) -> AsyncIterator["Crowd"]:
    """Workers: in this process on the stand-in, otherwise processes of their own, told to go all at once."""
    if place.one_process:
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run("", stop))
        try:
            yield Crowd([], time.perf_counter())
        finally:
            stop.set()
            await task
        return
    running = [await _spawn(place) for _ in range(processes)]
    at = time.perf_counter()
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
    try:
        yield Crowd(running, at)
    finally:
        for process in running:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in running))


async def _spawn(place: Place) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.worker", "--database", place.database, "--redis", place.redis,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def latency(place: Place, rings: int) -> Latency:
    """From the ring after the commit, in the process that wrote, to the first line of the handler, in a worker."""
    async with at_work(place) as crowd:
        found = [seconds async for seconds in _rung(place, crowd.processes, rings)]
    return Latency.of(found[rings // 10 :])  # the first ones warm things up


async def _rung(place: Place, running: list[asyncio.subprocess.Process], rings: int) -> AsyncIterator[float]:
    if place.one_process:
        async for seconds in _rung_here(rings):
            yield seconds
        return
    redis = connect(place.redis)
    ringer = Ringer(redis)
    output = running[0].stdout
    assert output is not None
    for n in range(rings):
        await item(f"ring-{n}", "bench.nothing")
        rung = time.monotonic()
        await ringer.ring()
        key, _, moment = (await output.readline()).decode().partition(" ")
        assert key == f"ring-{n}"
        yield float(moment) - rung
        await asyncio.sleep(0.02)
    await ringer.close()
    await redis.aclose(close_connection_pool=True)


async def _rung_here(rings: int) -> AsyncIterator[float]:
    """In one process whoever writes wakes the crew directly."""
    while worker.here is None:
        await asyncio.sleep(0.01)
    for key in (f"ring-{n}" for n in range(rings)):
        await item(key, "bench.silent")
        rung = time.monotonic()
        await worker.here.ring()
        await until(lambda key=key: _has_started(key))  # type: ignore[misc]
        yield worker.started[key] - rung
        await asyncio.sleep(0.02)


async def _has_started(key: str) -> bool:
    return key in worker.started
