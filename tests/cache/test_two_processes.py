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

import models
from tests import people
from tests.cache.asking import SOON, TEAMS
from tests.conftest import on_postgres

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
async def servers(database: str, redis: tuple[str, subprocess.Popen[bytes]]) -> AsyncIterator[list[str]]:
    """Two `leuchtturm api`, and no worker: nobody numbers events, no bell rings."""
    ports = [free_port(), free_port()]
    mine = {
        "LEUCHTTURM_DATABASE_URL": database,
        "LEUCHTTURM_REDIS_URL": redis[0],
        "LEUCHTTURM_SECRET": "a secret of the tests, as long as it must be",
        "LEUCHTTURM_BASE_URL": "http://leuchtturm.test",  # answers hold addresses of pages
        "LEUCHTTURM_LOG_LEVEL": "ERROR",
        "LEUCHTTURM_OPERATIONS_PER_MINUTE": "1000000",
    }
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "leuchtturm", "api", env={**os.environ, **mine, "LEUCHTTURM_PORT": str(port)}
        )
        for port in ports
    ]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    async with httpx2.AsyncClient() as client, asyncio.timeout(40):
        for url in urls:
            while not await _answers(client, url):
                await asyncio.sleep(0.1)
    yield urls
    for process in processes:
        process.kill()
        await process.wait()


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/live")).status_code == 200
    except httpx2.TransportError:
        return False


async def names(client: httpx2.AsyncClient, url: str) -> list[str]:
    answer = await client.post(f"{url}/graphql", json={"query": TEAMS})
    return [edge["node"]["name"] for edge in answer.json()["data"]["teams"]["edges"]]


async def seen(client: httpx2.AsyncClient, urls: list[str], name: str) -> float:
    """Seconds until every process tells this name, and none tells another one from then on."""
    began = time.monotonic()
    for url in urls:
        while await names(client, url) != [name]:
            assert time.monotonic() - began < 5
    taken = time.monotonic() - began
    assert [await names(client, url) for url in urls] == [[name], [name]]
    return taken


async def kept(client: httpx2.AsyncClient, url: str) -> dict[str, float]:
    """How this process found its answers so far."""
    lines = [line for line in (await client.get(f"{url}/metrics")).text.splitlines() if "graphql_kept_total{" in line]
    return {line.split('"')[1]: float(line.split()[-1]) for line in lines}


async def test_every_process_is_right_within_a_second_and_redis_may_die(
    database: str, servers: list[str], redis: tuple[str, subprocess.Popen[bytes]]
) -> None:
    team = await people.team("Zero")
    rename = models.Team.filter(id=team.id)
    async with httpx2.AsyncClient() as client:
        await seen(client, servers, "Zero")
        times = []
        for name in ("Eins", "Zwei", "Drei"):
            await rename.update(name=name)
            times.append(await seen(client, servers, name))
        found = [await kept(client, url) for url in servers]

        redis[1].kill()
        for name in ("Vier", "Fünf"):
            await rename.update(name=name)
            times.append(await seen(client, servers, name))

    assert max(times) < SOON, times
    assert sum(one.get("shared", 0) for one in found) > 0, "what one process made, the other one took"
    assert all(one.get("quick", 0) > 0 for one in found)
