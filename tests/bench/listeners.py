"""Thousands of subscribers in one process, as little as a client can be: handshake, subscribe, note when events come.

A process of its own beside the bench (`python -m tests.bench.listeners`): one JSON line per command on stdin, one
answer per line on stdout.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import defaultdict
from typing import Any

import uvloop

ADDRESS = 190  # sockets from one address; 200 are allowed
AT_ONCE = 100  # handshakes under way
QUERY = "subscription Bench { communityEvents { cursor payload } }"


def frame(text: str) -> bytes:
    """A masked text frame; masked with nothing, which is allowed and costs nothing."""
    data = text.encode()
    size = len(data)
    head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0x80 | 126]) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + data


class Listener(asyncio.Protocol):
    def __init__(self, crowd: "Crowd", token: str) -> None:
        self.crowd, self.token = crowd, token
        self.open = asyncio.get_running_loop().create_future()
        self._read = b""
        self._greeted = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            b"GET /graphql HTTP/1.1\r\nhost: bench\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        self._read = self._read + data if self._read else data
        if not self._greeted:
            head, found, rest = self._read.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.fail(head[:40].decode())
                return
            self._greeted, self._read = True, rest
            said = {"authorization": f"Bearer {self.token}"} if self.token else {}
            self.transport.write(frame(json.dumps({"type": "connection_init", "payload": said})))
        self._frames()

    def _frames(self) -> None:
        while len(self._read) >= 2:
            kind, size, at = self._read[0] & 15, self._read[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(self._read[2:4], "big"), 4
            if len(self._read) < at + size:
                return
            body, self._read = self._read[at : at + size], self._read[at + size :]
            if kind == 9:
                self.transport.write(bytes([0x8A, 0x80 | len(body)]) + b"\0\0\0\0" + body)
            elif kind == 8:
                self.fail(f"closed {int.from_bytes(body[:2], 'big')}")
            else:
                self._message(body)

    def _message(self, body: bytes) -> None:
        if b'"next"' in body:
            self.crowd.told(body)
        elif b'"connection_ack"' in body:
            self.transport.write(frame(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": QUERY}})))
            if not self.open.done():
                self.open.set_result(None)
        else:
            self.fail(body[:200].decode())

    def fail(self, why: str) -> None:
        self.crowd.lost[why] += 1
        if not self.open.done():
            self.open.set_result(None)

    def connection_lost(self, problem: Exception | None) -> None:
        if not self.open.done():
            self.fail("lost")


class Crowd:
    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.lost: dict[str, int] = defaultdict(int)
        self.forget()

    def forget(self) -> None:
        self.times: dict[bytes, list[float]] = defaultdict(list)
        self.sent: dict[bytes, float] = {}

    def told(self, body: bytes) -> None:
        now = time.time()
        at = body.index(b'"cursor":"') + 10
        cursor = body[at : body.index(b'"', at)]
        if cursor not in self.sent:
            self.sent[cursor] = json.loads(body)["payload"]["data"]["communityEvents"]["payload"]["at"]
        self.times[cursor].append(now - self.sent[cursor])

    async def open(self, port: int, count: int, tokens: list[str]) -> dict[str, Any]:
        loop, gate, began = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE), time.monotonic()

        async def one(number: int) -> None:
            near = (f"127.0.1.{1 + number // ADDRESS}", 0)
            async with gate:
                token = tokens[number - first] if number - first < len(tokens) else ""
                _, listener = await loop.create_connection(
                    lambda: Listener(self, token), "127.0.0.1", port, local_addr=near
                )
                await listener.open
                self.listeners.append(listener)

        first = len(self.listeners)
        await asyncio.gather(*(one(number) for number in range(first, first + count)))
        return {"open": len(self.listeners), "seconds": time.monotonic() - began, "lost": self.lost}

    def report(self) -> dict[str, Any]:
        """How long after the commit each event was there: for the median listener, for 99 of 100, for the last one."""
        every = [seconds for times in self.times.values() for seconds in times]
        cuts = statistics.quantiles(every, n=100, method="inclusive") if len(every) > 1 else [0.0] * 99
        last = [max(times) for times in self.times.values()]
        return {
            "events": len(self.times), "told": len(every), "p50": cuts[49], "p99": cuts[98],
            "last": max(last, default=0.0), "last_p50": statistics.median(last) if last else 0.0, "lost": self.lost,
        }  # fmt: skip


async def serve(port: int) -> None:
    crowd, loop = Crowd(), asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=10_000_000)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        asked = json.loads(line)
        if "open" in asked:
            answer = await crowd.open(port, asked["open"], asked.get("tokens", []))
        elif "told" in asked:
            began = time.monotonic()
            while sum(map(len, crowd.times.values())) < asked["told"] and time.monotonic() - began < asked["within"]:
                await asyncio.sleep(0.05)
            answer = crowd.report()
        else:
            crowd.forget()
            answer = {}
        print(json.dumps(answer), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
