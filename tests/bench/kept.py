"""`python -m tests.bench.kept [--rounds N]`: CPU of a server per request whose answer was kept.

A real uvicorn in a process of its own over loopback, with the middleware and the counting of rates that production has;
its user and system time are read from /proc. `hello` is uvicorn with an application that says two words: what no answer
can go below. Compare the rows of one run.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import uvicorn
import uvloop
from redis.asyncio import Redis
from starlette.middleware import Middleware

from leuchtturm.front import App
from leuchtturm.telemetry import Telemetry, configure_logging
from models import db
from resolvers import endpoint, trusted
from resolvers.limits import RateGate
from schema.context import Services
from tests.bench import places
from tests.bench.reads import FEED, community

HASH = trusted.sha256(FEED)
BODY = orjson.dumps({"query": FEED, "variables": {"first": 20}})
QUIET = dict.fromkeys(("host", "accept", "user-agent", "accept-encoding"), "x") | {"accept": "*/*"}
POST = {**QUIET, "content-type": "application/json", "content-length": str(len(BODY))}
GET = f"/graphql?documentId={HASH}&variables=%7B%22first%22%3A20%7D"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"11")]})
    await send({"type": "http.response.body", "body": b"hello world"})


def application(kind: str, redis: Redis) -> Any:
    """`here`: room for answers in this process; `elsewhere`: so little that they are only in Redis; `none`."""
    if kind == "hello":
        return hello
    options = endpoint.Options(
        rate="100000000/minute",
        documents=trusted.Documents({HASH: FEED}),
        kept_bytes={"here": 64_000_000, "elsewhere": 1, "none": 0}[kind],
        kept_elsewhere=redis if kind == "elsewhere" else None,
    )
    routes = endpoint.routes(Services(gate=RateGate(f"{places.REDIS}/15")), options, asyncio.Event())
    app = App(routes=routes, middleware=[Middleware(Telemetry)])
    app.shorten(endpoint.http_of(routes))
    return app


async def serve(kind: str, database: str, port: int) -> None:
    configure_logging("json", "INFO")
    redis = Redis.from_url(f"{places.REDIS}/15")
    async with db.opened(database):
        app = application(kind, redis)
        config = uvicorn.Config(app, port=port, lifespan="off", log_config=None, access_log=False, server_header=False)
        await uvicorn.Server(config).serve()


class Client:
    """One connection that is kept open; reads answers no further than their length."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Client":
        while True:
            try:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                return self
            except OSError:
                await asyncio.sleep(0.1)

    async def __aexit__(self, *_: Any) -> None:
        self._writer.close()

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        return head, await self._reader.readexactly(int(length.partition(b":")[2]))


def written(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def cpu(pid: int) -> float:
    """Milliseconds that a process has spent."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


class Row:
    """One way of asking one kind of server."""

    def __init__(self, name: str, kind: str, port: int, *, get: bool = False, unchanged: bool = False) -> None:
        self.name, self.kind, self.port, self.get, self.unchanged = name, kind, port, get, unchanged
        self.best = float("inf")

    async def request(self, client: Client) -> bytes:
        if not self.get:
            return written("POST", "/graphql", POST, BODY)
        request = written("GET", GET, QUIET)
        if not self.unchanged:
            return request
        head, _ = await client.ask(request)
        etag = next(line for line in head.decode().split("\r\n") if line.lower().startswith("etag:"))
        request = written("GET", GET, {**QUIET, "if-none-match": etag.partition(": ")[2]})
        head, body = await client.ask(request)
        assert b" 304 " in head.split(b"\r\n")[0], head
        assert not body
        return request

    async def measure(self, pid: int, times: int) -> None:
        async with Client(self.port) as client:
            request = await self.request(client)
            for _ in range(50):
                await client.ask(request)
            before = cpu(pid)
            for _ in range(times):
                await client.ask(request)
            self.best = min(self.best, (cpu(pid) - before) / times)


ROWS = (
    ("uvicorn, hello", "hello", {}),
    ("kept in the process, POST", "here", {}),
    ("kept in the process, GET by hash", "here", {"get": True}),
    ("kept by the client, GET and 304", "here", {"get": True, "unchanged": True}),
    ("kept in Redis alone", "elsewhere", {}),
    ("executed by its plan", "none", {}),
)


async def run(rounds: int, times: int, start: Callable[[str, str, int], Awaitable[Any]]) -> None:
    async with places.postgres() as place:
        await community()
        servers: dict[str, tuple[Any, int]] = {}
        for number, kind in enumerate(dict.fromkeys(kind for _, kind, _ in ROWS)):
            servers[kind] = await start(kind, place.database, 18_400 + number), 18_400 + number
        try:
            rows = [Row(name, kind, servers[kind][1], **how) for name, kind, how in ROWS]
            for _ in range(rounds):
                for row in rows:
                    await row.measure(servers[row.kind][0].pid, times if row.kind != "none" else times // 10)
        finally:
            for server, _ in servers.values():
                server.terminate()
                await server.wait()
        print(f"{'CPU ms per request':<36}{'':>8}{'/ hello':>10}")
        for row in rows:
            print(f"{row.name:<36}{row.best:>8.3f}{row.best / rows[0].best:>10.2f}")


async def started(kind: str, database: str, port: int) -> Any:
    given = ("--serve", kind, "--database", database, "--port", str(port))
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.kept", *given, stderr=quiet)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kept", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=4_000)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as served
        if given.serve:
            runner.run(serve(given.serve, given.database, given.port))
        else:
            runner.run(run(given.rounds, given.times, started))


if __name__ == "__main__":
    main()
