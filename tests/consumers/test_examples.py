"""The consumers of `docs/partners/examples` do what their readers will copy: verify, handle once, go on (C12.1).

That for TypeScript is checked and compiled; without Node, npm or the packages its test is skipped (`tests/npm.py`).
"""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

import models
from models.base import utcnow
from models.webhooks import replaying
from resolvers.events import tail
from tests import people
from tests.graph.harbour import Harbour, moored
from tests.npm import INSTALLING, installed
from tests.webhooks.conftest import posted
from tests.webhooks.partner import Partner

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "partners" / "examples"
PATIENCE = 40  # seconds; an interpreter starts slowly on a busy machine
pytestmark = pytest.mark.timeout(INSTALLING + 60)


@pytest.fixture
def python() -> list[str]:
    return [sys.executable, str(EXAMPLES / "python" / "consumer.py")]


@pytest.fixture(scope="session")
def typescript() -> list[str]:
    """Installed once, and compiled."""
    folder = installed(EXAMPLES / "typescript", "consumer.ts", "tsconfig.json")
    # Each process of a run compiles for itself: nobody runs what another one is just writing.
    compiled = folder / "dist" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    tsc = ["node", "node_modules/typescript/bin/tsc", "--outDir", str(compiled)]
    done = subprocess.run(tsc, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return ["node", str(compiled / "consumer.js")]


class Consumer:
    """A consumer under way; each line that it prints is an event that it handled."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def handled(self) -> Any:
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self.process.stdout.readline())


@asynccontextmanager
async def running(command: list[str], *arguments: str, folder: Path, **settings: str) -> AsyncIterator[Consumer]:
    environment = {**os.environ, "STATE": str(folder / "state"), **settings}
    with (folder / "errors").open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, *arguments, env=environment, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    try:
        yield Consumer(process)
    finally:
        process.kill()
        await process.wait()


async def listens(command: list[str], harbour: Harbour, folder: Path) -> None:
    """It goes on where it was, however often it is killed."""
    about, url = {"folder": folder}, harbour.url
    async with running(command, "listen", url, **about) as consumer:
        await harbour.listening(within=PATIENCE)
        await harbour.happen("story.published")
        seen = [(await consumer.handled())["cursor"]]
        await _stored(folder / "state", "1")
    await harbour.happen("story.corrected", "story.retracted")
    async with running(command, "listen", url, **about) as consumer:
        seen += [(await consumer.handled())["cursor"] for _ in range(2)]
        await harbour.happen("team.listed")
        seen.append((await consumer.handled())["cursor"])

    assert seen == ["1", "2", "3", "4"]


async def receives(command: list[str], folder: Path) -> None:
    """What comes twice is handled once, and what is not ours not at all."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    at = Partner(port)
    async with posted(at, await people.manager(), utcnow()) as post:
        endpoint = await post.webhook()
        secret = {"WEBHOOK_SECRET": post.secrets[endpoint.id]}
        async with running(command, "receive", str(port), folder=folder, **secret) as consumer:
            await _answers(port)
            for expected in ("story.published", "story.corrected"):
                await post.happens(expected)
                await post.goes_round()
                assert (await consumer.handled())["type"] == expected
                delivery = await models.WebhookDelivery.filter(state="done").order_by("-id").first()
                assert delivery is not None
                await replaying.replay(delivery.id, by=post.keeper, now=utcnow())
                await post.goes_round()  # the same again; nothing of it is printed before the next event
            async with httpx2.AsyncClient() as client:
                forged = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,eA=="}
                assert (await client.post(at.url(), json={}, headers=forged)).status_code == 401
    assert await models.WebhookDelivery.exclude(state="done").count() == 0


async def _stored(state: Path, cursor: str) -> None:
    """Until the consumer has written down where it is."""
    async with asyncio.timeout(PATIENCE):
        while (await asyncio.to_thread(_place, state)) != cursor:
            await asyncio.sleep(0.02)


def _place(state: Path) -> str | None:
    if not state.exists():
        return None
    if state.read_bytes().startswith(b"{"):
        return str(json.loads(state.read_text())["cursor"])
    with closing(sqlite3.connect(state)) as db:
        row = db.execute("SELECT cursor FROM place").fetchone()
    return row[0] if row else None


async def _answers(port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


@pytest.mark.parametrize("language", ["python", "typescript"])
async def test_a_consumer_goes_on_where_it_was(
    language: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = request.getfixturevalue(language)
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    async with moored(database_url) as harbour:
        await listens(command, harbour, tmp_path)


@pytest.mark.parametrize("language", ["python", "typescript"])
@pytest.mark.usefixtures("database")
async def test_a_consumer_handles_what_is_delivered_twice_once_and_nothing_forged(
    language: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await receives(request.getfixturevalue(language), tmp_path)
