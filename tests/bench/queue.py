"""A queue in which many wait: how soon everybody's place has reached them, and what a listener costs the server.

PostgreSQL and Redis, the API process as it is served, a real WebSocket for each who waits. Every round somebody is
called and helped, which moves everybody behind them by one; told is the time from the commit until a place arrives.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import websockets

from models.base import utcnow
from models.hours.queue.joining import join
from models.signin import ApiToken
from tests.bench import places
from tests.bench.graphql.servers import OURS, Server, environment, free_port
from tests.bench.places import Place
from tests.exchanging import crowd
from tests.hours.queueing import serve, with_queue
from workers import outbox
from workers.queue import Ringer, connect

NOW = datetime(2020, 4, 14, 8, tzinfo=UTC)
ADDRESS = 150  # sockets from one address; 200 are allowed
PATIENCE = 120.0
QUERY = "subscription ($id: UUID!) { queuePosition(entryId: $id) { position state } }"
Line = Callable[[str, str], None]


class Waiting:
    """Everybody who waits, each with a socket; `places` is what each was told last, `at` when."""

    def __init__(self) -> None:
        self.places: dict[str, int | None] = {}
        self.at: dict[str, float] = {}
        self._news = asyncio.Event()

    async def listen(self, server: Server, number: int, entry_id: str, secret: str) -> None:
        """Until the socket is closed."""
        async with websockets.connect(
            f"ws://127.0.0.1:{server.port}/graphql", subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
            local_addr=(f"127.0.0.{2 + number // ADDRESS}", 0), compression=None, open_timeout=PATIENCE,
            ping_interval=None,
        ) as socket:  # fmt: skip
            said = {"authorization": f"Bearer {secret}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": said}))
            subscribed = {"query": QUERY, "variables": {"id": entry_id}}
            await socket.recv()
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": subscribed}))
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "ping":
                    await socket.send('{"type": "pong"}')
                elif message["type"] == "next":
                    self.places[entry_id] = message["payload"]["data"]["queuePosition"]["position"]
                    self.at[entry_id] = time.monotonic()
                    self._news.set()

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not so():
                self._news.clear()
                await self._news.wait()


async def secrets(people: list[Any]) -> list[str]:
    return [(await ApiToken.issue(who.person_id, "bench", by=who, now=utcnow()))[1] for who in people]


async def measured(place: Place, server: Server, ringer: Ringer, count: int, rounds: int, line: Line) -> None:
    host, session = await with_queue(NOW)
    everybody = await crowd(count, NOW)
    began = time.monotonic()
    entries = [str((await join(session.id, by=who, now=session.starts_at)).id) for who in everybody]
    line("joined one after the other", f"{count / (time.monotonic() - began):,.0f} a second")
    await _told(ringer)
    keys, before, waiting = await secrets(everybody), server.memory(), Waiting()
    async with asyncio.TaskGroup() as tasks:
        sockets = [
            tasks.create_task(waiting.listen(server, number, id, key))
            for number, (id, key) in enumerate(zip(entries, keys, strict=True))
        ]
        await waiting.until(lambda: len(waiting.places) == count)
        line("memory per listener, its socket included", f"{(server.memory() - before) / count * 1000:,.0f} kB")
        late, cpu = [], server.cpu()
        for number in range(rounds):
            await serve(session, host, session.starts_at)
            began = time.monotonic()
            await _told(ringer)
            behind = {id: place for place, id in enumerate(entries[number + 1 :], 1)}
            await waiting.until(lambda: all(waiting.places[id] == place for id, place in behind.items()))  # noqa: B023
            late += [waiting.at[id] - began for id in behind]
        for task in sockets:
            task.cancel()
    late.sort()
    p50, p99, last = (late[int((len(late) - 1) * part)] * 1000 for part in (0.5, 0.99, 1))
    line(
        f"a place has reached {count} in {rounds} rounds", f"p50 {p50:,.0f} ms, p99 {p99:,.0f} ms, last {last:,.0f} ms"
    )
    line("processor time of the server, per place told", f"{(server.cpu() - cpu) / len(late) * 1e6:,.0f} us")


async def _told(ringer: Ringer) -> None:
    last, _ = await outbox.relay({})
    await ringer.tell(last)


@asynccontextmanager
async def served(place: Place) -> AsyncIterator[Server]:
    """The API process, once it listens."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "leuchtturm", "api", env=environment(place, port), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _listens(port):
                assert process.returncode is None, "the server has ended"
                await asyncio.sleep(0.2)
        yield Server(OURS, port, process.pid)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def waited(count: int, rounds: int, line: Line) -> None:
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(places.postgres())
        server = await stack.enter_async_context(served(place))
        redis = connect(place.redis)
        stack.push_async_callback(redis.aclose, close_connection_pool=True)
        ringer = Ringer(redis)
        stack.push_async_callback(ringer.close)
        print(f"\nQueue, {place.name}, {count} people who wait", flush=True)
        await measured(place, server, ringer, count, rounds, line)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.queue", description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()

    def line(what: str, value: str) -> None:
        print(f"  {what:<44} {value}", flush=True)

    asyncio.run(waited(given.people, given.rounds, line))


if __name__ == "__main__":
    main()
