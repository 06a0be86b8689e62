"""How many statements an operation takes, and how many rows they bring; each is a span for whoever watches."""

import functools
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.client import TransactionWrapper as AsyncpgTransaction
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper

from models import spans

TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE|JOIN)\s+"?([a-z_]+)', re.IGNORECASE)


@dataclass(slots=True)
class Tally:
    """Of one operation, until now."""

    statements: int = 0
    rows: int = 0


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


class counted:  # noqa: N801  # reads like a function: `with counted() as tally`
    """Count what runs inside, in tasks that are started there as well."""

    __slots__ = ("_token",)

    def __enter__(self) -> Tally:
        tally = Tally()
        self._token = _tally.set(tally)
        return tally

    def __exit__(self, *_: object) -> None:
        _tally.reset(self._token)


def _ran(rows: int) -> None:
    """One more statement of the operation under way."""
    if (tally := _tally.get()) is not None:
        tally.statements += 1
        tally.rows += rows


@functools.lru_cache(maxsize=500)
def named(text: str) -> str:
    """The verb and the first table, `SELECT story`: what a span may say about a statement."""
    verb = text.lstrip().partition(" ")[0].upper()
    table = TABLE.search(text)
    return f"{verb} {table[1]}" if table else verb


def _rows_of(method: str, found: Any, values: Any) -> int:
    match method:
        case "execute_query":
            return len(found[1])
        case "execute_query_dict":
            return len(found)
        case "execute_many":
            return len(values)
    return 1


async def fetched(connection: Any, text: str, values: Sequence[Any]) -> Any:
    """The rows of a statement on a connection of asyncpg, for whoever goes there without the ORM."""
    if not spans.watched():
        found = await connection.fetch(text, *values)
    else:
        with spans.span(named(text), {"db.system.name": "postgres"}, "client") as span:
            found = await connection.fetch(text, *values)
            span.note({"db.response.returned_rows": len(found)})
    _ran(len(found))
    return found


def _counting(method: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def execute(self: Any, query: str, values: Any = None) -> Any:
        if not spans.watched():
            found = await original(self, query, values)
            _ran(_rows_of(method, found, values))
            return found
        with spans.span(named(query), {"db.system.name": self.capabilities.dialect}, "client") as span:
            found = await original(self, query, values)
            rows = _rows_of(method, found, values)
            span.note({"db.response.returned_rows": rows})
        _ran(rows)
        return found

    return execute


def count() -> None:
    """Have every statement of the ORM and of `models/sql.py` counted; once per process."""
    for client in (AsyncpgDBClient, AsyncpgTransaction, SqliteClient, SqliteTransactionWrapper):
        for method in ("execute_query", "execute_query_dict", "execute_insert", "execute_many"):
            if method in vars(client):
                setattr(client, method, _counting(method, vars(client)[method]))
