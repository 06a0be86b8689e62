"""Where a bench runs: a fresh database of its own, thrown away afterwards, and a Redis or the stand-in."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from models import db, vault

POSTGRES = os.environ.get("LEUCHTTURM_TEST_POSTGRES") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("LEUCHTTURM_TEST_REDIS") or "redis://127.0.0.1:6379"
SECRET = "a secret of the benches, as long as it must be"


@dataclass(frozen=True)
class Place:
    """`redis` is empty for the stand-in, which lives in one process: everything is measured in that one then."""

    name: str
    database: str
    redis: str

    @property
    def one_process(self) -> bool:
        return not self.redis


@asynccontextmanager
async def opened(place: Place, *, bare: bool) -> AsyncIterator[Place]:
    if bare:
        yield place
        return
    vault.use(vault.Keys(SECRET))
    async with db.opened(place.database):
        await db.create_schema()
        yield place


@asynccontextmanager
async def sqlite(*, bare: bool = False) -> AsyncIterator[Place]:
    """A file, not memory: commits are paid for. `bare`: whoever measures opens it and makes the tables."""
    with tempfile.TemporaryDirectory(prefix="leuchtturm-bench-") as folder:
        async with opened(
            Place("SQLite, one process", f"sqlite://{Path(folder) / 'bench.sqlite3'}", ""), bare=bare
        ) as place:
            yield place


@asynccontextmanager
async def postgres(*, bare: bool = False) -> AsyncIterator[Place]:
    """A database of its own on the test server."""
    name = f"leuchtturm_bench_{os.getpid()}"
    await _tell(f'CREATE DATABASE "{name}"')
    try:
        url = f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        async with opened(Place("PostgreSQL and Redis", url, f"{REDIS.rstrip('/')}/15"), bare=bare) as place:
            yield place
    finally:
        await _tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _tell(statement: str) -> None:
    server = await asyncpg.connect(POSTGRES)
    try:
        await server.execute(statement)
    finally:
        await server.close()
