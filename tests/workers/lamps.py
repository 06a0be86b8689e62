"""A worker process for tests (`python -m tests.workers.lamps`): lights lamps, slowly, and writes down which."""

import argparse
import asyncio
import signal
from pathlib import Path

from models import db
from models.site import Site
from workers.jobs import job
from workers.mail.caught import CaughtMailbox
from workers.main import work
from workers.queue import Ringer, connect
from workers.work import Done, Ending, Job, Tools

given = argparse.Namespace(log=Path("/dev/null"), seconds=0.0)


def note(what: str, key: str) -> None:
    with given.log.open("a") as log:
        log.write(f"{what} {key}\n")


@job("lamp.light")
async def light(tools: Tools, job: Job) -> Ending:
    """Takes its time, then leaves a line: the effect that must be there once."""
    note("begun", job.key)
    await asyncio.sleep(given.seconds)
    note("lit", job.key)
    return Done()


async def main(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    redis = connect(options.redis)
    ringer = Ringer(redis)
    async with db.opened(options.database):
        await work(
            Tools(site=Site(), mailer=CaughtMailbox(), ring=ringer.ring),
            ringer,
            stop=stop,
            lease_seconds=options.lease,
            sweep_seconds=0.1,
            drain_seconds=options.drain,
        )
    await redis.aclose(close_connection_pool=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--redis", default="")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--lease", type=float, default=60.0)
    parser.add_argument("--drain", type=float, default=25.0)
    parser.parse_args(namespace=given)
    asyncio.run(main(given))
