"""One answer that was made, and what it was made of."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import orjson

from resolvers.http.fresh import etag
from resolvers.negotiation import Question


class Key(NamedTuple):
    """What a stranger asks: two with the same key get the same answer."""

    query: str
    name: str | None
    variables: bytes
    language: str = ""
    """Of the request, where the answer depends on it; arguments stand in the document and the variables."""

    @classmethod
    def of(cls, question: Question) -> "Key":
        variables = orjson.dumps(question.variables or {}, option=orjson.OPT_SORT_KEYS)
        return cls(question.query, question.operation_name, variables)

    @property
    def operation(self) -> Hashable:
        return self.query, self.name

    @property
    def size(self) -> int:
        return len(self.query) * 2 + len(self.variables)

    @property
    def digest(self) -> bytes:
        """Names the question among all processes."""
        return hashlib.sha256(orjson.dumps([self.query, self.name, self.variables.decode(), self.language])).digest()


@dataclass(frozen=True)
class Kept:
    """The bytes of an answer without errors, the tables that were read for it, and the look before they were read."""

    body: bytes
    tables: frozenset[str]
    look: int
    by_language: bool = False

    @cached_property
    def etag(self) -> str:
        return etag(self.body)


@dataclass(frozen=True)
class Made:
    """What an execution gave. `tables` is None when the operation must not be kept, whatever its variables."""

    body: bytes
    tables: frozenset[str] | None = None
    by_language: bool = False
    empty: bool = False
    """Nothing was found. Not kept: whoever guesses names would push out what others ask for."""
