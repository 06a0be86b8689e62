"""`make chaos`: workers are killed, Redis is emptied; afterwards all work is done and every event has its number.

Each job appends its key to a file: what the world saw, outside the database. A kill may make the world see a key again
(the job was done, its end was not written); it may never make a key missing.
"""

import argparse
import asyncio
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from models.jobs import JobRun, JobState
from models.outbox import OutboxEvent
from tests.bench import outbox, places
from tests.bench.places import Place
from workers.queue import connect

LEASE = "2"  # seconds; a killed worker's work is taken over after that
PAUSE = 0.5  # seconds between the arrival of a new worker and the next kill, on average


class Crowd:
    """Worker processes that are replaced as they fall."""

    def __init__(self, place: Place, world: Path, size: int) -> None:
        self._place, self._world, self._size = place, world, size
        self._running: list[asyncio.subprocess.Process] = []

    async def fill(self) -> None:
        self._running = [process for process in self._running if process.returncode is None]
        while len(self._running) < self._size:
            self._running.append(await self._spawn())

    async def _spawn(self) -> asyncio.subprocess.Process:
        environment = {**os.environ, "BENCH_WORLD": str(self._world), "BENCH_LEASE": LEASE}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.worker",
            "--database", self._place.database, "--redis", self._place.redis, "--at-once",
            env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        return process

    async def lose_one(self, *, kindly: bool) -> None:
        victim = random.choice(self._running)
        victim.terminate() if kindly else victim.kill()
        await victim.wait()
        await self.fill()

    async def close(self) -> None:
        for process in self._running:
            process.kill()
        await asyncio.gather(*(process.wait() for process in self._running))


async def write(items: int, stop: asyncio.Event) -> int:
    """Keep some hundred pieces of work waiting until it is over, so that whoever is killed is killed at work."""
    written = 0
    while written < items or not stop.is_set():
        if await JobRun.filter(state=JobState.PENDING).count() < 400:
            await outbox.items([f"chaos-{n}" for n in range(written, written + 200)], "bench.world")
            written += 200
        await asyncio.sleep(0.02)
    return written


async def disturb(crowd: Crowd, place: Place, kills: int) -> Counter[str]:
    """Kill, mostly; every tenth time ask kindly, every twentieth empty Redis as well."""
    done: Counter[str] = Counter()
    redis = connect(place.redis)
    for n in range(1, kills + 1):
        await asyncio.sleep(PAUSE * random.uniform(0.5, 1.5))
        kindly = n % 10 == 0
        await crowd.lose_one(kindly=kindly)
        done["SIGTERM" if kindly else "kill -9"] += 1
        if n % 20 == 0:
            await redis.flushdb()
            done["Redis emptied"] += 1
    await redis.aclose(close_connection_pool=True)
    return done


async def tell(world: Path, items: int, disturbed: Counter[str], seconds: float) -> bool:
    seen = Counter(world.read_text().split())
    missing = [n for n in range(items) if f"chaos-{n}" not in seen]
    repeats = sum(seen.values()) - len(seen)
    left = await JobRun.filter(work="bench.world").exclude(state=JobState.DONE).count()
    taken_over = await JobRun.filter(attempts__gt=1).count()
    numbers = sorted(event.seq for event in await OutboxEvent.all())
    gapless = numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= items
    print(f"  {', '.join(f'{count} x {what}' for what, count in disturbed.items())} in {seconds:.0f} s")
    print(f"  {items} pieces of work: {len(missing)} missing, {left} not settled")
    print(f"  {taken_over} were taken over from the dead, {repeats} of them had been seen already")
    print(f"  {len(numbers)} events, numbers {'without a gap' if gapless else 'WITH GAPS'}")
    return not missing and not left and gapless


async def tell_what_is_left() -> None:
    for job in await JobRun.filter(work="bench.world").exclude(state=JobState.DONE).order_by("due_at").limit(10):
        print(f"  left: {job.key} {job.state.value}, attempts {job.attempts}, due {job.due_at}, {job.last_error[:200]}")


async def run(items: int, kills: int, workers: int) -> bool:
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(places.postgres())
        world = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leuchtturm-chaos-"))) / "world"
        world.touch()
        crowd = Crowd(place, world, workers)
        stack.push_async_callback(crowd.close)
        began = time.monotonic()
        print(f"Chaos, {place.name}, {workers} workers, leases of {LEASE} s", flush=True)
        await crowd.fill()
        over = asyncio.Event()
        writing = asyncio.create_task(write(items, over))
        disturbed = await disturb(crowd, place, kills)
        over.set()
        written = await writing
        if not await outbox.until(outbox.nothing_left, patience=120.0):
            await tell_what_is_left()
        return await tell(world, written, disturbed, time.monotonic() - began)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000, help="at least")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()
    logging.getLogger("workers").setLevel(logging.ERROR)
    good = asyncio.run(run(given.items, given.kills, given.workers))
    print("Nothing was lost." if good else "SOMETHING WAS LOST.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
