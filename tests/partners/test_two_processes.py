"""E53: a key that one process revokes is revoked on every other within five seconds; its open subscriptions end."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import websockets

from models.base import utcnow
from models.partners import PartnerKey
from tests.cache.test_two_processes import BASE, _answers, free_port
from tests.conftest import REDIS, on_postgres
from tests.graph.harbour import Socket, moored
from tests.partners.partnering import partnership

SOON = 5.0  # seconds, as promised
EVENTS = "subscription { communityEvents { type } }"

pytestmark = pytest.mark.skipif(not on_postgres(), reason="SQLite carries one process")


@pytest.fixture
async def apis(database_url: str) -> AsyncIterator[list[str]]:
    """Addresses of an API in this process and of a `leuchtturm api`, on one database."""
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
        yield [here.http, f"http://127.0.0.1:{port}/graphql"]
        process.kill()
        await process.wait()


@asynccontextmanager
async def listening(url: str, secret: str) -> AsyncIterator[Socket]:
    """A socket that subscribes with the key."""
    given: Any = {"subprotocols": ["graphql-transport-ws"]}
    async with websockets.connect(url.replace("http:", "ws:", 1), **given) as connection:
        socket = Socket(connection)
        await socket.init(secret)
        await socket.subscribe(EVENTS)
        yield socket


@pytest.mark.timeout(120)  # a whole API has to start, beside whatever else the machine does
async def test_a_key_revoked_by_one_process_is_revoked_on_all(apis: list[str]) -> None:
    ours = await partnership(utcnow())
    bearer = {"authorization": f"Bearer {ours.secret}"}
    here, there = apis
    async with (
        listening(here, ours.secret) as one,
        listening(there, ours.secret) as other,
        httpx2.AsyncClient(headers=bearer) as client,
    ):
        asked = [await client.post(each, json={"query": "{ __typename }"}) for each in apis]
        assert [answer.status_code for answer in asked] == [200, 200]
        began = time.monotonic()

        await PartnerKey.revoke(ours.key.id, by=ours.member, now=utcnow())

        asked = [await client.post(each, json={"query": "{ __typename }"}) for each in apis]
        assert [answer.status_code for answer in asked] == [401, 401]
        for socket in (one, other):
            message = await socket.next(within=2 * SOON)
            errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            assert errors[0]["extensions"]["code"] == "AUTHORISATION_ENDED"
        assert time.monotonic() - began < SOON
