"""Raw SQL for the few statements that an ORM cannot say: `RETURNING`, `SKIP LOCKED`, the database's own clock.

Statements are written once, for PostgreSQL, with `$1` parameters and these words in braces:
`{now}` is the database's clock, `{skip_locked}` the row lock of a claim (on SQLite one connection serialises instead).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

WORDS = {
    "postgres": {"now": "clock_timestamp()", "skip_locked": "FOR UPDATE SKIP LOCKED"},
    # Milliseconds, in the very text form in which Tortoise stores a Moment, so that both compare: six digits, or what
    # is due now would not be due before the next millisecond.
    "sqlite": {"now": "strftime('%Y-%m-%d %H:%M:%f000+00:00','now')", "skip_locked": ""},
}


def connection() -> BaseDBAsyncClient:
    """The connection of the running transaction, or the pool."""
    return get_connection("default")


def dialect() -> str:
    """`postgres` or `sqlite`."""
    return connection().capabilities.dialect


def _spoken(text: str, to: str) -> str:
    words = WORDS[to]
    return _said(text, words["now"], words["skip_locked"], to == "sqlite")


@lru_cache(maxsize=200)
def _said(text: str, now: str, skip_locked: str, question_marks: bool) -> str:
    text = text.replace("{now}", now).replace("{skip_locked}", skip_locked)
    return text.replace("$", "?") if question_marks else text


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    return value


async def rows(text: str, *values: Any) -> list[dict[str, Any]]:
    """Run a statement and return its rows as dictionaries (of an UPDATE: what RETURNING says)."""
    db = connection()
    to = db.capabilities.dialect
    given: Sequence[Any] = [_plain(v) for v in values] if to == "sqlite" else values
    return await db.execute_query_dict(_spoken(text, to), list(given))


async def changed(text: str, *values: Any) -> int:
    """Run a statement and return how many rows it changed."""
    db = connection()
    to = db.capabilities.dialect
    given: Sequence[Any] = [_plain(v) for v in values] if to == "sqlite" else values
    count, _ = await db.execute_query(_spoken(text, to), list(given))
    return count


async def clock() -> datetime:
    """The database's clock, in UTC: the only one that leases may be compared with."""
    value = (await rows("SELECT {now} AS now"))[0]["now"]
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)
