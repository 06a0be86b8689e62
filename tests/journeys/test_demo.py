"""The main job, end to end, in processes of their own: what a newcomer types, and what an operator runs."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx2
import pytest
from redis.asyncio import Redis

from tests.conftest import REDIS, SERVER, named, on_postgres

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "leuchtturm"]
START_PATIENCE = 120.0  # seconds; a start with the demo community on a busy machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Machine:
    """One installation: a folder, a port, its settings, its processes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {name: value for name, value in os.environ.items() if not name.startswith("LEUCHTTURM_")}
        here = {"DATA_DIR": str(folder / "var"), "PORT": str(self.port), "LOG_LEVEL": "WARNING"}
        self.environment = {**ours, **{f"LEUCHTTURM_{name}": value for name, value in {**here, **settings}.items()}}
        self.environment["PYTHONPATH"] = str(ROOT)

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *COMMAND,
            *words,
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def run(self, *words: str) -> tuple[int, str]:
        """Run a command to its end: exit status and what it printed."""
        process = await self.start(*words)
        out, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode()

    @asynccontextmanager
    async def running(self, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process that serves until it is told to stop; a stop by Ctrl-C must be clean."""
        process = await self.start(*words)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            out, _ = await asyncio.wait_for(process.communicate(), 40)
            assert process.returncode == 0, out.decode()

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        """Wait until the site answers that it is ready."""
        end = asyncio.get_running_loop().time() + START_PATIENCE
        async with httpx2.AsyncClient(base_url=self.url) as client:
            while asyncio.get_running_loop().time() < end:
                if process.returncode is not None:
                    out, _ = await process.communicate()
                    raise AssertionError(out.decode())
                try:
                    if (await client.get("/ready")).status_code == 200:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.1)  # the process has no other way to tell us
        raise AssertionError("not ready in time")


@pytest.mark.skipif(on_postgres(), reason="the set-up without PostgreSQL")
async def test_a_newcomer_starts_one_process_and_watches_the_main_job_run(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    async with machine.running("dev") as process:
        await machine.ready(process)
        status, printed = await machine.run("demo")
        assert status == 0, printed
        async with httpx2.AsyncClient(base_url=machine.url) as client:
            stories = (await client.get("/de/stories")).text

    async with machine.running("dev") as process, httpx2.AsyncClient(base_url=machine.url) as client:
        await machine.ready(process)
        assert (await client.get("/de/stories")).text == stories, "a second start finds everything still there"


@pytest.mark.skipif(not (on_postgres() and REDIS), reason="needs PostgreSQL and Redis")
async def test_an_api_and_two_workers_do_the_same_on_postgresql_and_redis(tmp_path: Path) -> None:
    redis = Redis.from_url(f"{REDIS}/7")
    await redis.flushdb()  # who ran this a moment ago has signed in as often as anybody may
    await redis.aclose()
    name = f"leuchtturm_demo_{os.getpid()}"
    server = await asyncpg.connect(SERVER)
    await server.execute(f'CREATE DATABASE "{name}"')
    machine = Machine(
        tmp_path,
        DATABASE_URL=named(SERVER, name),
        REDIS_URL=f"{REDIS}/7",
        SECRET="a secret of the demonstration, long enough",
        DEV_PAGES="true",
        UNDO_SECONDS="2",
    )
    try:
        for command in ("migrate", "seed", "check"):
            status, printed = await machine.run(command)
            # The public address is http:// here, which `check` rightly points out.
            assert status == 0 or "public address" in printed, printed
        async with machine.running("api") as api, machine.running("worker"), machine.running("worker"):
            await machine.ready(api)
            status, printed = await machine.run("demo")
            assert status == 0, printed
    finally:
        await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await server.close()


async def test_the_demo_says_what_is_missing_when_nothing_answers(tmp_path: Path) -> None:
    status, printed = await Machine(tmp_path).run("demo")

    assert status == 1
    assert "does not answer" in printed
