"""PostgreSQL's connections: lent in the order of asking, never lost, never left in the middle of something."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from models import pool as pools
from models.pool import Pool
from tests.conftest import SERVER, on_postgres

pytestmark = pytest.mark.skipif(not on_postgres(), reason="needs PostgreSQL")


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    made = Pool(lambda: asyncpg.connect(SERVER), 2)
    yield made
    made.terminate()


async def test_no_more_are_open_than_allowed_and_everybody_gets_their_turn(pool: Pool) -> None:
    seen: list[tuple[int, Any]] = []

    async def one(number: int) -> None:
        connection = await pool.acquire()
        seen.append((number, connection))
        await connection.fetchval("SELECT pg_sleep(0.001)")
        await pool.release(connection)

    await asyncio.gather(*(one(number) for number in range(40)))

    waited = [number for number, _ in seen][2:]  # two had to open theirs first
    assert waited == sorted(waited)
    assert len({id(connection) for _, connection in seen}) == 2


async def test_who_gives_up_waiting_takes_nothing_along(pool: Pool) -> None:
    first, second = await pool.acquire(), await pool.acquire()
    waiting = [asyncio.create_task(pool.acquire()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await pool.release(first)
    waiting[1].cancel()  # it was given one in the same moment

    assert await waiting[2] is first
    await pool.release(second)
    assert await pool.acquire() is second


async def test_an_open_transaction_and_a_cancelled_statement_leave_nothing_behind(pool: Pool) -> None:
    connection = await pool.acquire()
    await connection.execute("BEGIN")
    await connection.execute("CREATE TEMPORARY TABLE left_over (id int)")
    await pool.release(connection)
    again = await pool.acquire()
    assert again is connection
    assert await again.fetchval("SELECT to_regclass('left_over')") is None

    slow = asyncio.create_task(again.fetchval("SELECT pg_sleep(10)"))
    await asyncio.sleep(0)
    slow.cancel()
    await asyncio.wait([slow])
    await pool.release(again)

    assert await (await pool.acquire()).fetchval("SELECT 1") == 1


async def test_a_connection_that_died_or_grew_old_is_replaced(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = await pool.acquire()
    dead.terminate()
    await pool.release(dead)
    alive = await pool.acquire()
    assert alive is not dead
    await pool.release(alive)

    monkeypatch.setattr(pools, "IDLE", 0.0)

    young = await pool.acquire()
    assert young is not alive
    assert await young.fetchval("SELECT 1") == 1


async def test_closing_waits_for_what_is_lent_and_takes_no_new_wishes(pool: Pool) -> None:
    connection, other = await pool.acquire(), await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0)
    await pool.release(connection)
    await pool.release(other)
    await closing

    assert connection.is_closed()
    assert other.is_closed()
    with pytest.raises(asyncpg.InterfaceError):
        await waiting
    with pytest.raises(asyncpg.InterfaceError):
        await pool.acquire()


async def test_a_database_that_is_away_is_told_and_takes_no_room(pool: Pool) -> None:
    async def away() -> Any:
        raise OSError

    pool._connect = away
    for _ in range(3):
        with pytest.raises(OSError):
            await pool.acquire()
    pool._connect = lambda: asyncpg.connect(SERVER)

    assert await (await pool.acquire()).fetchval("SELECT 1") == 1
