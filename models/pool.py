"""PostgreSQL's connections, lent and given back without a round trip, a proxy or a task.

asyncpg's own pool resets a connection whenever it is given back, wraps it anew whenever it is lent, and shields its
return by a task of its own: more than a small read costs. The reset undoes what a session remembers: `SET`,
session-level advisory locks, `LISTEN`, cursors. Nothing of ours leaves such things on a connection of the pool (`SET
LOCAL` and transaction-level locks end with their transaction; who needs a session opens a connection of their own, as
`models/upgrade.py` does). An open transaction is still rolled back. docs/subsystems/read-path.md has the figures.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

IDLE = 300.0  # seconds; a connection that nobody wanted for so long may have been forgotten by a firewall

Connect = Callable[[], Awaitable[Any]]


class Pool:
    """Lends the connection that was given back last; opens a new one when none is free, up to `most`."""

    def __init__(self, connect: Connect, most: int) -> None:
        self._connect, self._most = connect, most
        self._loop = asyncio.get_running_loop()
        self._free: list[tuple[Any, float]] = []
        self._open: set[Any] = set()
        self._opening = 0
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._closing = False
        self._empty = asyncio.Event()

    async def acquire(self) -> Any:
        """A connection; who waits gets theirs in the order of asking. Raises what connecting raises."""
        while self._free:
            connection, since = self._free.pop()
            if not connection.is_closed() and self._loop.time() - since < IDLE:
                return connection
            self._forget(connection)
        while not self._closing:
            if len(self._open) + self._opening < self._most:
                return await self._another()
            if (connection := await self._turn()) is not None:
                return connection
        raise asyncpg.InterfaceError("the pool is closing")

    async def _another(self) -> Any:
        self._opening += 1
        try:
            connection = await self._connect()
        except BaseException:
            self._opening -= 1
            self._pass_on(None)  # whoever waits may have more luck
            raise
        self._opening -= 1
        self._open.add(connection)
        return connection

    async def _turn(self) -> Any:
        """Wait for a connection that is given back, or None for room for another one."""
        turn: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._take_back(turn.result())
            raise

    def _pass_on(self, connection: Any) -> bool:
        """Whether somebody waited for it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    def _take_back(self, connection: Any) -> None:
        if connection is None:
            self._pass_on(None)
        elif self._closing or connection.is_closed() or connection not in self._open:
            self._forget(connection)
        elif not self._pass_on(connection):
            self._free.append((connection, self._loop.time()))

    async def release(self, connection: Any) -> None:
        """Take a connection back. One in the middle of a transaction is rolled back, or else thrown away."""
        if not connection.is_closed() and connection.is_in_transaction():
            try:
                await connection.execute("ROLLBACK")
            except BaseException:
                self._forget(connection)
                raise
        self._take_back(connection)

    def _forget(self, connection: Any) -> None:
        self._open.discard(connection)
        connection.terminate()
        if self._closing and not self._open:
            self._empty.set()
        self._pass_on(None)

    async def expire_connections(self) -> None:
        """Let free connections go; those that are lent go when they come back."""
        self._open.clear()
        while self._free:
            await self._free.pop()[0].close()

    async def close(self) -> None:
        """Wait for what is lent, and close everything. The caller limits the time and calls `terminate` then."""
        self._closing = True
        while self._pass_on(None):
            pass
        while self._free:
            connection, _ = self._free.pop()
            await connection.close()
            self._open.discard(connection)
        if self._open:
            await self._empty.wait()

    def terminate(self) -> None:
        """Cut everything off."""
        for connection in list(self._open):
            self._forget(connection)


async def _pool(self: AsyncpgDBClient, **options: Any) -> Any:
    least, most = options.pop("min_size"), options.pop("max_size")

    async def connect() -> Any:
        return await asyncpg.connect(**options)

    pool = Pool(connect, most)
    with contextlib.ExitStack() as undo:
        undo.callback(pool.terminate)
        for connection in [await pool.acquire() for _ in range(least)]:
            await pool.release(connection)
        undo.pop_all()
    return pool


def pool_of(client: Any) -> Pool | None:
    """The pool behind a client of the ORM; None within a transaction, and where there is no such pool (yet)."""
    pool = client._pool if type(client) is AsyncpgDBClient else None
    return pool if isinstance(pool, Pool) else None


def lean() -> None:
    """Have every pool work like this; once per process."""
    AsyncpgDBClient.create_pool = _pool  # type: ignore[method-assign]
