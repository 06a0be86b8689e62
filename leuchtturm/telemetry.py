"""Logs, request ids and counted requests. No address, token or secret passes: the last belt is `redacted`."""

import asyncio
import logging
import re
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from functools import lru_cache
from time import perf_counter
from typing import Any, TextIO

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models import spans
from models.base import request_id
from models.redaction import REDACTED, redacted
from resolvers import metrics
from resolvers.http.health import HTTP_REQUESTS, HTTP_SECONDS
from resolvers.http.health import routes as health_routes

log = structlog.stdlib.get_logger("leuchtturm.http")
_told = logging.getLogger("leuchtturm.http")
"""The same logger, which says faster whether anybody listens."""

ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What a proxy may give as X-Request-ID; everything else would be a way to write into our log."""
UNWATCHED = {"/live", "/ready", "/metrics"}
LOUD = ("uvicorn.access", "aiosqlite", "tortoise", "asyncio", "arq", "httpx2", "httpcore2", "markdown_it")

NOTHING: Mapping[str, Any] = {}

Event = MutableMapping[str, Any]
OnError = Callable[[Request, Exception], Awaitable[Response]]


def configure_logging(format: str, level: str, stream: TextIO | None = None) -> None:
    """Set up logging for the process: `text` for people, `json` for collectors (one object a line)."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(format, colors=(stream or sys.stderr).isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in LOUD:
        # Their information is either ours already (requests) or of no use to an operator (statements).
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def formatter(format: str, *, colors: bool = False) -> logging.Formatter:
    """How a line looks; for whoever brings a handler of their own."""
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _last_belt,
            render,
        ],
    )


def _shared() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request_id,
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]


def _with_request_id(logger: Any, method: str, event: Event) -> Event:
    if current := request_id.get():
        event.setdefault("request_id", current)
    return event


SPOKEN = {"password", "secret", "token", "cookie", "authorization", "email", "address", "contact"}
"""Words after which nothing may follow in the clear, whatever it looks like."""


def _last_belt(logger: Any, method: str, event: Event) -> Event:
    return {key: _clean(value) if key not in SPOKEN else REDACTED for key, value in event.items()}


def _clean(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(key): _clean(inner) if key not in SPOKEN else REDACTED for key, inner in value.items()}
        case list() | tuple() | set():
            return [_clean(inner) for inner in value]
    return redacted(str(value))


class Telemetry:
    """ASGI middleware: gives each request an id, answers it as X-Request-ID, counts and logs the request.

    Paths carry tokens (`/letters/<token>/unsubscribe`), so the route is logged and never the path.
    """

    def __init__(self, app: ASGIApp, on_error: OnError | None = None) -> None:
        """`on_error` makes the answer where the application fails before it says anything; the failure goes on."""
        self.app, self._on_error = app, on_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        # 128 random bits, as the id of a trace has them: it is one where traces are kept (`otel.py`).
        current = given if ACCEPTABLE_ID.fullmatch(given) else secrets.token_hex(16)
        token = request_id.set(current)
        try:
            if spans.watched() and scope["type"] == "http" and scope["path"] not in UNWATCHED:
                await self._traced(scope, receive, send, current)
            else:
                await self._noted(scope, receive, send, current)
        finally:
            request_id.reset(token)

    async def _traced(self, scope: Scope, receive: Receive, send: Send, current: str) -> None:
        method = scope["method"]
        caller = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        with spans.begun(method, {"http.request.method": method}, kind="server", cause=caller) as span:
            status = await self._noted(scope, receive, send, current)
            route = route_of(scope)
            span.note({"http.route": route, "http.response.status_code": status}, f"{method} {route}")

    async def _noted(self, scope: Scope, receive: Receive, send: Send, current: str) -> int:
        """Hand the request on with its id; the status of the answer."""
        began, status, ended = perf_counter(), 0, None

        async def answer(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                if any(value.startswith(b"text/event-stream") for _, value in message["headers"]):
                    ended = perf_counter()  # a stream lasts for hours and is answered when it begins
                message = {**message, "headers": [*message["headers"], (b"x-request-id", current.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as problem:
            if self._on_error is not None and not status:
                await (await self._on_error(Request(scope), problem))(scope, receive, answer)
            raise
        finally:
            if scope["type"] == "http":
                _note(scope, status or 500, (ended or perf_counter()) - began)
        return status


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = route_of(scope)
    requests, took = _counters(scope["method"], route, status)
    requests.inc()
    took.observe(seconds)
    if route not in UNWATCHED and metrics.SHORT not in scope and _told.isEnabledFor(logging.INFO):
        log.info("answered", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


@lru_cache(maxsize=500)
def _counters(method: str, route: str, status: int) -> tuple[Any, Any]:
    return HTTP_REQUESTS.labels(method, route, str(status)), HTTP_SECONDS.labels(route)


def route_of(scope: Scope) -> str:
    """The pattern behind the path, `/letters/{token}`; "unknown" when no route matched."""
    if "endpoint" not in scope:
        return "unknown"
    path: str = scope["path"]
    for name, value in scope.get("path_params", NOTHING).items():
        path = path.replace(str(value), f"{{{name}}}") if str(value) else path
    return path if len(path) <= 80 else "unknown"


@asynccontextmanager
async def private_pages(database_url: str, host: str, port: int) -> AsyncIterator[None]:
    """Serve /live, /ready and /metrics of a worker on a port of their own."""
    app = Starlette(routes=health_routes)
    app.state.database_url = database_url
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, lifespan="off")
    )
    serving = asyncio.create_task(server._serve())  # `serve` would take the signals from the worker
    try:
        yield
    finally:
        server.should_exit = True
        await serving
