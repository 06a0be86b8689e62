"""A small load generator: keep-alive connections on loopback, whole requests written beforehand, time per answer."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PATIENCE = 60.0  # seconds for one answer
MOST = 6.0  # seconds of one measurement: on a busy machine it has fewer requests


def request(document: str, variables: dict[str, Any], token: str = "") -> bytes:
    """A POST to `/graphql`, head and body."""
    name = document.split(maxsplit=2)[1].partition("(")[0]
    body = orjson.dumps({"query": document, "variables": variables, "operationName": name})
    head = [
        "POST /graphql HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        "accept: application/json",
        f"content-length: {len(body)}",
        *([f"authorization: Bearer {token}"] if token else []),
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Line(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, problem: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(problem or ConnectionResetError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(b"\r\n\r\n")
        if head < 0 or self._answer is None:
            return
        if (length := LENGTH.search(self._got, 0, head + 2)) is None:
            whole, body = self._got.endswith(b"0\r\n\r\n"), _joined
        else:
            whole, body = len(self._got) >= head + 4 + int(length[1]), bytes
        if whole:
            status, content = int(self._got[9:12]), body(self._got[head + 4 :])
            self._got.clear()
            answer, self._answer = self._answer, None
            if not answer.done():
                answer.set_result((status, content))

    async def ask(self, sent: bytes) -> tuple[int, bytes]:
        """The status and body of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(sent)
        return await self._answer


def _joined(chunks: bytearray) -> bytes:
    """A body that came in chunks."""
    whole, rest = b"", bytes(chunks)
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        whole, rest = whole + rest[:length], rest[length + 2 :]
    return whole


@dataclass(frozen=True)
class Times:
    """Milliseconds per answer, sorted."""

    each: Sequence[float]
    seconds: float
    """How long all of them took together."""

    def p(self, percent: float) -> float:
        return self.each[min(len(self.each) - 1, int(len(self.each) * percent / 100))]

    @property
    def rate(self) -> float:
        return len(self.each) / self.seconds


async def opened(port: int, lines: int) -> list[Line]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Line, "127.0.0.1", port))[1] for _ in range(lines)]


async def fire(port: int, requests: Sequence[bytes], times: int, lines: int = 1, within: float = MOST) -> Times:
    """Send the requests in turn, so many times over so many connections; fewer when the seconds are over.

    Raises when one is not answered well.
    """
    numbers: Iterator[int] = iter(range(times))
    taken: list[float] = []
    connections = await opened(port, lines)

    async def one(line: Line) -> None:
        for number in numbers:
            began = time.perf_counter()
            if began > until:
                return
            status, body = await line.ask(requests[number % len(requests)])
            taken.append((time.perf_counter() - began) * 1000)
            if status != 200 or b'"errors"' in body:
                raise AssertionError(f"{status} {body[:300]!r}")

    began = time.perf_counter()
    until = began + within
    async with asyncio.timeout(within + PATIENCE):
        await asyncio.gather(*map(one, connections))
    seconds = time.perf_counter() - began
    for line in connections:
        line.transport.close()
    return Times(sorted(taken), seconds)


async def answer(port: int, sent: bytes) -> Any:
    """What the server says to one request, as JSON."""
    (line,) = await opened(port, 1)
    try:
        async with asyncio.timeout(PATIENCE):
            status, body = await line.ask(sent)
    finally:
        line.transport.close()
    if status != 200:
        raise AssertionError(f"{status} {body[:500]!r}")
    return orjson.loads(body)


numbers = count(1)
"""Every request of a run that writes has a number of its own."""
