"""Deploys, crashes and a database that restarts: real processes, real signals; nothing is lost, nothing done twice."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models import db, sql
from models.jobs import JobRun, JobState
from tests.conftest import REDIS, on_postgres
from tests.workers.test_bell import at_work, enqueue, eventually, lit  # noqa: F401  # lit is a fixture
from workers.queue import Ringer

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[None]:
    async with db.opened(url, everywhere=False):
        yield


@pytest.fixture
async def url(database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database that other processes can open: on SQLite a file, which one process has at a time."""
    if on_postgres():
        from tests.conftest import empty

        async with _opened(database_url):
            await empty()
        yield database_url
        return
    url = f"sqlite://{tmp_path / 'lamps.sqlite3'}"
    async with _opened(url):
        await db.create_schema()
    yield url


class Lamps:
    """A worker process, and what it wrote down."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log

    async def start(self, **options: float) -> asyncio.subprocess.Process:
        flags = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.workers.lamps",
            "--database",
            self.url,
            "--redis",
            REDIS and f"{REDIS}/0",
            "--log",
            str(self.log),
            *flags,
            cwd=ROOT,
            stderr=asyncio.subprocess.DEVNULL,
        )

    def count(self, what: str) -> Counter[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return Counter(line.split()[1] for line in lines if line.startswith(what))

    async def until(self, what: str, many: int) -> None:
        async def enough() -> bool:
            return sum(self.count(what).values()) >= many

        await eventually(enough, 50)


@pytest.fixture
def lamps(url: str, tmp_path: Path) -> Lamps:
    return Lamps(url, tmp_path / "log")


async def put(url: str, keys: list[str]) -> None:
    async with _opened(url):
        for key in keys:
            await enqueue(key)


async def stop(worker: asyncio.subprocess.Process, how: signal.Signals, within: float = 20) -> int:
    worker.send_signal(how)
    async with asyncio.timeout(within):
        return await worker.wait()


async def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_begun_and_leaves_the_rest(url, lamps):
    await put(url, [str(n) for n in range(30)])
    worker = await lamps.start(seconds=0.6)
    await lamps.until("begun", 20)

    assert await stop(worker, signal.SIGTERM) == 0

    # Twenty places: all that was begun is lit, once, and the others were not even claimed or were given back.
    assert lamps.count("begun") == lamps.count("lit")
    async with _opened(url):
        assert await JobRun.filter(state=JobState.DONE).count() == sum(lamps.count("lit").values())
        left = await JobRun.filter(state=JobState.PENDING)
        assert len(left) == 30 - sum(lamps.count("lit").values())
        assert {job.attempts for job in left} <= {0}


async def test_work_that_takes_longer_than_the_drain_is_given_back_at_once_and_done_by_the_next_worker(url, lamps):
    await put(url, ["slow"])
    worker = await lamps.start(seconds=60, drain=0.3)
    await lamps.until("begun", 1)

    assert await stop(worker, signal.SIGTERM) == 0
    async with _opened(url):
        row = await JobRun.get(key="slow")
        assert (row.state, row.attempts, row.owner) == (JobState.PENDING, 0, None)

    next_worker = await lamps.start(seconds=0)
    await lamps.until("lit", 1)
    assert await stop(next_worker, signal.SIGTERM) == 0
    assert lamps.count("lit") == {"slow": 1}


async def test_a_worker_that_is_killed_is_followed_by_one_that_takes_over_when_the_lease_has_lapsed(url, lamps):
    await put(url, ["1", "2", "3"])
    worker = await lamps.start(seconds=60, lease=1.5)
    await lamps.until("begun", 3)
    await stop(worker, signal.SIGKILL)

    next_worker = await lamps.start(seconds=0, lease=1.5)
    await lamps.until("lit", 3)

    assert await stop(next_worker, signal.SIGTERM) == 0
    assert lamps.count("lit") == {"1": 1, "2": 1, "3": 1}
    async with _opened(url):
        assert {(job.state, job.attempts, job.fence) for job in await JobRun.filter(work="lamp.light")} == {
            (JobState.DONE, 2, 2)
        }


@pytest.mark.skipif(not on_postgres(), reason="a SQLite file is not served by anybody who could restart")
async def test_a_database_that_restarts_in_mid_flow_loses_and_doubles_nothing(database, redis, tools, lit):  # noqa: F811
    import asyncpg

    keys = [str(n) for n in range(120)]
    for key in keys[:60]:
        await enqueue(key)
    guard = await asyncpg.connect(database.replace("postgres://", "postgresql://"))
    name = (await sql.rows("SELECT current_database() AS name"))[0]["name"]

    async def cut() -> None:
        await guard.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            name,
        )

    async def done() -> bool:
        counted = await guard.fetchval("SELECT COUNT(*) FROM job_run WHERE work = 'lamp.light' AND state = 'done'")
        return int(counted) == len(keys)

    try:
        async with at_work(tools, Ringer(redis), sweep=0.05):
            for n, key in enumerate(keys[60:]):
                await persist(lambda key=key: enqueue(key))
                if n % 15 == 0:
                    await cut()
            await eventually(done, 40)
            # Unnumbered events are found as soon as the relay reaches the database again.
            async with asyncio.timeout(15):
                while await guard.fetchval("SELECT COUNT(*) FROM outbox_event WHERE seq IS NULL"):
                    await asyncio.sleep(0.05)
        numbers = [row["seq"] for row in await guard.fetch("SELECT seq FROM outbox_event ORDER BY seq")]
    finally:
        await guard.close()
    assert sorted(lit) == sorted(keys)
    assert numbers == list(range(1, len(keys) + 1))


async def persist(write: Callable[[], Awaitable[None]]) -> None:
    """What a client does whose request failed: ask again. The key keeps it from happening twice."""
    for _ in range(20):
        try:
            await write()
        except Exception:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("the database did not come back")
