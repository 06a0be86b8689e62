"""Who claims copies, and whether they are still alive: locks that the kernel or the database lets go of at a kill -9.

No lease and no timeout to guess. A claimant has a new name for every slice of work and holds a lock of that name while
it works. Whoever can take that lock knows that the claimant is dead, and handles its copies while holding it.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

import asyncpg

from models.db import is_sqlite
from models.outages import GONE

# Without these a host that vanished would hold its locks for two hours: 30 s of silence, then 3 questions.
KEEPALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
WAIT = 10.0  # seconds for the database to answer


class LockTaken(Exception):
    """Another process holds a lock that nobody but us can know: two claimants with one name."""


@dataclass
class Claimant:
    """The name that stands in claimed rows. `alive` turns false when the lock was lost: take no more rows."""

    name: str = field(default_factory=lambda: uuid4().hex)
    alive: bool = True


class Liveness(Protocol):
    """The two questions; one object per process."""

    def claimant(self) -> AbstractAsyncContextManager[Claimant]:
        """A new claimant that counts as alive until the end of the block, or of the process."""
        ...

    def burying(self, name: str) -> AbstractAsyncContextManager[bool]:
        """True when this claimant is dead; nobody else buries it during the block."""
        ...


class OneProcess:
    """For SQLite, which one process uses alone: who is not known here is dead."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    @asynccontextmanager
    async def claimant(self) -> AsyncIterator[Claimant]:
        mine = Claimant()
        self._known.add(mine.name)
        try:
            yield mine
        finally:
            mine.alive = False
            self._known.discard(mine.name)

    @asynccontextmanager
    async def burying(self, name: str) -> AsyncIterator[bool]:
        if name in self._known:
            yield False
            return
        self._known.add(name)
        try:
            yield True
        finally:
            self._known.discard(name)


class AdvisoryLocks:
    """For PostgreSQL: session locks on a connection of their own, outside the pool and past any pooler."""

    def __init__(self, url: str) -> None:
        self._url = url.partition("?")[0]

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self._url, timeout=WAIT, command_timeout=WAIT, server_settings=KEEPALIVE)
        try:
            yield connection
        finally:
            with suppress(TimeoutError, *GONE):
                await connection.close(timeout=WAIT)

    @asynccontextmanager
    async def claimant(self) -> AsyncIterator[Claimant]:
        mine = Claimant()
        async with self._connected() as connection:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _key(mine.name)):
                raise LockTaken()

            def lost(_: Any) -> None:
                mine.alive = False

            connection.add_termination_listener(lost)
            try:
                yield mine
            finally:
                mine.alive = False
                connection.remove_termination_listener(lost)

    @asynccontextmanager
    async def burying(self, name: str) -> AsyncIterator[bool]:
        async with self._connected() as connection:
            yield await connection.fetchval("SELECT pg_try_advisory_lock($1)", _key(name))


def _key(name: str) -> int:
    """64 bits of a hash: signed, as PostgreSQL has it."""
    return int.from_bytes(hashlib.sha256(f"leuchtturm send {name}".encode()).digest()[:8], "big", signed=True)


def liveness(database_url: str) -> Liveness:
    """The right one for the database."""
    return OneProcess() if is_sqlite(database_url) else AdvisoryLocks(database_url)
