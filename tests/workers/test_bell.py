"""The bell wakes; nothing depends on it. With Redis flushed, frozen, away or back, work is done once (E55)."""

import asyncio
import contextlib
import logging
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from tortoise.transactions import in_transaction

from models import sql
from models.base import utcnow
from models.jobs import JobRun, JobState
from models.outbox import OutboxEvent
from workers.jobs import HANDLERS
from workers.main import work
from workers.queue import BELL, Ringer, connect, encode, listen, reachable, stand_in
from workers.work import Done, Ending, Job, Tools

NEVER = 3600.0  # seconds between two sweeps: whatever is found was rung


@asynccontextmanager
async def at_work(tools: Tools, ringer: Ringer, sweep: float) -> AsyncIterator[None]:
    """A full worker in this process."""
    stop = asyncio.Event()
    tools = replace(tools, ring=ringer.ring)
    working = asyncio.create_task(work(tools, ringer, stop=stop, sweep_seconds=sweep, drain_seconds=5))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(60):
            await working
        await ringer.close()


@pytest.fixture
def lit(monkeypatch) -> list[str]:
    """The keys of the jobs that were done, in order."""
    done: list[str] = []

    async def light(tools: Tools, job: Job) -> Ending:
        done.append(job.key)
        return Done()

    monkeypatch.setitem(HANDLERS, "lamp.light", light)
    return done


async def enqueue(key: str) -> None:
    async with in_transaction():
        await OutboxEvent.record("lamp.wanted", subject_kind="lamp", subject_id=uuid4(), now=utcnow())
        await JobRun.enqueue("lamp.light", key, due_at=await sql.clock())


async def until(holds: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


async def all_done(keys: list[str]) -> bool:
    return await JobRun.filter(key__in=keys, state=JobState.DONE).count() == len(keys)


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.02)


async def all_numbered() -> bool:
    return not await OutboxEvent.filter(seq__isnull=True).exists()


def test_what_is_put_into_redis_is_json_and_bears_an_exception():
    assert encode({"f": BELL, "r": ValueError("no")}) == b'{"f": "bell", "r": "ValueError(\'no\')"}'


async def test_a_ring_from_this_process_is_heard_at_once(database, redis, tools, lit):
    ringer = Ringer(redis)
    async with at_work(tools, ringer, sweep=NEVER):
        await enqueue("1")
        began = time.perf_counter()
        await ringer.ring()
        await until(lambda: lit == ["1"])
    assert time.perf_counter() - began < 5


async def test_a_ring_from_another_process_is_heard_through_redis(database, redis, tools, lit):
    elsewhere = Ringer(redis)
    async with at_work(tools, Ringer(redis), sweep=NEVER):
        for key in ("1", "2", "3"):
            await enqueue(key)
            await elsewhere.ring()
            await until(lambda key=key: key in lit)
    assert lit == ["1", "2", "3"]
    await elsewhere.close()


async def test_a_hundred_rings_make_one_job_in_redis(redis):
    ringer = Ringer(redis)
    for _ in range(100):
        await ringer.ring()
    await ringer.close()

    assert await redis.zcard("arq:queue") == 1
    assert await redis.get(f"arq:job:{BELL}") is not None


async def test_without_any_ring_the_sweep_finds_the_work(database, redis, tools, lit):
    async with at_work(tools, Ringer(redis), sweep=0.05):
        await enqueue("1")
        await until(lambda: lit == ["1"])


async def test_a_redis_that_is_away_costs_latency_and_one_line_in_the_log(database, tools, lit, caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = connect(f"redis://127.0.0.1:{closed.getsockname()[1]}/0")
        ringer = Ringer(nobody)
        with caplog.at_level(logging.INFO, "workers.queue"):
            async with at_work(tools, ringer, sweep=0.05):
                for n in range(5):
                    began = time.perf_counter()
                    await ringer.ring()
                    assert time.perf_counter() - began < 0.05
                    await enqueue(str(n))
                    await until(lambda n=n: str(n) in lit)
        await nobody.aclose(close_connection_pool=True)
    assert [line.message[:13] for line in caplog.records if line.name == "workers.queue"] == ["Redis is away"]
    assert not await reachable(f"redis://127.0.0.1:{closed_port()}/0")


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_a_redis_that_is_flushed_in_mid_flow_loses_and_doubles_nothing(database, redis, tools, lit):
    keys = [str(n) for n in range(60)]
    elsewhere = Ringer(redis)

    async def flush() -> None:
        while not await all_done(keys):
            await redis.flushall() if redis.connection_pool.connection_kwargs.get("db") == 0 else await redis.flushdb()
            await asyncio.sleep(0.01)

    async with at_work(tools, Ringer(redis), sweep=0.2):
        flushing = asyncio.create_task(flush())
        for key in keys:
            await enqueue(key)
            await elsewhere.ring()
        await eventually(lambda: all_done(keys))
        await flushing
        await eventually(all_numbered)  # jobs do not wait for the log
    await elsewhere.close()

    assert sorted(lit) == sorted(keys)


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine")
async def test_a_redis_that_dies_and_comes_back_is_heard_again(database, tools, lit):
    port = closed_port()
    client = connect(f"redis://127.0.0.1:{port}/0")
    server = await serve_redis(port)
    ringer, elsewhere = Ringer(client), Ringer(client)
    try:
        async with at_work(tools, ringer, sweep=0.2):
            await enqueue("before")
            await elsewhere.ring()
            await until(lambda: "before" in lit)
            server.kill()
            await server.wait()
            await enqueue("meanwhile")
            await elsewhere.ring()
            await until(lambda: "meanwhile" in lit)
            server = await serve_redis(port)

            async def heard_again() -> bool:
                await elsewhere.ring()
                await asyncio.sleep(0.2)
                return (
                    await client.get(f"arq:job:{BELL}") is None and await client.exists("arq:queue:health-check") == 1
                )

            await eventually(heard_again, 30)
            await enqueue("after")
            await elsewhere.ring()
            await until(lambda: "after" in lit)
    finally:
        await elsewhere.close()
        await client.aclose(close_connection_pool=True)
        with contextlib.suppress(ProcessLookupError):
            server.kill()
        await server.wait()
    assert lit == ["before", "meanwhile", "after"]


async def serve_redis(port: int) -> asyncio.subprocess.Process:
    server = await asyncio.create_subprocess_exec(
        "redis-server",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--bind",
        "127.0.0.1",
        stdout=asyncio.subprocess.DEVNULL,
    )
    await eventually(lambda: reachable(f"redis://127.0.0.1:{port}/0"))
    return server


async def test_subscribers_hear_that_the_log_has_grown(database, redis, tools, lit):
    heard, stop = 0, asyncio.Event()

    def ring() -> None:
        nonlocal heard
        heard += 1

    listening = asyncio.create_task(listen(redis, ring, stop))
    # Once at the start, for whatever was missed; others on this server may be heard as well: channels know no database.
    await until(lambda: heard > 0)
    already = heard
    async with at_work(tools, Ringer(redis), sweep=0.05):
        await enqueue("1")
        await until(lambda: heard > already)
    stop.set()
    async with asyncio.timeout(5):
        await listening


async def test_the_stand_in_carries_a_whole_worker():
    client = stand_in()
    await Ringer(client).ring()
    await asyncio.sleep(0.05)
    assert await client.zcard("arq:queue") == 1
    await client.aclose(close_connection_pool=True)
