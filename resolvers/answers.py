"""What is sent back: the JSON of a result, and the refusals that are none of GraphQL's."""

from typing import Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from strawberry.types.execution import ExecutionResult, PreExecutionError

from resolvers.cache.strangers import Written
from resolvers.cache.whole import Whole
from resolvers.manners import Manner
from resolvers.negotiation import JSON, RESPONSE_JSON
from schema.context import Context


class Plain(Response):
    """The answer of nearly every request. Its head is there already (`Manner.head`), so nothing is put together."""

    def __init__(self, body: bytes, status: int, manner: Manner) -> None:
        self.body, self.status_code, self.background = body, status, None
        self.raw_headers = [*manner.head, (b"content-length", b"%d" % len(body))]


def error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def answered_with(status: int, errors: list[GraphQLError], media_type: str = JSON) -> Response:
    """An answer without data."""
    content = orjson.dumps({"errors": [error.formatted for error in errors]})
    return Response(content, status, media_type=f"{media_type}; charset=utf-8")


def response_of(result: ExecutionResult, manner: Manner, context: Context) -> Response:
    """A request that was never executed has no `data`, and is a 400 to those who speak the newer media type."""
    if isinstance(result, Written):
        return Whole.of(result, manner.media_type)
    told: dict[str, Any] = {}
    if result.errors:
        told["errors"] = [error.formatted for error in result.errors]
    executed = not isinstance(result, PreExecutionError)
    if executed:
        told["data"] = result.data
    status = 400 if not executed and manner.media_type == RESPONSE_JSON else 200
    return with_cookies(Plain(orjson.dumps(told, default=str), status, manner), context)


def with_cookies(response: Response, context: Context) -> Response:
    for cookie in context.cookies:
        response.headers.append("set-cookie", cookie)
    return response
