"""The short way to a kept answer: a request that is byte for byte like an earlier one, in all that decides about it.

What the endpoint checks (method, origin, media types, the question itself) follows from the bytes of the request, so it
is not checked again. Only strangers take this way: a request with a cookie or a token takes the long one.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from resolvers import metrics
from resolvers.allowance import Allowance
from resolvers.cache.kept import Kept
from resolvers.cache.shelf import Shelf
from resolvers.cache.watch import Watch
from resolvers.manners import DECIDES, PERSONAL
from resolvers.negotiation import PATIENCE

LATE: Message = {"type": "late"}
"""Stands for a part of a body that did not come."""
LARGEST = 8_192  # bytes of a question: longer ones take the long way
_HIT, _OPERATION = metrics.KEPT.labels("quick"), metrics.OPERATIONS.labels("http", "ok")


class Asked(NamedTuple):
    """A request as far as its bytes decide about the answer."""

    key: Hashable
    size: int
    has: bytes
    """`If-None-Match`."""


@dataclass(slots=True)
class Ready:
    """An answer with its headers, as it left before."""

    kept: Kept
    start: Message
    body: Message
    unchanged: Message | None
    """The beginning of a 304, for answers with an ETag."""

    @classmethod
    def of(cls, kept: Kept, response: Response) -> "Ready":
        start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        unchanged = None
        if "etag" in response.headers:
            stays = [(n, v) for n, v in response.raw_headers if n not in (b"content-length", b"content-type")]
            unchanged = {"type": "http.response.start", "status": 304, "headers": stays}
        return cls(kept, start, {"type": "http.response.body", "body": kept.body}, unchanged)

    @property
    def size(self) -> int:
        return len(self.kept.body) + sum(len(n) + len(v) for n, v in self.start["headers"])

    async def send(self, send: Send, has: bytes) -> None:
        if self.unchanged is not None and has and self._is(has):
            await send(self.unchanged)
            await send({"type": "http.response.body"})
            return
        await send(self.start)
        await send(self.body)

    def _is(self, has: bytes) -> bool:
        tag = self.kept.etag.encode()
        return has == tag or not {tag, b"*"}.isdisjoint(t.strip().removeprefix(b"W/") for t in has[:4_000].split(b","))


class Quick:
    """Answers by the bytes of requests. Each takes room for its whole answer, so the room is never more than told."""

    def __init__(self, watch: Watch, room: int, allowance: Allowance) -> None:
        self._watch, self._shelf, self._allowance = watch, Shelf[Ready](room), allowance

    async def asked(self, scope: Scope, receive: Receive) -> tuple[Asked | None, Receive]:
        """What is asked (None: take the long way), and where whoever answers gets the body from."""
        method, has = scope["method"], b""
        parts: list[bytes] = []
        if method not in ("GET", "POST"):
            return None, receive
        for name, value in scope["headers"]:
            if name in DECIDES:
                parts += (name, value)
            elif name in PERSONAL:
                return None, receive
            elif name == b"if-none-match":
                has = value
        body = b""
        if method == "POST":
            parts_of_body, whole = await _read(receive)
            receive = _again(parts_of_body, receive)
            if whole is None:
                return None, receive
            body = whole
        key = (method, scope["query_string"], b"\0".join(parts), body)
        return Asked(key, len(body) + len(key[1]) + len(key[2]), has if method == "GET" else b""), receive

    async def answered(self, asked: Asked, scope: Scope, send: Send) -> bool:
        """Whether it could be answered this way, within the rate of the address it came from."""
        ready = self._shelf.get(asked.key)
        if ready is None or not (self._watch.fresh or await self._watch.refresh()):
            return False
        if not self._watch.holds(ready.kept.tables, ready.kept.look):
            self._shelf.drop(asked.key)
            return False
        client = scope.get("client")
        who = f"address:{client[0] if client else ''}"
        if not self._allowance.spend(who) and not await self._allowance.allows(who):
            return False  # the long way says why
        scope[metrics.SHORT] = True
        _HIT.inc()
        _OPERATION.inc()
        await ready.send(send, asked.has)
        return True

    def remember(self, asked: Asked, kept: Kept | None, response: Response) -> None:
        """The same bytes get the same answer, as long as it holds."""
        if kept is not None and response.status_code == 200 and "set-cookie" not in response.headers:
            ready = Ready.of(kept, response)
            self._shelf.put(asked.key, ready, asked.size + ready.size)


async def _read(receive: Receive) -> tuple[list[Message], bytes | None]:
    """The parts of a body, and the whole when it is all there, small, and came in time."""
    messages: list[Message] = []
    try:
        with PATIENCE.turn():
            size, more = 0, True
            while more and size <= LARGEST:
                message = await receive()
                messages.append(message)
                if message["type"] != "http.request":
                    return messages, None
                size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    except TimeoutError:
        return [*messages, LATE], None
    if size > LARGEST:
        return messages, None
    return messages, messages[0].get("body", b"") if len(messages) == 1 else b"".join(
        m.get("body", b"") for m in messages
    )


def _again(messages: list[Message], receive: Receive) -> Receive:
    """A `receive` that begins with the parts that were taken; what came too late is so for the endpoint, too."""
    left = iter(messages)

    async def again() -> Message:
        message = next(left, None)
        if message is LATE:
            raise TimeoutError
        return message if message is not None else await receive()

    return again
