"""Outliving a database that restarts: what Tortoise 1.1.9 leaves behind when a connection dies in a transaction.

As it comes, a `BEGIN` on a dead connection never gives it back to the pool, and leaves the dead transaction as the
current one of the task. Ten such moments, and every request waits for ever; one, and a loop that lives in one task
fails for ever. Measured by terminating all connections under load (`tests/workers/test_stopping.py`).
"""

import contextlib
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContextPooled
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

# What a connection says that the server has closed, and one that was closed in the middle of giving it back.
GONE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Transaction(TransactionContextPooled):
    """A transaction that always gives its connection back, however it ends."""

    client: Any

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        self.client._connection = await self.client._parent._pool.acquire()
        self.token = get_connections().set(self.connection_name, self.client)
        try:
            await self.client.begin()
        except BaseException:
            await self._give_back()
            raise
        transaction: TransactionalDBClient = self.client
        return transaction

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if self.client._finalized:
                return
            if exc_type is None:
                await self.client.commit()
            elif exc_type is not TransactionManagementError:
                await self._roll_back()
        finally:
            await self._give_back()

    async def _roll_back(self) -> None:
        # The server has rolled back already when the connection is gone; the caller wants to know of the first error.
        with contextlib.suppress(*GONE):
            await self.client.rollback()

    async def _give_back(self) -> None:
        get_connections().reset(self.token)
        if self.client._parent._pool:
            # A connection that cannot be reset is thrown away by the pool, which then complains about it.
            with contextlib.suppress(*GONE):
                await self.client._parent._pool.release(self.client._connection)


def _in_transaction(self: AsyncpgDBClient) -> TransactionContextPooled:
    return Transaction(TransactionWrapper(self), self._pool_init_lock)


def outlive() -> None:
    """Have every transaction on PostgreSQL end like this; once per process."""
    AsyncpgDBClient._in_transaction = _in_transaction  # type: ignore[method-assign]
