"""When a key was used last: noted in memory by whoever asks, and written down beside, at most once a minute.

A process that is killed loses what it noted since; the moment says that a key is in use, and no more.
"""

import asyncio
import logging
from datetime import datetime
from uuid import UUID

from models import sql
from models.redaction import told

EVERY = 60.0  # seconds
_used: dict[UUID, datetime] = {}

log = logging.getLogger(__name__)

_WRITE = """
UPDATE partner_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)
"""


def note(key_id: UUID, now: datetime) -> None:
    """Remember that a key was used; costs nothing."""
    _used[key_id] = now


async def write_down() -> int:
    """Write what was noted since the last time. Returns for how many keys."""
    noted = dict(_used)
    _used.clear()
    for key_id, at in sorted(noted.items()):
        await sql.changed(_WRITE, key_id, at)
    return len(noted)


async def keep_written() -> None:
    """Write it down each minute, and once more at the end; a task of each API process."""
    while True:
        try:
            await asyncio.sleep(EVERY)
        finally:
            try:
                await write_down()
            except Exception as problem:  # the database is away; the next use says it again
                log.warning("The last use of keys was not written: %s", told(problem))
