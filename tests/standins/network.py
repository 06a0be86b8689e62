"""What the stand-ins of the networks share: a real server on 127.0.0.1 in a thread of its own, and a fault plan.

A stand-in is a small state machine. Whatever the real network would not accept is answered with an error *and* noted
in `mistakes`, so that the test fails even if the driver copes with the answer.
"""

import asyncio
import contextlib
import ssl
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from aiohttp import web

FAULTS = {
    "ok", "accept_then_drop", "drop_then_nothing", "accept_then_500_html", "accept_then_503_html",
    "accept_then_201_html", "accept_then_hang", "429", "429_without_header", "token_expired", "unavailable_503",
}  # fmt: skip
"""`refuse` (nobody listens) is `standin.refuse()`; `slow_index`, `media_202`, `duplicate_guard` are attributes."""

HTML = "<html><body><h1>Something went wrong</h1></body></html>"
HANG_SECONDS = 120.0


@dataclass
class Seen:
    """One post that the network has."""

    id: str
    text: str
    media: list[str] = field(default_factory=list)
    reply_to: str = ""
    language: str = ""
    key: str = ""
    at: float = field(default_factory=monotonic)
    deleted: bool = False


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Network:
    """Start it, point a driver at it, look at `posts`."""

    def __init__(self) -> None:
        self.posts: list[Seen] = []
        self.faults: deque[str] = deque()
        self.mistakes: list[str] = []
        self.creations = 0
        """How many requests to create a post arrived, accepted or not."""
        self.index_lag = 0.0
        """Seconds until a post shows up in lists."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name=type(self).__name__)
        self._runner: web.AppRunner | None = None
        self._secure: ssl.SSLContext | None = None

    # Running

    def start(self, secure: ssl.SSLContext | None = None) -> None:
        self._secure = secure
        self._thread.start()
        self._call(self._open())

    def stop(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def refuse(self) -> None:
        """Nobody listens any more: connections are refused."""
        self._call(self._close())

    def listen(self) -> None:
        """Listen again on the same port."""
        self._call(self._open())

    def _call(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> None:
        app = web.Application(client_max_size=20_000_000)
        self.route(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self._secure, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def route(self, router: web.UrlDispatcher) -> None:
        raise NotImplementedError

    # Behaving

    @property
    def live(self) -> list[Seen]:
        """What readers see."""
        return [post for post in self.posts if not post.deleted]

    @property
    def listed(self) -> list[Seen]:
        """What the network's lists show by now."""
        return [post for post in self.live if monotonic() - post.at >= self.index_lag]

    async def created(
        self, request: web.Request, accept: Callable[[], tuple[int, Any]], limited: web.Response, expired: web.Response
    ) -> web.StreamResponse:
        """Answer a request to create a post by the next fault of the plan; `accept` stores it and gives the answer."""
        self.creations += 1
        fault = self.faults.popleft() if self.faults else "ok"
        assert fault in FAULTS, fault
        if fault == "drop_then_nothing":
            return await self._hang_up(request)
        if fault == "unavailable_503":
            return web.Response(status=503, text=HTML, content_type="text/html")
        if fault == "token_expired":
            return expired
        if fault.startswith("429"):
            if fault.endswith("without_header"):
                limited.headers.popall("X-RateLimit-Reset", None)
                limited.headers.popall("x-rate-limit-reset", None)
            return limited
        status, answer = accept()
        if status >= 400 or fault == "ok":
            return web.json_response(answer, status=status)
        return await self._lost(request, fault)

    async def _lost(self, request: web.Request, fault: str) -> web.StreamResponse:
        """It is posted, and the caller does not learn it."""
        if fault == "accept_then_drop":
            return await self._hang_up(request)
        if fault == "accept_then_hang":
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(HANG_SECONDS)
        status = {"accept_then_500_html": 500, "accept_then_503_html": 503, "accept_then_201_html": 201}.get(fault, 504)
        return web.Response(status=status, text=HTML, content_type="text/html")

    async def _hang_up(self, request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        return web.Response()

    def mistake(self, what: str) -> None:
        self.mistakes.append(what)
