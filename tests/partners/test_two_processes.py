"""E53: a key that one process revokes is revoked on every other within five seconds; its open subscriptions end."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator

import httpx2
import pytest

from models.base import utcnow
from models.partners import PartnerKey
from tests.cache.test_two_processes import BASE, _answers, free_port
from tests.conftest import REDIS, on_postgres
from tests.graph.harbour import Bell, Harbour, moored
from tests.partners.partnering import partnership

SOON = 5.0  # seconds, as promised
EVENTS = "subscription { communityEvents { type } }"

pytestmark = pytest.mark.skipif(not on_postgres(), reason="SQLite carries one process")


@pytest.fixture
async def harbours(database_url: str) -> AsyncIterator[list[Harbour]]:
    """An API in this process and a `leuchtturm api`, on one database."""
    port = free_port()
    mine = {
        "LEUCHTTURM_DATABASE_URL": database_url,
        "LEUCHTTURM_REDIS_URL": f"{REDIS}/9",
        "LEUCHTTURM_SECRET": "a secret of the tests, as long as it must be",
        "LEUCHTTURM_BASE_URL": BASE,
        "LEUCHTTURM_LOG_LEVEL": "ERROR",
        "LEUCHTTURM_PORT": str(port),
    }
    async with moored(database_url) as here:
        command = (sys.executable, "-m", "leuchtturm", "api")
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **mine})
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while not await _answers(client):
                await asyncio.sleep(0.1)
        yield [here, Harbour(f"ws://127.0.0.1:{port}/graphql", Bell(), asyncio.Event())]
        process.kill()
        await process.wait()


@pytest.mark.timeout(120)  # a whole API has to start, beside whatever else the machine does
async def test_a_key_revoked_by_one_process_is_revoked_on_all(harbours: list[Harbour]) -> None:
    ours = await partnership(utcnow())
    bearer = {"authorization": f"Bearer {ours.secret}"}
    here, there = harbours
    async with here.open() as one, there.open() as other, httpx2.AsyncClient(headers=bearer) as client:
        for socket in (one, other):
            await socket.init(ours.secret)
            await socket.subscribe(EVENTS)
        asked = [await client.post(each.http, json={"query": "{ __typename }"}) for each in harbours]
        assert [answer.status_code for answer in asked] == [200, 200]
        began = time.monotonic()

        await PartnerKey.revoke(ours.key.id, by=ours.member, now=utcnow())

        asked = [await client.post(each.http, json={"query": "{ __typename }"}) for each in harbours]
        assert [answer.status_code for answer in asked] == [401, 401]
        for socket in (one, other):
            message = await socket.next(within=2 * SOON)
            errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            assert errors[0]["extensions"]["code"] == "AUTHORISATION_ENDED"
        assert time.monotonic() - began < SOON
