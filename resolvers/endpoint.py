"""One request: who asks, may they ask from there, what do they ask; then the answer. GraphQL over HTTP, to the letter.

Every row of reliability.md, section 1.2, that concerns HTTP has a test in `tests/graph/test_http.py`.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from resolvers import limits, viewer
from resolvers.allowance import Allowance
from resolvers.answers import Plain, answered_with, error, response_of, with_cookies
from resolvers.asking import Asking
from resolvers.budget import Limits
from resolvers.cache.opening import Cache, opened
from resolvers.cache.quick import Asked
from resolvers.cache.whole import Whole
from resolvers.contexts import context_for
from resolvers.http.fresh import conditional, etag
from resolvers.manners import HEAD, Manner, Manners, shared
from resolvers.negotiation import JSON, Question, Unacceptable, spoken
from resolvers.running import BOTH, READS, Runner
from resolvers.seats import Capacity, Seats
from resolvers.sockets import Sockets
from resolvers.sse import Streams, subscribes
from resolvers.trusted import Documents, Unknown
from schema.context import Context, Services

TAKEN = ("GET", "POST")
STREAM_ONLY = "Subscriptions run over WebSocket (graphql-transport-ws), or as text/event-stream."

log = structlog.get_logger("leuchtturm.graphql")


@dataclass(frozen=True)
class Options:
    """What an operator may switch off. Hiding introspection is no control: the schema is published anyway."""

    explorer: bool = True
    """The page for people at `/graphql`."""
    introspection: bool = True
    suggestions: bool = True
    """"Did you mean …?" for misspelt fields."""
    limits: Limits = limits.DOCUMENT
    """What one document may cost."""
    rate: str = "1200/minute"
    """Operations of one viewer; a single-page app that polls four lists each second stays below."""
    capacity: Capacity = field(default_factory=Capacity)
    """Open connections and subscriptions."""
    documents: Documents = field(default_factory=Documents)
    """What may be asked by hash, or at all."""
    shared_seconds: int = 5
    """How long a CDN may keep what a stranger asked by hash."""
    kept_bytes: int = 0
    """Room for answers to strangers that are kept while nothing of them changes; 0: none are."""
    kept_elsewhere: Redis | None = None
    """Where processes on PostgreSQL share such answers."""


def routes(services: Services, options: Options, stopping: asyncio.Event) -> list[BaseRoute]:
    """`/graphql` for HTTP and WebSocket, and the explorer. `stopping` ends streams and refuses new sockets."""
    from resolvers import explorer
    from resolvers.events import News
    from resolvers.events.sharing import Sharing
    from resolvers.graph import build_schema

    schema = build_schema(introspection=options.introspection, suggestions=options.suggestions, limits=options.limits)
    for name, why in options.documents.outdated(schema).items():
        log.warning("a trusted document does not run on this schema", document=name, why=why)
    seats = Seats(options.capacity)
    sharing = Sharing(schema, News(services))
    http = Endpoint(schema, services, options, Streams(schema, seats, stopping, sharing))
    sockets = Sockets(http.runner, services, stopping, seats, options.rate, options.documents, sharing)
    return [
        Route("/graphql", http),
        WebSocketRoute("/graphql", sockets),
        *(explorer.routes if options.explorer else []),
    ]


def http_of(made: list[BaseRoute]) -> ASGIApp:
    """What answers at `/graphql`, for whoever goes there without looking for a route."""
    return next(route.app for route in made if isinstance(route, Route))


class Endpoint:
    """The ASGI application at `/graphql` for HTTP."""

    def __init__(self, schema: Schema, services: Services, options: Options, streams: Streams) -> None:
        self._services, self._options, self._streams = services, options, streams
        self.runner = Runner(schema)
        self._allowance = Allowance(services.gate, options.rate, "operations")
        self._manners = Manners(services)
        self.cache: Cache | None = None
        if options.kept_bytes:
            self.cache = opened(self.runner, services, options.kept_bytes, options.kept_elsewhere, self._allowance)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: Asked | None = None
        if self.cache is not None:
            asked, receive = await self.cache.quick.asked(scope, receive)
            if asked is not None and await self.cache.quick.answered(asked, scope, send):
                return
        await self._answer(Asking(scope, receive), send, asked)

    async def _answer(self, request: Request, send: Send, asked: Asked | None) -> None:
        """The long way. `asked` says under which bytes the answer may be remembered."""
        response = await self._safely(request)
        if type(response) is not Plain or request.method != "POST":
            self._head(request, response)
            if asked is not None and self.cache is not None and isinstance(response, Whole):
                self.cache.quick.remember(asked, response.kept, response)
            if "etag" in response.headers:
                response = conditional(request, response, None)
                self._head(request, response)
        await response(request.scope, request.receive, send)

    def _head(self, request: Request, response: Response) -> None:
        told = {name for name, _ in response.raw_headers}
        wanted = (*HEAD, *shared(request, self._services))
        response.raw_headers += [(name, value) for name, value in wanted if name not in told]

    async def _safely(self, request: Request) -> Response:
        try:
            if request.method == "OPTIONS" and shared(request, self._services):
                return self._preflight()
            self._check_method(request)
            if self._wants_page(request):
                return self._explorer()
            return await self._respond(request, self._manners.of(request))
        except Unacceptable as no:
            response = self._refused(request, no.status, no.message, no.code)
            response.headers.update(no.headers)
        except viewer.CrossSite:
            message = f"Refused: cross-site, or a cookie without the header {viewer.CSRF_HEADERS[0]}."
            response = self._refused(request, 403, message, "CROSS_SITE")
        except viewer.Unauthenticated:
            response = self._refused(request, 401, "This token is not valid (any more).", "UNAUTHENTICATED")
            response.headers["www-authenticate"] = "Bearer"
        return response

    @staticmethod
    def _refused(request: Request, status: int, message: str, code: str) -> Response:
        media_type = JSON
        if request.method in TAKEN:
            with contextlib.suppress(Unacceptable):
                media_type = spoken(request.headers.get("accept", ""))
        return answered_with(status, [error(message, code)], media_type)

    @staticmethod
    def _preflight() -> Response:
        allowed = ", ".join(("content-type", "authorization", "accept-language", *viewer.CSRF_HEADERS))
        headers = {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": allowed,
            "access-control-max-age": "600",
        }
        return Response(status_code=204, headers=headers)

    @staticmethod
    def _check_method(request: Request) -> None:
        if request.method not in TAKEN:
            raise Unacceptable(405, "GraphQL takes GET and POST.", "METHOD_NOT_ALLOWED", allow="GET, POST")

    def _wants_page(self, request: Request) -> bool:
        """A person with a browser, not a client: HTML is accepted and nothing is asked."""
        if request.method != "GET" or not self._options.explorer:
            return False
        if "text/html" not in request.headers.get("accept", ""):
            return False
        return not {"query", "documentId", "extensions"} & request.query_params.keys()

    def _explorer(self) -> Response:
        from resolvers import explorer

        policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"
        return Response(
            explorer.PAGE, media_type="text/html; charset=utf-8", headers={"content-security-policy": policy}
        )

    async def _respond(self, request: Request, manner: Manner) -> Response:
        question = await Question.read(request)
        context = await context_for(request, self._services, manner)
        if not self._allowance.spend(context.who) and not await self._allowance.allows(context.who):
            no = error("Too many requests; please wait a minute.", "RATE_LIMITED")
            return answered_with(429, [no], manner.media_type)
        try:
            await self._options.documents.fill(question)
        except Unknown as no:
            unknown = PreExecutionError(data=None, errors=[no.error])
            return self._streams.of(unknown) if manner.prefers_stream else response_of(unknown, manner, context)
        if manner.takes_stream and subscribes(question):
            lasting = await context_for(request, self._services, manner, cache=False)
            lasting.tell = self.runner.planner.tell
            return self._streams.subscription(question, lasting, request)
        result = None if manner.prefers_stream else await self._remembered(question, context)
        if result is None:
            result = await self.run(question, context, READS if request.method == "GET" else BOTH)
        if question.hash and not isinstance(result, PreExecutionError):
            await self._options.documents.learn(question)
        if manner.prefers_stream:
            return with_cookies(self._streams.of(result), context)
        response = response_of(result, manner, context)
        return self._shareable(request, response) if question.hash and not result.errors else response

    def _shareable(self, request: Request, response: Response) -> Response:
        """What a stranger asked by hash may be kept by everybody, and is not sent to those who have it."""
        personal = request.cookies or "authorization" in request.headers or "set-cookie" in response.headers
        if request.method != "GET" or personal:
            return response
        seconds = self._options.shared_seconds
        response.headers["cache-control"] = f"public, max-age={seconds}" if seconds else "public, no-cache"
        response.headers["etag"] = etag(response.body)
        return response

    async def _remembered(self, question: Question, context: Context) -> ExecutionResult | None:
        """What is kept for strangers, or made to be kept; None: execute it."""
        if self.cache is None:
            return None
        found = await self.cache.strangers.answer(question, context)
        if found is None and "mutation" in question.query:
            self.cache.watch.doubt()  # whoever has just written something looks for it next
        return found

    async def run(self, question: Question, context: Context, allowed: frozenset[OperationType]) -> ExecutionResult:
        """Execute one operation. Raises `Unacceptable` for a kind that is not taken here."""
        try:
            return await self.runner.run(question, context, allowed)
        except InvalidOperationTypeError as problem:
            raise _wrong_kind(problem, allowed) from problem


def _wrong_kind(problem: InvalidOperationTypeError, allowed: frozenset[OperationType]) -> Unacceptable:
    if OperationType.MUTATION not in allowed:
        reason = problem.as_http_error_reason("GET")
        return Unacceptable(405, reason[0].upper() + reason[1:] + ".", "METHOD_NOT_ALLOWED", allow="POST")
    return Unacceptable(400, STREAM_ONLY, "BAD_REQUEST")
