"""The whole API on a real server, and JavaScript clients in front of it as their authors publish them.

The packages named in `package-lock.json` are installed once (`tests/npm.py`).
"""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from leuchtturm.asgi import build_app
from leuchtturm.bell import Bell
from leuchtturm.settings import Settings
from leuchtturm.wiring import House
from models.base import new_id, utcnow
from models.outbox import OutboxEvent
from models.roles import Visibility
from tests.npm import INSTALLING, installed
from workers.queue import Ringer, connect

HERE = Path(__file__).parent
RUNNING = 100  # seconds for one script; the compilers need the most


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of each process may have to wait for the packages."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(INSTALLING + RUNNING))


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder `node_modules` with every client in it."""
    return installed(HERE) / "node_modules"


@dataclass
class Running:
    """A server and what the clients need to know about it."""

    settings: Settings
    bell: Bell
    folder: Path
    told: list[int] = field(default_factory=list)
    clients: list["Client"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.settings.address}/graphql"

    async def client(self, script: str, *arguments: str) -> "Client":
        """Start one of the scripts beside this module; it gets the server's address first."""
        process = await asyncio.create_subprocess_exec(
            "node", str(self.folder / script), self.url, *arguments,
            cwd=self.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self.clients.append(Client(process))
        return self.clients[-1]

    async def run(self, script: str, *arguments: str) -> Any:
        """What a script prints as its last line, as JSON."""
        return await (await self.client(script, *arguments)).result()

    async def command(self, *arguments: str) -> str:
        """The output of a package's own command; it must succeed."""
        process = await asyncio.create_subprocess_exec(
            *arguments, cwd=self.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        async with asyncio.timeout(RUNNING):
            output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        return output.decode()

    async def happen(self, type_: str) -> None:
        """A public, numbered event, and a ring."""
        self.told.append(len(self.told) + 1)
        event = await OutboxEvent.record(
            type_, subject_kind=type_.partition(".")[0], subject_id=new_id(), now=utcnow(),
            visible_to=Visibility.PUBLIC, payload={},
        )  # fmt: skip
        await OutboxEvent.filter(id=event.id).update(seq=self.told[-1])
        self.bell.ring()


@dataclass
class Client:
    """A script under way. It prints one JSON value per line."""

    process: asyncio.subprocess.Process

    async def line(self, within: float = 30.0) -> Any:
        """The next thing that it says."""
        assert self.process.stdout is not None
        async with asyncio.timeout(within):
            said = await self.process.stdout.readline()
        if not said:
            await self._ended()
        return json.loads(said)

    async def result(self) -> Any:
        async with asyncio.timeout(RUNNING):
            output, errors = await self.process.communicate()
        assert self.process.returncode == 0, errors.decode()
        return json.loads(output.decode().strip().splitlines()[-1])

    async def end(self) -> None:
        """Let nothing of it run on or stay open."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.process.communicate()

    async def _ended(self) -> None:
        _, errors = await self.process.communicate()
        raise AssertionError(errors.decode() or "the script ended without a word")


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """A listening socket on a port that was free."""
    listening = socket.create_server(("127.0.0.1", 0))
    yield listening
    listening.close()


@pytest.fixture
async def running(packages: Path, database: str, port: socket.socket, tmp_path: Path) -> AsyncIterator[Running]:
    """The API as it is served, with the scripts of this folder next to the packages."""
    for script in [*HERE.glob("*.mjs"), *HERE.glob("*.graphql")]:
        shutil.copy(script, tmp_path / script.name)
    (tmp_path / "node_modules").symlink_to(packages)
    number = port.getsockname()[1]
    settings = Settings(_env_file=None, data_dir=tmp_path, port=number, base_url=f"http://127.0.0.1:{number}")
    redis = connect("")
    house = House(settings, settings.site, redis, Ringer(redis), Bell())
    server = uvicorn.Server(
        uvicorn.Config(
            build_app(house),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=65_536,
            timeout_graceful_shutdown=5,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[port]))
    while not server.started:
        await asyncio.sleep(0.005)
    site = Running(settings, house.bell, tmp_path)
    try:
        yield site
    finally:
        for client in site.clients:
            await client.end()
        house.stopping.set()
        house.bell.ring()
        server.should_exit = True
        await serving
        await house.ringer.close()
        await redis.aclose(close_connection_pool=True)
