"""Answers of subscriptions as frames that are ready to be written: made once, however many sockets get them.

A server may offer to write such a frame at once, in the extensions of a socket's scope (`leuchtturm/wire.py` does).
So telling one more socket is one write: nobody is woken, and nothing is put into JSON or into a frame again. Where it
is not offered, or the socket does not take more now, answers go the ordinary way.
"""

from collections.abc import Callable, Sequence

import orjson
from starlette.requests import HTTPConnection

from resolvers.events.batches import Batch, Told

EXTENSION = "leuchtturm.frames"
"""`{"put": ...}`: a function that writes a frame at once, or says False."""


def text(message: bytes) -> bytes:
    """The frame of a text message from a server (RFC 6455, 5.2)."""
    size = len(message)
    if size < 126:
        return b"\x81%c%b" % (size, message)
    if size < 65_536:
        return b"\x81\x7e%b%b" % (size.to_bytes(2, "big"), message)
    return b"\x81\x7f%b%b" % (size.to_bytes(8, "big"), message)


def head_of(id: str) -> str:
    """How a `next` message of an operation begins; its payload and a brace follow."""
    return f'{{"id":{orjson.dumps(id).decode()},"type":"next","payload":'


class Straight:
    """Writes to one operation of one socket; says False when the socket takes nothing now."""

    __slots__ = ("_head", "_put")

    def __init__(self, put: Callable[[bytes], bool], head: str) -> None:
        self._put, self._head = put, head

    def __call__(self, batch: Batch) -> bool:
        return self._put(batch.written(self._head, self._write))

    def _write(self, told: Sequence[Told]) -> bytes:
        return b"".join(text(f"{self._head}{one.payload}}}".encode()) for one in told)


def straight(socket: HTTPConnection, head: str) -> Straight | None:
    """The short way to a socket; None: its server offers none."""
    offered = socket.scope.get("extensions", {}).get(EXTENSION)
    return Straight(offered["put"], head) if offered else None
