"""The fixtures that everything uses: a database, a Redis, a clock. One dialect per pytest process.

`LEUCHTTURM_TEST_DATABASE` is unset (SQLite in memory, fresh for each test) or the URL of a PostgreSQL server, on which
each xdist worker has a database of its own that is emptied between tests.
"""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tortoise import Tortoise
from tortoise.connection import get_connection

from models import catalogue, db, vault

SERVER = os.environ.get("LEUCHTTURM_TEST_DATABASE", "")
REDIS = "/".join(os.environ.get("LEUCHTTURM_TEST_REDIS_URL", "").split("/")[:3])
"""Set together with a PostgreSQL server: the suite then uses a real Redis instead of the stand-in. A server without
its database: `redis://127.0.0.1:6379`; tests add `/1` and so on.
"""

# A busy machine is slow, not wrong; how fast things are is measured in bench/.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

KEYS = vault.Keys("a secret of the tests, as long as it must be")
vault.use(KEYS)


def _is_ours(event: Any) -> bool:
    """Tests that need just any event make up a kind (`lamp`), or say no more in it than the action."""
    return bool(event.payload.keys() - {"action"}) and event.subject_kind in _KINDS


_KINDS = {event.subject_kind for event in catalogue.catalogue().values()}
catalogue.watch(_is_ours)  # whatever the suite writes is as partners were told


def on_postgres() -> bool:
    return SERVER.startswith("postgres")


WITH_PROCESSES = {"contract", "journeys", "kills", "workers"}
"""Folders whose tests reach PostgreSQL by processes or connections of their own."""


ONE_DIALECT_IS_ENOUGH = {
    "browser", "oidc", "consumers",
    "test_strangers.py", "test_matrix.py", "test_members_rights.py",
    "test_bad_input.py", "test_start.py", "test_seeds.py",
    "test_what_nobody_has_is_not_found", "test_a_long_list_is_refused_in_words",
}  # fmt: skip
"""Folders, modules and tests that read rows, but whose question is about our code: rights, words, pages, seeds.

What they read is read on both databases by the planner's comparison, and written by the tests of each word.
"""


gc.disable()  # until all tests are known: what imports and collection make stays


def pytest_collection_finish() -> None:
    """Put aside what stays: half a million objects that each full collection would otherwise look through anew."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what has nothing to do with a database: it has run on the set-up without one."""
    if not on_postgres():
        return
    here = Path(__file__).parent
    kept, left = [], []
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        asks = {"database", "database_url"} & set(getattr(item, "fixturenames", ()))
        named = "postgres" in item.name or "redis" in item.name  # a real Redis comes with PostgreSQL
        again = {folder, item.path.name, getattr(item, "originalname", "")} & ONE_DIALECT_IS_ENOUGH
        wanted = folder in WITH_PROCESSES or (asks and not again) or named
        (kept if wanted else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


async def _fresh_database(name: str) -> None:
    import asyncpg

    server = await asyncpg.connect(SERVER)
    try:
        await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await server.execute(f'CREATE DATABASE "{name}"')
        await server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    finally:
        await server.close()


async def _create_schema(url: str) -> None:
    async with db.opened(url, everywhere=False):
        await db.create_schema()


def named(url: str, database: str) -> str:
    """The server's URL with another database."""
    return url.rsplit("/", 1)[0] + "/" + database


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """The URL that tests of this process use."""
    if not on_postgres():
        yield "sqlite://:memory:"
        return
    name = f"leuchtturm_test_{os.getpid()}_{worker_id}"
    asyncio.run(_fresh_database(name))
    url = named(SERVER, name)
    asyncio.run(_create_schema(url))
    yield url
    asyncio.run(_drop(name))


async def _drop(name: str) -> None:
    import asyncpg

    server = await asyncpg.connect(SERVER)
    await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await server.close()


async def empty() -> None:
    """Forget every row. One round trip; keys are not checked meanwhile (needs a superuser, as test servers give)."""
    tables = [model._meta.db_table for model in Tortoise.apps["models"].values()]
    deletes = "; ".join(f'DELETE FROM "{table}"' for table in tables)
    await get_connection("default").execute_script(
        f"SET session_replication_role = replica; {deletes}; SET session_replication_role = DEFAULT"
    )


_SCHEMA: list[bytes] = []


def _memory() -> Any:
    """The one connection to SQLite; that aiosqlite has no public way to `serialize` is why its inside is touched."""
    return get_connection("default").acquire_connection()


async def pictured() -> bytes:
    """All that the SQLite database in memory holds now."""
    async with _memory() as connection:
        return bytes(await connection._execute(connection._conn.serialize))


async def as_pictured(picture: bytes) -> None:
    """Make the SQLite database in memory what it was when the picture was taken: in less than a millisecond."""
    async with _memory() as connection:
        await connection._execute(connection._conn.deserialize, picture)


async def with_tables() -> None:
    """Make the tables in an empty SQLite database in memory: once per process by statements, then from a picture."""
    if _SCHEMA:
        await as_pictured(_SCHEMA[0])
        return
    await db.create_schema()
    _SCHEMA.append(await pictured())


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """An empty database; gives its URL. Use it (or a fixture that does) in every test that touches rows."""
    async with db.opened(database_url, everywhere=False):
        await (empty() if on_postgres() else with_tables())
        yield database_url


@pytest.fixture(autouse=True)
def keys() -> None:
    """A test that was somebody else's installation leaves its keys and its watch behind."""
    vault.use(KEYS)
    catalogue.watch(_is_ours)


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning of the demo: 14 April 2020, KW 16."""
    return datetime(2020, 4, 14, 8, 0, tzinfo=UTC)
