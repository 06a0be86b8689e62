"""The application with its short way in front: a kept answer leaves before routes, middleware and the log.

It is counted like every answer, and has its X-Request-ID. A line in the log would cost more than the answer.
"""

import os
from functools import cache
from time import perf_counter
from typing import Any

from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from leuchtturm.telemetry import ACCEPTABLE_ID
from resolvers.cache.quick import ASKED, Quick
from resolvers.http.health import HTTP_REQUESTS, HTTP_SECONDS

PATH = "/graphql"

_SECONDS = HTTP_SECONDS.labels(PATH)


class App(Starlette):
    """Starlette, but for questions of strangers that were answered before."""

    quick: Quick | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.quick is not None and scope["type"] == "http" and scope["path"] == PATH:
            asked, receive = await self.quick.asked(scope, receive)
            if asked is not None and await self.quick.answered(asked, scope, _counted(scope, send)):
                return
            scope[ASKED] = asked
        await super().__call__(scope, receive, send)


def _counted(scope: Scope, send: Send) -> Send:
    """A `send` that counts the answer and names the request."""
    began = perf_counter()

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"x-request-id", _id(scope))]}
            _requests(scope["method"], message["status"]).inc()
            _SECONDS.observe(perf_counter() - began)
        await send(message)

    return answer


def _id(scope: Scope) -> bytes:
    """The client's own, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and ACCEPTABLE_ID.fullmatch(value.decode("latin-1")):
            return bytes(value)
    return os.urandom(16).hex().encode()


@cache
def _requests(method: str, status: int) -> Any:
    """GET or POST, 200 or 304."""
    return HTTP_REQUESTS.labels(method, PATH, str(status))
