"""Thousands of subscribers in one process, as little as a client can be: handshake, subscribe, note when events come.

They share two processors with the server, so a client must cost less than what it measures: all of them are told the
same bytes, and what is in them is read once.

A process of its own beside the bench (`python -m tests.bench.listeners`): one JSON line per command on stdin, one
answer per line on stdout.
"""

import argparse
import asyncio
import json
import re
import statistics
import sys
import time
from array import array
from collections import defaultdict
from typing import Any

import uvloop

ADDRESS = 190  # sockets from one address; 200 are allowed
AT_ONCE = 100  # handshakes under way
AT = re.compile(rb'"payload":{"at":([0-9.e]+)}')
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
        self.told = 0
        """Events, of which each listener must have been told the same number."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            b"GET /graphql HTTP/1.1\r\nhost: bench\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        if not self._read and (events := self.crowd.known.get(data)):
            self.told += events
            self.crowd.times[data].append(time.time())
            return
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
        whole, told = self._read, self.told
        if self._messages() and self.told > told:
            self.crowd.known[whole] = self.told - told

    def _messages(self) -> bool:
        """Take the whole messages; whether there was nothing but events."""
        events = True
        while len(self._read) >= 2:
            kind, size, at = self._read[0] & 15, self._read[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(self._read[2:4], "big"), 4
            if len(self._read) < at + size:
                return False
            whole, body = self._read[: at + size], self._read[at : at + size]
            self._read = self._read[at + size :]
            events = events and kind == 1 and b'"next"' in body
            if kind == 9:
                self.transport.write(bytes([0x8A, 0x80 | len(body)]) + b"\0\0\0\0" + body)
            elif kind == 8:
                self.fail(f"closed {int.from_bytes(body[:2], 'big')}")
            else:
                self._message(whole, body)
        return events and not self._read

    def _message(self, whole: bytes, body: bytes) -> None:
        if b'"next"' in body:
            self.told += 1
            self.crowd.times[whole].append(time.time())
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
        self.times: dict[bytes, list[float]] = defaultdict(list)
        """When they came, by the bytes that came: a message or several."""
        self.known: dict[bytes, int] = {}
        """How many events are in these bytes, and nothing else."""
        self.forget()

    def forget(self) -> None:
        self.times.clear()
        self.known.clear()
        self._cpu = time.process_time()
        for each in self.listeners:
            each.told = 0

    @property
    def told(self) -> int:
        return sum(each.told for each in self.listeners)

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
        cpu = time.process_time() - self._cpu
        every, last = array("d"), dict[float, float]()
        for data, times in self.times.items():
            for at in AT.findall(data):
                sent = float(at)
                every.extend(time - sent for time in times)
                last[sent] = max(last.get(sent, 0.0), max(times) - sent)
        cuts = statistics.quantiles(every, n=100, method="inclusive") if len(every) > 1 else [0.0] * 99
        each = [one.told for one in self.listeners] or [0]
        return {
            "told": len(every), "least": min(each), "most": max(each), "p50": cuts[49], "p99": cuts[98],
            "last": max(last.values(), default=0.0), "cpu": cpu, "lost": self.lost,
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
            while crowd.told < asked["told"] and time.monotonic() - began < asked["within"]:
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
