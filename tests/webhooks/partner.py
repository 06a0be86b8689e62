"""A partner's server on loopback: takes webhooks, keeps what it got, and answers as a test wants."""

import asyncio
import json
import ssl
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web


@dataclass(frozen=True)
class Received:
    """One request, byte by byte as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Partner:
    """`answers` are used up one by one per path, then everything is taken with 204."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: dict[str, deque[tuple[int, dict[str, str], str]]] = field(default_factory=dict)
    always: dict[str, int] = field(default_factory=dict)
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    """Requests to /slow wait until it is set."""
    in_the_air: int = 0

    def answer(self, path: str, status: int, text: str = "", **headers: str) -> None:
        self.answers.setdefault(path, deque()).append(
            (status, {k.replace("_", "-"): v for k, v in headers.items()}, text)
        )

    async def _take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(request.path, headers, await request.read()))
        if request.path == "/slow":
            self.in_the_air += 1
            await self.hanging.wait()
        if request.path in ("/endless", "/dripping"):
            return await self._endless(request, 0.0 if request.path == "/endless" else 0.05)
        waiting = self.answers.get(request.path)
        status, more, text = waiting.popleft() if waiting else (self.always.get(request.path, 204), {}, "")
        return web.Response(status=status, headers=more, text=text)

    async def _endless(self, request: web.Request, pause: float) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x" * (8192 if not pause else 1))
                await asyncio.sleep(pause)
        except (ConnectionError, asyncio.CancelledError):
            return answer

    async def start(self, secure: ssl.SSLContext | None = None) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=secure)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        self.hanging.set()
        await self._runner.cleanup()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/hook") -> str:
        return f"http://{self.place}{path}"

    def got(self, path: str = "/hook") -> list[Received]:
        return [each for each in self.received if each.path == path]
