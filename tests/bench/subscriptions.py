"""Subscribers by the thousand on one API process: memory, how soon an event has reached all, and where it ends.

PostgreSQL and Redis, the process as it is served (`leuchtturm api`), listeners in a process beside it on addresses of
loopback. Each event carries when its transaction began; what is told is the time from there to the listener.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from models.base import utcnow
from models.members import Person
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.signin import ApiToken
from tests import people
from tests.bench import places
from tests.bench.graphql.servers import OURS, Server, environment, free_port
from tests.bench.places import Place
from workers import outbox
from workers.queue import Ringer, connect

STARTING = 180.0
PATIENCE = 120.0
Line = Callable[[str, str], None]


@dataclass
class Bench:
    server: Server
    listeners: asyncio.subprocess.Process
    ringer: Ringer

    async def ask(self, **asked: Any) -> Any:
        assert self.listeners.stdin is not None
        assert self.listeners.stdout is not None
        self.listeners.stdin.write(json.dumps(asked).encode() + b"\n")
        return json.loads(await self.listeners.stdout.readline())

    async def open(self, count: int, members: int = 0) -> float:
        """Open so many sockets, some of them for members with a token each; how many a second."""
        secrets, already, began = await tokens(members), await self.listening(), time.monotonic()
        said = await self.ask(open=count, tokens=secrets)
        assert not said["lost"], said
        async with asyncio.timeout(PATIENCE):
            while await self.listening() < already + count:
                await asyncio.sleep(0.1)
        return count / (time.monotonic() - began)

    async def listening(self) -> int:
        """How many subscriptions the server says that it has."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        writer.write(b"GET /metrics HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")
        page = await reader.read()
        writer.close()
        return int(float(page.partition(b"\nleuchtturm_graphql_subscribers ")[2].split(b"\n")[0]))

    async def happens(self, count: int = 1) -> None:
        """So many public events at once: written, numbered, and told by the bell, as the product does it."""
        at = time.time()
        await OutboxEvent.bulk_create(
            [
                OutboxEvent(
                    type="bench.happened", subject_kind="bench", subject_id=uuid4(), at=utcnow(),
                    visible_to=Visibility.PUBLIC, payload={"at": at},
                )
                for _ in range(count)
            ]
        )  # fmt: skip
        last, _ = await outbox.relay({})
        await self.ringer.tell(last)

    async def flow(self, rate: float, seconds: float, listening: int) -> tuple[Any, float]:
        """Events at a rate; what the listeners say, and which part of a processor the server took."""
        await self.ask()
        began, cpu, count = time.monotonic(), self.server.cpu(), 0
        while (now := time.monotonic() - began) < seconds:
            due = int(now * rate) - count
            if due:
                await self.happens(due)
                count += due
            await asyncio.sleep(0.01)
        said = await self.ask(told=count * listening, within=PATIENCE)
        return said, (self.server.cpu() - cpu) / (time.monotonic() - began)


@asynccontextmanager
async def benched(place: Place, **settings: str) -> AsyncIterator[Bench]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "leuchtturm", "api", env=environment(place, port, **settings),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    listeners = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.listeners", str(port),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=10_000_000,
    )  # fmt: skip
    redis = connect(place.redis)
    bench = Bench(Server(OURS, port, process.pid), listeners, Ringer(redis))
    try:
        await _answers(port)
        yield bench
    finally:
        await bench.ringer.close()
        await redis.aclose(close_connection_pool=True)
        listeners.kill()
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await asyncio.gather(listeners.wait(), process.wait())


async def _answers(port: int) -> None:
    async with asyncio.timeout(STARTING):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


async def tokens(count: int) -> list[str]:
    """Of as many members."""
    secrets = []
    for _ in range(count):
        viewer = await people.participant()
        assert viewer.person_id is not None
        secrets.append((await ApiToken.issue(viewer.person_id, "bench", by=viewer, now=utcnow()))[1])
    assert await Person.all().count() >= count
    return secrets


def _ms(said: Any) -> str:
    lost = f", LOST {dict(said['lost'])}" if said["lost"] else ""
    return (
        f"p50 {said['p50'] * 1000:,.0f} ms, p99 {said['p99'] * 1000:,.0f} ms, last {said['last'] * 1000:,.0f} ms{lost}"
    )


async def idle(line: Line, place: Place, count: int, members: int) -> None:
    """Many who hear nothing, and then one thing."""
    async with benched(place) as bench:
        await bench.open(10)
        await bench.happens()
        await bench.ask(told=10, within=PATIENCE)
        before = bench.server.memory()
        rate = await bench.open(count - 10, members)
        size = (bench.server.memory() - before) * 1e6 / 1024 / (count - 10)
        line(f"{count:,} sockets, {members} members", f"{size:.0f} kB each, {rate:,.0f} a second")
        cpu, began = bench.server.cpu(), time.monotonic()
        await asyncio.sleep(10)
        line("  while nothing happens", f"{(bench.server.cpu() - cpu) / (time.monotonic() - began):.0%} of a processor")
        for _ in range(3):
            await bench.ask()
            cpu = bench.server.cpu()
            await bench.happens()
            said = await bench.ask(told=count, within=PATIENCE)
            each = (bench.server.cpu() - cpu) / count * 1e6
            line("  one event to all of them", f"{_ms(said)}; {each:.0f} us of a processor each")


async def busy(line: Line, place: Place, count: int, members: int, rates: list[float], seconds: float) -> None:
    """Fewer who hear much."""
    async with benched(place) as bench:
        await bench.open(count, members)
        await bench.happens()
        await bench.ask(told=count, within=PATIENCE)
        line(f"{count:,} sockets, {members} members", "")
        for rate in rates:
            said, cpu = await bench.flow(rate, seconds, count)
            told = said["told"] / count
            line(f"  {rate:g} events a second", f"{_ms(said)}, {cpu:.0%} of a processor, {told:,.0f} events")


async def run(line: Line, scale: float, *, members: float = 0.2) -> None:
    async with places.postgres() as place:
        print(f"\nSubscriptions, {place.name}, load {os.getloadavg()[0]:.1f}", flush=True)
        many, some = int(10_000 * scale), int(2_000 * scale)
        await idle(line, place, many, 0)
        await idle(line, place, many, int(many * members))
        await busy(line, place, some, 0, [1, 10, 25, 50, 100, 200], 10.0)
        await busy(line, place, some, int(some * members), [10, 50, 100], 10.0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.subscriptions", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    asyncio.run(run(lambda what, value: print(f"  {what:<44} {value}", flush=True), given.scale))
    return 0


if __name__ == "__main__":
    sys.exit(main())
