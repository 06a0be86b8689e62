"""`make bench`: what this machine can do. Compare rows of one run with each other, not with those of other runs."""

import argparse
import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from tests.bench import outbox, places
from tests.bench.places import Place

Opening = Callable[[], AbstractAsyncContextManager[Place]]


def line(what: str, value: str) -> None:
    print(f"  {what:<44} {value}", flush=True)


async def work_rows(opening: Opening, scale: float, processes: int) -> None:
    async with opening() as place:
        print(f"\nOutbox, {place.name}", flush=True)
        written, done = await outbox.throughput(place, items=int(5_000 * scale), processes=processes)
        line("event + job written by one writer", f"{written:,.0f} a second")
        workers = "one worker in the process" if place.one_process else f"{processes} worker processes"
        line(f"numbered, claimed, done, settled; {workers}", f"{done:,.0f} a second")
    async with opening() as place:
        line("ring to start", str(await outbox.latency(place, rings=max(50, int(300 * scale)))))


async def run(setup: str, scale: float) -> None:
    openings: dict[str, Opening] = {"sqlite": places.sqlite, "postgres": places.postgres}
    await work_rows(openings[setup], scale, processes=2)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one set-up instead of both")
    parser.add_argument("--scale", type=float, default=1.0, help="0.01 for a look, 10 for patience")
    given = parser.parse_args()
    if given.only is None:
        # One dialect per process: the ORM caches statements.
        again = [sys.executable, "-m", "tests.bench", "--scale", str(given.scale), "--only"]
        return max(subprocess.run([*again, setup], check=False).returncode for setup in ("sqlite", "postgres"))
    logging.getLogger("workers").setLevel(logging.ERROR)
    asyncio.run(run(given.only, given.scale))
    return 0


if __name__ == "__main__":
    sys.exit(main())
