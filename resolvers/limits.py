"""Limits: of a document before it runs, and of how often somebody does something."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import structlog
from graphql import DocumentNode, GraphQLError
from graphql import parse as parse_document
from limits import parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from strawberry import Schema
from strawberry.extensions import SchemaExtension

from resolvers.budget import Limits, refusal, unnamed

TOKENS = 2_000  # words and signs of a document; the introspection query has about 250
DOCUMENT_BYTES = 200_000  # a mutation with a long text written into the document itself
VALUES = 5_000  # in the variables of one operation, keys and nested ones included
VARIABLES_BYTES = 500_000  # a story with both languages is 50 kB
DOCUMENT = Limits()

_TOKEN = re.compile(
    r'''#[^\n]*|"""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[_A-Za-z]\w*|-?\d[\w.+-]*|[!$&()\[\]{}:=@|]'''
)

log = structlog.get_logger("leuchtturm.limits")


def limits_of(schema: Schema) -> Limits:
    """What one document may cost on this schema."""
    found: Limits = getattr(schema, "limits", DOCUMENT)
    return found


class Budget(SchemaExtension):
    """Judges a document after parsing and before validation, which can be expensive too (overlapping fields)."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = TOKENS
        yield

    def on_parse(self) -> Iterator[None]:
        # The planner has parsed it already. A mistake is left to Strawberry, which tells it.
        with suppress(GraphQLError, RecursionError):
            if self.execution_context.query:
                self.execution_context.graphql_document = document(self.execution_context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.graphql_document is not None and not context.pre_execution_errors:
            schema: Any = context.schema
            document = context.graphql_document
            no = refusal(schema._schema, document, context.variables, limits_of(schema))
            no = no or unnamed(document, context._provided_operation_name)
            if no:
                context.pre_execution_errors = [no]
        yield


def too_much(query: str, variables: Mapping[str, Any] | None = None) -> GraphQLError | None:
    """The error for a document with too many characters or for too many variables; asked before it is parsed."""
    if len(query) > DOCUMENT_BYTES:
        message = f"This document has {len(query)} characters; {DOCUMENT_BYTES} are allowed."
        return _beyond("QUERY_TOO_COMPLEX", "characters", message)
    if len(query) > TOKENS and _tokens(query) > TOKENS:
        return _beyond("GRAPHQL_PARSE_FAILED", "tokens", f"This document has more than {TOKENS} tokens.")
    if variables and not _within(variables):
        message = f"The variables hold more than {VALUES} values, or more than {VARIABLES_BYTES} characters."
        return _beyond("TOO_LARGE", "variables", message)
    return None


@lru_cache(maxsize=64)
def document(query: str) -> DocumentNode:
    """The document of a text, parsed once for all who look at it. Raises GraphQLError or RecursionError."""
    return parse_document(query, max_tokens=TOKENS)


def _tokens(query: str) -> int:
    """Words and signs of a text, counted no further than allowed: a hundred times faster than by the parser."""
    found = (match for match in _TOKEN.finditer(query) if match[0][0] != "#")
    return sum(1 for _ in islice(found, TOKENS + 1))


def _beyond(code: str, limit: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code, "limit": limit})


def _within(variables: Mapping[str, Any]) -> bool:
    """Counted without recursion, and no further than allowed."""
    left: list[Any] = [variables]
    values = characters = 0
    while left:
        one = left.pop()
        values += 1
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, dict):
            left += one.values()
            characters += sum(map(len, one))
        elif isinstance(one, list):
            left += one
        if values + len(left) > VALUES or characters > VARIABLES_BYTES:
            return False
    return True


_rule = cache(parse)
"""Rules are constants of ours and a setting: a handful."""


class RateGate:
    """Counts in Redis for all processes, or in the memory of this one when there is no Redis.

    Who is counted is hashed: the store holds no addresses. Windows are fixed: `5/15 minutes` starts at the first.
    """

    def __init__(self, redis_url: str = "") -> None:
        storage: Storage = (
            RedisStorage(f"async+{redis_url}", implementation="redispy", key_prefix="leuchtturm:limits")
            if redis_url
            else MemoryStorage()
        )
        self._storage: Any = storage
        self._limiter = FixedWindowRateLimiter(storage)

    async def close(self) -> None:
        """Give the connections to Redis back."""
        if isinstance(self._storage, RedisStorage):
            client: Any = self._storage.bridge
            await client.storage.aclose(close_connection_pool=True)

    async def allows(self, rule: str, *about: str, closed: bool = False, cost: int = 1) -> bool:
        """Whether this time is within the rule. With the store down: yes, or no for what is `closed`."""
        key = hashlib.sha256("\x1f".join(about).encode()).hexdigest()[:32]
        try:
            return await self._limiter.hit(_rule(rule), key, cost=cost)
        except Exception:
            log.warning("the store of rate limits does not answer", closed=closed, exc_info=True)
            return not closed
