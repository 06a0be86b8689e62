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
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.worker",
            "--database", self._place.database, "--redis", self._place.redis, "--at-once",
            env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def lose_one(self, *, kindly: bool) -> None:
        victim = random.choice(self._running)
        victim.terminate() if kindly else victim.kill()
        await victim.wait()
        await self.fill()

    async def close(self) -> None:
        for process in self._running:
            process.kill()
        await asyncio.gather(*(process.wait() for process in self._running))


async def write(items: int) -> None:
    for n in range(items):
        await outbox.item(f"chaos-{n}", "bench.world")


async def disturb(crowd: Crowd, place: Place, kills: int, every: float) -> Counter[str]:
    """Kill, mostly; every tenth time ask kindly, every twentieth empty Redis as well."""
    done: Counter[str] = Counter()
    redis = connect(place.redis)
    for n in range(1, kills + 1):
        await asyncio.sleep(every * random.uniform(0.5, 1.5))
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
    left = await JobRun.exclude(state=JobState.DONE).count()
    numbers = sorted(event.seq for event in await OutboxEvent.all())
    gapless = numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= items
    print(f"  {', '.join(f'{count} x {what}' for what, count in disturbed.items())} in {seconds:.0f} s")
    print(f"  {items} pieces of work: {len(missing)} missing, {repeats} seen again, {left} not settled")
    print(f"  {len(numbers)} events, numbers {'without a gap' if gapless else 'WITH GAPS'}")
    return not missing and not left and gapless


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
        writing = asyncio.create_task(write(items))
        disturbed = await disturb(crowd, place, kills, every=0.5)
        await writing
        await outbox.until(outbox.nothing_left)
        return await tell(world, items, disturbed, time.monotonic() - began)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()
    logging.getLogger("workers").setLevel(logging.ERROR)
    good = asyncio.run(run(given.items, given.kills, given.workers))
    print("Nothing was lost." if good else "SOMETHING WAS LOST.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
