"""PostgreSQL's pool without the round trip that asyncpg makes to reset a connection whenever one is given back.

The reset undoes what a session remembers: `SET`, session-level advisory locks, `LISTEN`, cursors. Nothing of ours
leaves such things on a connection of the pool (`SET LOCAL` and transaction-level locks end with their transaction;
who needs a session opens a connection of their own, as `models/upgrade.py` does). An open transaction is still rolled
back. It halves what a small read costs: docs/subsystems/read-path.md.
"""

from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient


async def _nothing(connection: Any) -> None:
    """There is nothing to undo."""


async def _pool(self: AsyncpgDBClient, **options: Any) -> Any:
    return await asyncpg.create_pool(None, reset=_nothing, **options)


def lean() -> None:
    """Have every pool work like this; once per process."""
    AsyncpgDBClient.create_pool = _pool  # type: ignore[method-assign]
