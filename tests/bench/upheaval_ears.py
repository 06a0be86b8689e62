"""Who listens through an upheaval: a partner's server with endpoints of every manner, and subscribers with cursors."""

import asyncio
import json
import random
from collections import Counter, defaultdict
from typing import Any, Self

import websockets
from aiohttp import web

MANNERS = ["slow"] * 3 + ["failing"] * 3 + ["flapping"] * 3
QUERY = """subscription Upheaval($after: EventCursor) {
  communityEvents(after: $after, topics: ["bench"]) { id cursor }
}"""
WHO = ("stranger", "member", "editor")


class Partner:
    """Takes webhooks, each endpoint in its manner; what was answered 2xx has arrived."""

    def __init__(self) -> None:
        self.got: dict[str, list[str]] = defaultdict(list)
        """Ids by path, without repeats, in the order of arrival."""
        self.again = self.refused = 0
        self._known: set[tuple[str, str]] = set()
        self._asked: Counter[tuple[str, str]] = Counter()

    @staticmethod
    def manner(number: int) -> str:
        return MANNERS[number] if number < len(MANNERS) else "good"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{manner}/{number}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *problem: Any) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        manner = request.match_info["manner"]
        if manner == "slow":
            await asyncio.sleep(random.uniform(0.2, 1.0))
        elif self._refuses(manner, request.path, request.headers["webhook-id"]):
            self.refused += 1
            return web.Response(status=random.choice([500, 502, 503]))
        key = request.path, request.headers["webhook-id"]
        if key in self._known:
            self.again += 1
        else:
            self._known.add(key)
            self.got[request.path].append(key[1])
        return web.Response(status=204)

    def _refuses(self, manner: str, path: str, id: str) -> bool:
        """Failing: the first one to three times of each event. Flapping: six requests away, six there. Never so long
        that an event is given up, since its hours pass within seconds here."""
        self._asked[path, id] += 1
        self._asked[path, ""] += 1
        if manner == "failing":
            return self._asked[path, id] <= 1 + sum(id.encode()) % 3
        return manner == "flapping" and self._asked[path, ""] // 6 % 2 == 0


class Subscriber:
    """Listens at one process after the other, and goes on behind the last event it was told."""

    def __init__(self, number: int, secrets: dict[str, str], ports: list[int]) -> None:
        self.who = WHO[number % 3]
        self.name = f"{self.who} {number}"
        self.got: list[str] = []
        self.cuts, self.codes = 0, Counter[str]()
        self._secret, self._ports, self._after = secrets[self.who], ports, "0"

    async def listen(self) -> None:
        while True:
            try:
                await self._once(random.choice(self._ports))
            except websockets.ConnectionClosed as closed:
                self.codes[str(closed.rcvd.code if closed.rcvd else 1006)] += 1
            except (OSError, websockets.InvalidHandshake, TimeoutError, EOFError) as problem:
                self.codes[type(problem).__name__] += 1
            self.cuts += 1
            await asyncio.sleep(random.uniform(0.5, 2.0))  # not all of them at once

    async def _once(self, port: int) -> None:
        url = f"ws://127.0.0.1:{port}/graphql"
        async with websockets.connect(url, subprotocols=["graphql-transport-ws"], open_timeout=20) as socket:
            said = {"authorization": f"Bearer {self._secret}"} if self._secret else {}
            await socket.send(json.dumps({"type": "connection_init", "payload": said}))
            asked = {"query": QUERY, "variables": {"after": self._after}}
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
            async for message in socket:
                self._told(json.loads(message))

    def _told(self, message: Any) -> None:
        if message["type"] == "next":
            event = message["payload"]["data"]["communityEvents"]
            self.got.append(event["id"])
            self._after = event["cursor"]
        elif message["type"] == "error":
            self.codes[message["payload"][0]["extensions"]["code"]] += 1
            raise EOFError
