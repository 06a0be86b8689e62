"""GraphQL over HTTP: which media types are spoken, and how a request's body is read."""

import re
from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import Request

from resolvers.patience import Patience

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
MOST_BYTES = 1_000_000  # a story with both languages is 50 kB
PATIENCE = Patience(10.0)
"""For a body to arrive; one byte a second must not hold a request."""
SMALL = 5_000  # bytes of a body that cannot hold too much of anything (`limits.VALUES`)


HASH = re.compile("[0-9a-f]{64}")


class Unacceptable(Exception):
    """The request is refused before GraphQL is asked: an HTTP status, a sentence, and headers."""

    def __init__(self, status: int, message: str, code: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers


@lru_cache(maxsize=64)
def spoken(accept: str) -> str:
    """The media type of the answer: highest quality first, then order. JSON for `*/*` and for no wish at all.

    Who takes event streams alone gets refusals as JSON. Raises `Unacceptable` (406) when the client takes neither.
    """
    best, best_quality = "", 0.0
    for part in (accept or "*/*").split(",")[:20]:
        name, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = _quality(parameters)
        if name in (RESPONSE_JSON, JSON, "application/*", "*/*") and quality > best_quality:
            best, best_quality = name, quality
    if not best and takes_stream(accept):
        return JSON
    if not best:
        raise Unacceptable(406, f"We speak {RESPONSE_JSON} and {JSON}.", "NOT_ACCEPTABLE")
    return RESPONSE_JSON if best == RESPONSE_JSON else JSON


@lru_cache(maxsize=64)
def takes_stream(accept: str) -> bool:
    """Whether the client can read an event stream: it names the type, and no wildcard."""
    return EVENT_STREAM in [part.split(";")[0].strip().lower() for part in accept.split(",")[:20]]


@lru_cache(maxsize=64)
def prefers_stream(accept: str) -> bool:
    """Whether the client names event streams first. urql names them last on every request and means JSON."""
    return accept.split(",")[0].split(";")[0].strip().lower() == EVENT_STREAM


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def check_content_type(request: Request) -> None:
    """Exactly `application/json` in UTF-8, not compressed: anything else is 415."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unacceptable(415, "Compressed bodies are not taken.", "UNSUPPORTED_MEDIA_TYPE")
    name, *parameters = (p.strip().lower() for p in request.headers.get("content-type", "").split(";"))
    if name != JSON or any(
        p.startswith("charset=") and p not in ("charset=utf-8", 'charset="utf-8"') for p in parameters
    ):
        raise Unacceptable(415, f"The body must be {JSON} in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")


async def body(request: Request) -> bytes:
    """The body, at most 1 MB (413) and within ten seconds (408)."""
    try:
        if int(request.headers.get("content-length", "0")) > MOST_BYTES:
            raise Unacceptable(413, "The body is larger than 1 MB.", "TOO_LARGE")
    except ValueError as problem:
        raise Unacceptable(400, "Content-Length is no number.", "BAD_REQUEST") from problem
    read, more = bytearray(), True
    try:
        with PATIENCE.turn():
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise Unacceptable(400, "The connection was closed.", "BAD_REQUEST")
                read += message.get("body", b"")
                more = message.get("more_body", False)
                if len(read) > MOST_BYTES:
                    raise Unacceptable(413, "The body is larger than 1 MB.", "TOO_LARGE")
    except TimeoutError as problem:
        raise Unacceptable(408, "The body took too long to arrive.", "TIMEOUT") from problem
    return bytes(read)


def parsed(text: bytes | str, what: str = "body") -> Any:
    """JSON as the RFC has it: no NaN, valid UTF-8, not nested without end. Raises `Unacceptable` (400)."""
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError) as problem:
        raise Unacceptable(400, f"The {what} is not valid JSON.", "BAD_REQUEST") from problem


def may_hold_nul(body: bytes) -> bool:
    """Whether a closer look is worth it: JSON and GraphQL can say NUL only by an escape, and this is in all of them."""
    return b"\\u00" in body or b"u{0" in body


def has_nul(query: str, variables: Any) -> bool:
    """Whether a text holds NUL: PostgreSQL refuses it everywhere. orjson has bounded the depth (1,024)."""
    if "\x00" in query or "\\u0000" in query or "\\u{0" in query:
        return True
    left = [variables]
    while left:
        one = left.pop()
        if isinstance(one, str):
            if "\x00" in one:
                return True
        elif isinstance(one, dict):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            left += one
    return False


class Question:
    """What a client asks: the parameters of GraphQL over HTTP, checked for their types."""

    def __init__(self, given: Any, *, size: int = MOST_BYTES, searched: bool = False) -> None:
        """`size` in bytes, and whether it was `searched` for NUL, as far as whoever read it knows."""
        if not isinstance(given, dict):
            raise Unacceptable(400, "The request must be one JSON object; batches are not taken.", "BAD_REQUEST")
        self.query: str = given.get("query") or ""
        self.variables = given.get("variables")
        self.operation_name = given.get("operationName")
        self.extensions = given.get("extensions")
        self.small = size <= SMALL
        self.hash = _hash(given)
        """The document's SHA-256 when it is asked for by that; `resolvers/trusted.py` finds the document."""
        if not isinstance(self.query, str) or not (self.query or self.hash):
            raise Unacceptable(400, "There is no `query` in the request.", "BAD_REQUEST")
        for name, value, kind in (
            ("variables", self.variables, dict),
            ("operationName", self.operation_name, str),
            ("extensions", self.extensions, dict),
        ):
            if value is not None and not isinstance(value, kind):
                raise Unacceptable(400, f"`{name}` has the wrong type.", "BAD_REQUEST")
        if not searched and has_nul(self.query, self.variables):
            raise Unacceptable(400, "A text holds the character NUL, which no database keeps.", "BAD_REQUEST")

    @classmethod
    async def read(cls, request: Request) -> "Question":
        """From the query string of a GET, or the body of a POST."""
        if request.method == "GET":
            given: dict[str, Any] = dict(request.query_params)
            for name in ("variables", "extensions"):
                if given.get(name):
                    given[name] = parsed(given[name], name)
                else:
                    given.pop(name, None)
            return cls(given)
        text = await body(request)
        return cls(parsed(text), size=len(text), searched=not may_hold_nul(text))


def _hash(given: dict[str, Any]) -> str:
    """From `documentId`, or from `extensions.persistedQuery`; "" when there is neither."""
    extensions = given.get("extensions")
    asked = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if asked is not None and (not isinstance(asked, dict) or asked.get("version") != 1):
        raise Unacceptable(400, "`persistedQuery` must be an object of version 1.", "BAD_REQUEST")
    found = asked.get("sha256Hash") if asked else given.get("documentId")
    if found is None:
        return ""
    digits = found.removeprefix("sha256:").lower() if isinstance(found, str) else ""
    if not HASH.fullmatch(digits):
        raise Unacceptable(400, "A document's hash is its SHA-256 in 64 hexadecimal digits.", "BAD_REQUEST")
    return digits
