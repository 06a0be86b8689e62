"""Two API processes that know each other by PostgreSQL and Redis alone tell the same within a second, Redis or not."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from redis.asyncio import Redis

import models
from leuchtturm.settings import Settings
from tests import people
from tests.cache.asking import SOON, TEAMS, asking, found
from tests.conftest import on_postgres

BASE = "http://leuchtturm.test"
"""Part of what is shared: answers hold the addresses of pages."""

pytestmark = [
    pytest.mark.skipif(not on_postgres(), reason="SQLite carries one process"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs a Redis to kill: redis-server"),
]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis of this test's own, and its process."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}", process
    process.kill()
    process.wait()


@pytest.fixture
async def clients(database: str, redis: tuple[str, subprocess.Popen[bytes]]) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Of a `leuchtturm api`, and of an API in this process. No worker: nobody numbers events, no bell rings."""
    port = free_port()
    mine = {
        "LEUCHTTURM_DATABASE_URL": database,
        "LEUCHTTURM_REDIS_URL": redis[0],
        "LEUCHTTURM_SECRET": "a secret of the tests, as long as it must be",
        "LEUCHTTURM_BASE_URL": BASE,
        "LEUCHTTURM_LOG_LEVEL": "ERROR",
        "LEUCHTTURM_OPERATIONS_PER_MINUTE": "1000000",
        "LEUCHTTURM_PORT": str(port),
    }
    command = (sys.executable, "-m", "leuchtturm", "api")
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **mine})
    shared = Redis.from_url(redis[0])
    here = asking(site=Settings(base_url=BASE).site, kept_elsewhere=shared, rate="1000000/minute")
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as there, here as api:
        while not await _answers(there):
            await asyncio.sleep(0.1)
        yield [there, api.client]
    process.kill()
    await process.wait()
    await shared.aclose()


async def _answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/live")).status_code == 200
    except httpx2.TransportError:
        return False


async def names(client: httpx2.AsyncClient) -> list[str]:
    answer = await client.post("/graphql", json={"query": TEAMS})
    return [edge["node"]["name"] for edge in answer.json()["data"]["teams"]["edges"]]


async def seen(clients: list[httpx2.AsyncClient], name: str) -> float:
    """Seconds until every process tells this name, and none tells another one from then on."""
    began = time.monotonic()
    for client in clients:
        while await names(client) != [name]:
            assert time.monotonic() - began < 5
    taken = time.monotonic() - began
    assert [await names(client) for client in clients] == [[name], [name]]
    return taken


@pytest.mark.timeout(120)  # a whole API has to start, beside whatever else the machine does
async def test_every_process_is_right_within_a_second_and_redis_may_die(
    database: str, clients: list[httpx2.AsyncClient], redis: tuple[str, subprocess.Popen[bytes]]
) -> None:
    team = await people.team("Zero")
    rename = models.Team.filter(id=team.id)
    taken_over = found("shared")
    await seen(clients, "Zero")
    times = []
    for name in ("Eins", "Zwei", "Drei"):
        await rename.update(name=name)
        times.append(await seen(clients, name))

    # A machine that is busy may make Redis look away for some seconds, and the other process be slow to share.
    async with asyncio.timeout(20):
        while found("shared") == taken_over:
            await rename.update(name=f"Drei {len(times)}")
            times.append(await seen(clients, f"Drei {len(times)}"))

    redis[1].kill()
    for name in ("Vier", "Fünf"):
        await rename.update(name=name)
        times.append(await seen(clients, name))

    assert max(times) < SOON, times
