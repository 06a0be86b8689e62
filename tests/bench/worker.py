"""A worker process for benches: does nothing, and says when it started doing it (`python -m tests.bench.worker`)."""

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from models import db, vault
from models.site import Site
from tests.bench.places import SECRET
from workers.jobs import job
from workers.mail.caught import CaughtMailbox
from workers.main import work
from workers.queue import Ringer, connect
from workers.work import Done, Ending, Job, Tools

here: Ringer | None = None
"""The ringer of the worker that runs in this process, if one does."""

started: dict[str, float] = {}
"""When each job's handler began, by the machine's monotonic clock, which all processes share."""


@job("bench.nothing")
async def nothing(tools: Tools, known: Job) -> Ending:
    """Says the moment; the parent process reads it from our output."""
    started[known.key] = time.monotonic()
    print(known.key, started[known.key], flush=True)
    return Done()


@job("bench.silent")
async def silent(tools: Tools, known: Job) -> Ending:
    started[known.key] = time.monotonic()
    return Done()


@job("bench.world")
async def world(tools: Tools, known: Job) -> Ending:
    """Does something that no database can take back: one line in a file, in one write."""
    await asyncio.sleep(0.02)
    with Path(os.environ["BENCH_WORLD"]).open("a", encoding="utf-8") as file:
        file.write(f"{known.key}\n")
    await asyncio.sleep(0.02)
    return Done()


async def run(redis_url: str, stop: asyncio.Event) -> None:
    """A full worker on the database that is open."""
    global here
    redis = connect(redis_url)
    here = ringer = Ringer(redis)
    try:
        tools = Tools(site=Site(), mailer=CaughtMailbox(), ring=ringer.ring)
        await work(tools, ringer, stop=stop, lease_seconds=float(os.environ.get("BENCH_LEASE", "60")))
    finally:
        here = None
        await ringer.close()
        await redis.aclose(close_connection_pool=True)


async def main(database: str, redis_url: str, *, at_once: bool) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    vault.use(vault.Keys(SECRET))
    async with db.opened(database):
        print("ready", flush=True)
        if not at_once:
            await asyncio.to_thread(sys.stdin.readline)  # the parent starts its clock, then says go
        await run(redis_url, stop)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--redis", required=True)
    parser.add_argument("--at-once", action="store_true", help="do not wait to be told to go")
    given = parser.parse_args()
    asyncio.run(main(given.database, given.redis, at_once=given.at_once))
