"""Subscriptions as `text/event-stream`: GraphQL over SSE, distinct connections, with the limits of the sockets.

Framing is LF only (urql splits on blank lines). What is wrong with an operation is told as a `next` event and then
`complete`, as the protocol wants it; what is wrong with the request is an HTTP status. A stream that ends without
`complete` was cut (a deploy, a slow reader): the client comes again with `Last-Event-ID`, or `after`, and misses
nothing, because every event leaves with its cursor as `id`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing
from typing import Any

import orjson
import structlog
from graphql import GraphQLError, OperationType, get_operation_ast
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.types.execution import ExecutionResult

from resolvers import limits, metrics, scopes
from resolvers.events.members import TooSlow
from resolvers.events.sharing import Sharing
from resolvers.negotiation import EVENT_STREAM, Question, Unacceptable
from resolvers.seats import Full, Seats
from schema.context import Context

SEND_PATIENCE = 10.0  # seconds for a client to take an event; one that stopped reading is cut off
BREATH = 12.0  # seconds between comments that keep proxies from closing a quiet stream

COMPLETE = b"event: complete\ndata:\n\n"
COMMENT = b":\n\n"

log = structlog.get_logger("leuchtturm.sse")


def subscribes(question: Question) -> bool:
    """Whether the operation asked for is a subscription. What cannot be parsed is none."""
    if "subscription" not in question.query or limits.too_much(question.query, question.variables):
        return False
    try:
        document = limits.document(question.query)
    except (GraphQLError, RecursionError):
        return False
    node = get_operation_ast(document, question.operation_name)
    return node is not None and node.operation is OperationType.SUBSCRIPTION


def frame(result: ExecutionResult, place: str | None = None) -> bytes:
    """One `next` event. Its data is one line: JSON escapes line ends."""
    told: dict[str, Any] = {"data": result.data} if result.data is not None or not result.errors else {}
    if result.errors:
        told["errors"] = [error.formatted for error in result.errors]
    return framed(orjson.dumps(told, default=str).decode(), place)


def framed(told: str, place: str | None) -> bytes:
    """One `next` event, written already."""
    id = f"id: {place}\n" if place else ""
    return f"event: next\n{id}data: {told}\n\n".encode()


class Stream(StreamingResponse):
    """The answer: events as they happen, until the operation ends, the client leaves, or the process stops."""

    def __init__(self, source: AsyncIterator[bytes], stopping: asyncio.Event, seats: ExitStack) -> None:
        super().__init__(source, media_type=EVENT_STREAM, headers={"x-accel-buffering": "no"})
        self._source, self._stopping, self._seats = source, stopping, seats
        self._sending = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        metrics.STREAMS.inc()
        with self._seats:
            try:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                await self._serve(receive, send)
            finally:
                metrics.STREAMS.dec()

    async def _serve(self, receive: Receive, send: Send) -> None:
        telling = asyncio.create_task(self._tell(send))
        tasks = [telling, asyncio.create_task(self._breathe(send)), asyncio.create_task(_gone(receive))]
        tasks.append(asyncio.create_task(_stopped(self._stopping)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        try:
            for task in done:
                task.result()
            async with asyncio.timeout(SEND_PATIENCE):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, TooSlow):
            # The answer stays incomplete, so the server closes the connection.
            log.warning("a client that stopped reading its stream was cut off")

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._source) as source:  # type: ignore[type-var]
            async for event in source:
                await self._put(send, event)
        await self._put(send, COMPLETE)

    async def _breathe(self, send: Send) -> None:
        while True:
            await self._put(send, COMMENT)
            await asyncio.sleep(BREATH)

    async def _put(self, send: Send, event: bytes) -> None:
        async with self._sending, asyncio.timeout(SEND_PATIENCE):
            await send({"type": "http.response.body", "body": event, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stopped(stopping: asyncio.Event) -> None:
    await stopping.wait()


class Streams:
    """Answers operations as streams."""

    def __init__(self, schema: Schema, seats: Seats, stopping: asyncio.Event, sharing: Sharing) -> None:
        self._schema, self._seats, self._stopping, self._sharing = schema, seats, stopping, sharing

    def of(self, result: ExecutionResult) -> Stream:
        """The stream of an operation that has one answer: a query, a mutation, a mistake."""
        return Stream(_once(result), self._stopping, ExitStack())

    def subscription(self, question: Question, context: Context, request: Request) -> Stream:
        """The stream of a subscription. Raises `Unacceptable` when the process stops or no seat is free."""
        if self._stopping.is_set():
            raise Unacceptable(503, "This process stops; please connect again.", "STOPPING", **{"retry-after": "1"})
        context.resume, context.news = request.headers.get("last-event-id"), self._sharing.news
        seats = ExitStack()
        try:
            seats.enter_context(self._seats.connection(context.address))
            if not context.viewer.is_stranger:
                seats.enter_context(self._seats.person(context.who))
            seats.enter_context(self._seats.subscription(context.who))
        except Full as full:
            seats.close()
            message = f"Too many open connections or subscriptions ({full})."
            raise Unacceptable(429, message, "TOO_MANY_SUBSCRIPTIONS", **{"retry-after": "10"}) from full
        return Stream(self._events(question, context), self._stopping, seats)

    async def _events(self, question: Question, context: Context) -> AsyncIterator[bytes]:
        no = limits.too_much(question.query, question.variables) or scopes.lacking(
            question.query, question.operation_name, context.viewer
        )
        if no:
            yield frame(ExecutionResult(data=None, errors=[no]))
            return
        metrics.OPERATIONS.labels("sse", "begun").inc()
        who = self._sharing.subscriber(question.query, question.operation_name, question.variables, context)
        if who is not None:
            async with aclosing(self._sharing.tell(who)) as tellings:  # type: ignore[type-var]
                async for told in tellings:
                    yield framed(f'{{"errors":{told.payload}}}' if told.refused else told.payload, told.place)
            return
        results: Any = await self._schema.subscribe(
            question.query,
            variable_values=question.variables,
            context_value=context,
            operation_name=question.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                yield frame(result, context.place)


async def _once(result: ExecutionResult) -> AsyncIterator[bytes]:
    yield frame(result)
