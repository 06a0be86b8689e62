"""Opening the database: one configuration for SQLite and PostgreSQL, and one way in for every process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext

from models import outages, pool, tally, touches
from models.search import tables as search

MODULES = {"models": ["models"]}

outages.outlive()
pool.lean()
tally.count()

# One SQLite connection serves the whole process; `full` keeps an acknowledged commit through a power cut.
SQLITE_PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": "10000", "foreign_keys": "ON"}
# `statement_cache_size` stays on; idle transactions and lost peers must not hold rows for ever.
POSTGRES_OPTIONS = {"minsize": "1", "maxsize": "10"}


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL, or None for a database in memory or on PostgreSQL."""
    name = url.removeprefix("sqlite://")
    return None if not is_sqlite(url) or name.startswith(":memory:") else Path(name.partition("?")[0])


def connect_url(url: str) -> str:
    """The URL with our options added where it does not set them itself."""
    options = SQLITE_PRAGMAS if is_sqlite(url) else POSTGRES_OPTIONS
    if is_sqlite(url):
        name, _, given = url.partition("?")
        return f"{name}?{urlencode({**options, **dict(parse_qsl(given))})}"
    parts = urlsplit(url.replace("postgresql://", "postgres://", 1).replace("postgres://", "asyncpg://", 1))
    return urlunsplit(parts._replace(query=urlencode({**options, **dict(parse_qsl(parts.query))})))


def config(url: str) -> dict[str, Any]:
    """Tortoise's configuration. `migrations` is read by the migration commands alone."""
    return {
        "connections": {"default": connect_url(url)},
        "apps": {
            "models": {"models": ["models"], "default_connection": "default", "migrations": "models.migrations"},
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def opened(url: str, *, everywhere: bool = True) -> AsyncIterator[TortoiseContext]:
    """Open the database for this process; closes it at the end.

    `everywhere` makes it the process's global context, because a server runs lifespan and requests in different
    tasks and a context variable alone is not seen there (Tortoise 1.1.9). A test opens many, one after the other.
    """
    if file := sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    context = await Tortoise.init(config=config(url), _enable_global_fallback=everywhere)
    try:
        yield context
    finally:
        # A cancelled shutdown must still give its connections back.
        await asyncio.shield(context.close_connections())


async def create_schema() -> None:
    """Create every table in an empty database: SQLite files and test databases. PostgreSQL in production migrates."""
    await Tortoise.generate_schemas(safe=True)
    await search.install(get_connection("default"))
    await touches.install(get_connection("default"))
