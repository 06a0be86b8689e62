"""Subscriptions over WebSocket: graphql-transport-ws and nothing else, with the same limits as HTTP.

Strawberry's protocol handler does the protocol; the overrides here close what it leaves open (reliability.md, 1.2).
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
import structlog
from graphql import GraphQLError, parse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation

from resolvers import limits, metrics, viewer
from resolvers.contexts import PATIENCE, context_of
from resolvers.negotiation import has_nul
from schema.context import Context, Services

INIT_PATIENCE = timedelta(seconds=5)
SEND_PATIENCE = 10.0  # seconds for a client to take a message; one that stopped reading is cut off
PER_ADDRESS = 200  # open sockets from one address
PER_PERSON = 50  # open sockets of one person: every tab of every device
PER_PROCESS = 10_000  # a socket costs about 40 kB
PER_SOCKET = 50  # operations under way on one socket

PERSON = "leuchtturm.person"  # the key in the connection's scope that says who took a seat

log = structlog.get_logger("leuchtturm.sockets")


class Crowd:
    """Who has how many sockets open, so that nobody takes all of them."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._open.total()

    def enter(self, who: str, most: int) -> bool:
        """One more for them, unless they have `most` already."""
        if self._open[who] >= most:
            return False
        self._open[who] += 1
        return True

    def leave(self, who: str) -> None:
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, with a check of every message's shape and deadlines for operations and sends."""

    async def handle(self) -> None:
        self.task = asyncio.current_task()
        self.dropped = False
        try:
            await super().handle()
        except asyncio.CancelledError:
            if not self.dropped:
                raise

    async def handle_message(self, message: Any) -> None:
        if not well_formed(message):
            await self.handle_invalid_message("Malformed message")
            return
        await super().handle_message(message)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """Never: a syntax error in one operation must not close the socket for the others."""
        return None

    async def send_message(self, message: Any) -> None:
        try:
            async with asyncio.timeout(SEND_PATIENCE):
                await super().send_message(message)
        except TimeoutError:
            # An exception in the operation's own task would leave an open and silent socket: end the connection.
            log.warning("a client that stopped reading was cut off")
            self.dropped = True
            if self.task is not None:
                self.task.cancel()
            raise

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        if too_long := limits.too_long(operation.query):
            await operation.send_initial_errors([too_long])
            return
        metrics.OPERATIONS.labels("websocket", "begun").inc()
        if subscribes(operation.query):
            await super().run_operation(operation)
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await super().run_operation(operation)
        except TimeoutError:
            error = GraphQLError("The operation took too long.", extensions={"code": "TIMEOUT"})
            await operation.send_initial_errors([error])


def subscribes(query: str) -> bool:
    """Whether the document has no other operation than subscriptions, which may run for ever."""
    try:
        document = parse(query, max_tokens=limits.TOKENS, no_location=True)
    except (GraphQLError, RecursionError):
        return False
    kinds = {d.operation.value for d in document.definitions if hasattr(d, "operation")}
    return kinds == {"subscription"}


def well_formed(message: Any) -> bool:
    """Whether a message has the shape that the protocol says; the handler trusts it."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] not in ("subscribe", "complete"):
        return True
    if not isinstance(message.get("id"), str) or not 0 < len(message["id"]) <= 128:
        return False
    if message["type"] == "complete":
        return True
    asked = message.get("payload")
    return (
        isinstance(asked, dict)
        and isinstance(asked.get("query"), str)
        and isinstance(asked.get("variables"), dict | None)
        and isinstance(asked.get("operationName"), str | None)
        and not has_nul(asked["query"], asked.get("variables"))
    )


class Sockets(GraphQL[Context, None]):
    """The ASGI application at `/graphql` for WebSockets."""

    graphql_transport_ws_handler_class = Handler

    def __init__(self, schema: Schema, services: Services, stopping: asyncio.Event) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_PATIENCE,
            max_subscriptions_per_connection=PER_SOCKET,
            allowed_origins=sorted(services.allowed_origins),
        )
        self._services, self._stopping = services, stopping
        self._addresses, self._people = Crowd(), Crowd()

    def decode_json(self, data: str | bytes) -> object:
        """Strict JSON; what is none ends the connection with 4400."""
        import json

        try:
            return orjson.loads(data)
        except (orjson.JSONDecodeError, RecursionError) as problem:
            raise json.JSONDecodeError("not JSON", "", 0) from problem

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data, default=str).decode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = (scope.get("client") or ("",))[0]
        full = self._stopping.is_set() or len(self._addresses) >= PER_PROCESS
        if full or not self._addresses.enter(address, PER_ADDRESS):
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        metrics.SOCKETS.inc()
        try:
            await super().__call__(scope, receive, send)
        finally:
            metrics.SOCKETS.dec()
            self._addresses.leave(address)
            if person := scope.get(PERSON):
                self._people.leave(person)

    async def get_context(self, request: Any, response: Any) -> Context:
        """A stranger's, until `connection_init`. Its loaders keep nothing: the context lives as long as the socket."""
        context = context_of(self._services, cache=False)
        context.address = request.client.host if request.client else ""
        context.request = request
        return context

    async def on_ws_connect(self, context: Context) -> Any:
        """Sign in by `connection_init` (`{"authorization": "Bearer lt_…"}`), or by the cookie of the handshake."""
        try:
            context.viewer, context.refresh = await self._who(context, context.connection_params)
        except viewer.Unauthenticated as no:
            raise ConnectionRejectionError from no
        if context.viewer.person_id is not None:
            if not self._people.enter(context.who, PER_PERSON):
                raise ConnectionRejectionError()
            context.request.scope[PERSON] = context.who
        return await super().on_ws_connect(context)

    async def _who(self, context: Context, given: Mapping[str, Any]) -> tuple[Any, Any]:
        header = given.get("authorization", given.get("Authorization"))
        if header is None:
            socket: WebSocket = context.request
            return await viewer.of(socket, self._services)
        if not isinstance(header, str):
            raise viewer.Unauthenticated()
        found = await viewer.by_token(viewer.bearer(header) or "", self._services.now)
        if found is None:
            raise viewer.Unauthenticated()
        return found
