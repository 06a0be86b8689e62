"""The servers under test, each a process of its own on a free port, and what its processor time was."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.graphql.load import answer, request
from tests.bench.graphql.operations import ONE, OPERATIONS, Operation
from tests.bench.graphql.peers import NODE_SCRIPTS
from tests.bench.places import SECRET, Place

TICK = 1 / os.sysconf("SC_CLK_TCK")
OURS, MERCURIUS, POSTGRAPHILE, FLOOR = "Leuchtturm", "Mercurius JIT", "PostGraphile 5", "floor"
KEPT = "answers kept"
"""Leuchtturm again, with the cache of answers to strangers, which all other rows do without."""
STARTING = 60.0


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time that the process and its threads have used until now."""
        stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) * TICK

    def memory(self) -> float:
        """Megabytes that are resident."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def takes(self, operation: Operation) -> bool:
        """Whether it is measured with this operation: what is kept is what strangers read."""
        return self.name != KEPT or not (operation.viewer or operation.writes)

    def document(self, operation: Operation) -> str:
        return operation.postgraphile if self.name == POSTGRAPHILE else operation.document

    def request(self, operation: Operation, number: int) -> bytes:
        given = operation.given(number, flat=self.name == POSTGRAPHILE)
        return request(self.document(operation), given, operation.token(number))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def environment(place: Place, port: int, **more: str) -> dict[str, str]:
    """What Leuchtturm's own process reads. No line per request, as the others write none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEUCHTTURM_")}
    return kept | {
        "LEUCHTTURM_DATABASE_URL": place.database,
        "LEUCHTTURM_REDIS_URL": place.redis,
        "LEUCHTTURM_SECRET": SECRET,
        "LEUCHTTURM_PORT": str(port),
        "LEUCHTTURM_LOG_LEVEL": "ERROR",
        "LEUCHTTURM_OPERATIONS_PER_MINUTE": "1000000000",
        "LEUCHTTURM_ANSWER_CACHE_MB": "0",
        **more,
    }


def command(name: str, place: Place, port: int, packages: Path | None) -> tuple[list[str], dict[str, str]]:
    peer = {**os.environ, "DATABASE_URL": place.database, "PORT": str(port), "NODE_ENV": "production"}
    match name:
        case "Leuchtturm":
            return [sys.executable, "-m", "leuchtturm", "api"], environment(place, port)
        case "answers kept":
            kept = environment(place, port, LEUCHTTURM_ANSWER_CACHE_MB="64")
            return [sys.executable, "-m", "leuchtturm", "api"], kept
        case "floor":
            return [sys.executable, "-m", "tests.bench.graphql.floor"], peer
        case _:
            assert packages is not None
            return ["node", str(packages / NODE_SCRIPTS[name])], {**peer, "GRAPHILE_ENV": "production"}


@asynccontextmanager
async def running(name: str, place: Place, packages: Path | None) -> AsyncIterator[Server]:
    """A started server that has answered once."""
    port = free_port()
    words, variables = command(name, place, port, packages)
    # PostGraphile tells on its output what it makes of each table.
    process = await asyncio.create_subprocess_exec(*words, env=variables, stdout=asyncio.subprocess.DEVNULL)
    server = Server(name, port, process.pid)
    try:
        await _ready(server, process)
        yield server
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _ready(server: Server, process: asyncio.subprocess.Process) -> None:
    small = next(one for one in OPERATIONS if one.document == ONE)
    async with asyncio.timeout(STARTING):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"{server.name} ended with {process.returncode}")
            try:
                said = await answer(server.port, server.request(small, 0))
            except OSError:
                await asyncio.sleep(0.1)
                continue
            assert "errors" not in said, f"{server.name}: {said}"
            return
