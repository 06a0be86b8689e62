"""Subscriptions over WebSocket: graphql-transport-ws and nothing else, with the same limits as HTTP.

Strawberry's protocol handler does the protocol; the overrides here close what it leaves open (reliability.md, 1.2).
"""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack, aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import structlog
from graphql import GraphQLError, OperationType, get_operation_ast
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.types.execution import PreExecutionError

from resolvers import limits, metrics, scopes, viewer
from resolvers.begun import Begun
from resolvers.contexts import context_of, of_one_operation
from resolvers.events import Ended, authorise
from resolvers.events.members import TooSlow
from resolvers.events.sharing import Sharing, Subscriber
from resolvers.frames import head_of, straight
from resolvers.negotiation import Question, Unacceptable, has_nul
from resolvers.running import BOTH, Runner
from resolvers.seats import Full, Seats
from resolvers.trusted import Documents, Unknown
from schema.context import Context, Services

INIT_PATIENCE = timedelta(seconds=5)
AGAIN = 1013  # "try again later": clients come back by themselves, with the cursor of their last event
SEND_PATIENCE = 10.0  # seconds for a client to take a message; one that stopped reading is cut off

TAKEN = "leuchtturm.seats"  # the key in the connection's scope of the seats that it leaves at its end

log = structlog.get_logger("leuchtturm.sockets")


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, with a check of every message's shape and deadlines for operations and sends."""

    async def handle(self) -> None:
        self._sockets: Sockets = self.view  # type: ignore[assignment]
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
        await self._in_time(super().send_message(message))

    async def _in_time(self, sending: Coroutine[Any, Any, None]) -> None:
        try:
            begun = Begun.at_once(sending)  # a timeout for each message would cost as much as sending it
            if begun is not None:
                async with asyncio.timeout(SEND_PATIENCE):
                    await begun
        except TimeoutError:
            # An exception in the operation's own task would leave an open and silent socket: end the connection.
            log.warning("a client that stopped reading was cut off")
            self.dropped = True
            if self.task is not None:
                self.task.cancel()
            raise

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        if no := await self._refusal(operation):
            await operation.send_initial_errors([no])
            return
        metrics.OPERATIONS.labels("websocket", "begun").inc()
        if subscribes(operation.query, operation.operation_name):
            await self._subscribe(operation)
        else:
            await self._answer(operation)

    async def _answer(self, operation: Operation[Context, None]) -> None:
        """A query or a mutation: as over HTTP, by its plan, with what it has done for itself alone."""
        asked = {"query": operation.query, "variables": operation.variables, "operationName": operation.operation_name}
        context, before = of_one_operation(self.context), self.context.viewer
        result = await self._sockets.runner.run(Question(asked), context, BOTH, "websocket")
        if context.viewer is not before:
            self.context.viewer = context.viewer  # a mutation has signed them in, or out
        if isinstance(result, PreExecutionError):
            await operation.send_initial_errors(result.errors or [])
            return
        await operation.send_next(result)
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def handle_subscribe(self, message: Any) -> None:
        """Find the document of a hash. Strawberry's own refusal of one operation too many has no code."""
        most = self.max_subscriptions_per_connection
        many = most is not None and len(self.operations) >= most and message["id"] not in self.operations
        if many and self.connection_acknowledged:
            no = _error(f"A socket carries {most} operations at the same time.", "TOO_MANY_OPERATIONS")
            await self._refuse(message, no)
            return
        try:
            question = Question(message["payload"])
            await self._sockets.documents.fill(question)
        except Unknown as unknown:
            await self._refuse(message, unknown.error)
            return
        except Unacceptable as no:
            await self._refuse(message, _error(no.message, no.code))
            return
        message["payload"]["query"] = question.query
        await super().handle_subscribe(message)

    async def _refuse(self, message: Any, error: GraphQLError) -> None:
        await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})

    async def _refusal(self, operation: Operation[Context, None]) -> GraphQLError | None:
        """Why the operation is not looked at, whatever it asks."""
        rate = self._sockets.rate
        if not await self.context.services.gate.allows(rate, "operations", self.context.who):
            return _error("Too many requests; please wait a minute.", "RATE_LIMITED")
        try:
            await authorise(self.context)  # the socket may have been open for days
        except Ended as ended:
            return _error(ended.en, ended.code)
        if too_much := limits.too_much(operation.query, operation.variables):
            return too_much
        return scopes.lacking(operation.query, operation.operation_name, self.context.viewer)

    async def _subscribe(self, operation: Operation[Context, None]) -> None:
        asked = (operation.query, operation.operation_name, operation.variables)
        try:
            with self._sockets.seats.subscription(self.context.who):
                alike = self._sockets.sharing.subscriber(*asked, replace(self.context))
                await (super().run_operation(operation) if alike is None else self._share(operation, alike))
        except Full:
            no = _error("You have too many subscriptions open.", "TOO_MANY_SUBSCRIPTIONS")
            await operation.send_initial_errors([no])

    async def _share(self, operation: Operation[Context, None], who: Subscriber) -> None:
        """Tell what all are told who ask alike."""
        socket: WebSocket = self.websocket.ws  # type: ignore[attr-defined]
        head = head_of(operation.id)
        try:
            async with aclosing(self._sockets.sharing.tell(who, straight(socket, head))) as tellings:  # type: ignore[type-var]
                async for told in tellings:
                    if told.refused:
                        await operation.send_operation_message(
                            {"id": operation.id, "type": "error", "payload": orjson.loads(told.payload)}
                        )
                        return
                    await self._in_time(socket.send_text(f"{head}{told.payload}}}"))
        except TooSlow as slow:
            metrics.SLOW.inc()
            log.warning("a client that reads too slowly was sent away")
            await self.websocket.close(AGAIN, f"too slow: go on after {slow}")
            return
        await operation.send_operation_message({"id": operation.id, "type": "complete"})


def _error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def subscribes(query: str, name: str | None) -> bool:
    """Whether the operation asked for is a subscription, which may run for ever."""
    try:
        document = limits.document(query)
    except (GraphQLError, RecursionError):
        return False
    node = get_operation_ast(document, name)
    return node is not None and node.operation is OperationType.SUBSCRIPTION


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
        and (isinstance(asked.get("query"), str) or ("query" not in asked and _by_hash(asked)))
        and isinstance(asked.get("variables"), dict | None)
        and isinstance(asked.get("operationName"), str | None)
        and not has_nul(asked.get("query", ""), asked.get("variables"))
    )


def _by_hash(asked: dict[str, Any]) -> bool:
    return "documentId" in asked or isinstance(asked.get("extensions"), dict)


class Sockets(GraphQL[Context, None]):
    """The ASGI application at `/graphql` for WebSockets."""

    graphql_transport_ws_handler_class = Handler

    def __init__(
        self,
        runner: Runner,
        services: Services,
        stopping: asyncio.Event,
        seats: Seats,
        rate: str,
        documents: Documents,
        sharing: Sharing,
    ) -> None:
        self.runner, self.sharing = runner, sharing
        super().__init__(
            runner.schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_PATIENCE,
            max_subscriptions_per_connection=seats.capacity.per_socket,
            allowed_origins=sorted(services.allowed_origins),
        )
        self._services, self._stopping = services, stopping
        self.seats, self.rate, self.documents = seats, rate, documents

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
        with ExitStack() as taken:
            try:
                taken.enter_context(self.seats.connection(address))
                full = self._stopping.is_set()
            except Full:
                full = True
            if full:
                await receive()
                await send({"type": "websocket.close", "code": AGAIN})
                return
            scope[TAKEN] = taken
            metrics.SOCKETS.inc()
            try:
                await super().__call__(scope, receive, send)
            finally:
                metrics.SOCKETS.dec()

    async def get_context(self, request: Any, response: Any) -> Context:
        """A stranger's, until `connection_init`. Its loaders keep nothing: the context lives as long as the socket."""
        context = context_of(self._services, cache=False)
        context.address = request.client.host if request.client else ""
        context.request = request
        context.tell, context.news = self.runner.planner.tell, self.sharing.news
        return context

    async def on_ws_connect(self, context: Context) -> Any:
        """Sign in by `connection_init` (`{"authorization": "Bearer lt_…"}`), or by the cookie of the handshake."""
        try:
            context.viewer, context.refresh = await self._who(context, context.connection_params)
        except viewer.Unauthenticated as no:
            raise ConnectionRejectionError from no
        if not context.viewer.is_stranger:
            try:
                context.request.scope[TAKEN].enter_context(self.seats.person(context.who))
            except Full as full:
                raise ConnectionRejectionError from full
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
