"""When something is due at once."""

from datetime import datetime, timedelta

from models import sql

TICK = timedelta(milliseconds=1)


async def at_once() -> datetime:
    """A moment that has passed already when the next statement looks: SQLite's clock has whole milliseconds, and what
    is due in the same one would wait for the next sweep.
    """
    return await sql.clock() - TICK
