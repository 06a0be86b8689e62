"""Working under a lease: a heartbeat keeps it, and whoever cannot prove that it is still theirs stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from models.redaction import told

log = logging.getLogger(__name__)

T = TypeVar("T")

SURE = 0.8  # of a lease's length: beyond that a slow clock or a slow answer could make two of us hold it


class Lost(Exception):
    """The lease is gone: somebody else may have the work. Nothing that we found out counts any more."""


async def under_lease(renew: Callable[[], Awaitable[bool]], lease: timedelta, work: Coroutine[Any, Any, T]) -> T:
    """Do the work while a second task keeps the lease alive. Raises `Lost`; the work is cancelled then.

    `renew` prolongs the lease by its length, and says False when it is no longer ours.
    """
    beat = asyncio.create_task(_beat(renew, lease.total_seconds()))
    doing = asyncio.create_task(work)
    try:
        await asyncio.wait({beat, doing}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise Lost
        return doing.result()
    finally:
        for task in (beat, doing):
            task.cancel()
        await asyncio.gather(beat, doing, return_exceptions=True)


async def _beat(renew: Callable[[], Awaitable[bool]], length: float) -> None:
    """Prolong the lease every third of its length. Returns when it can no longer be proved to be ours."""
    clock = asyncio.get_running_loop().time
    sure = clock()
    while clock() - sure < SURE * length:
        await asyncio.sleep(length / 3)
        asked = clock()
        try:
            async with asyncio.timeout(SURE * length):
                if not await renew():
                    return
            sure = asked
        except Exception as problem:  # the database is away: we may go on for as long as the lease surely lasts
            log.warning("The lease could not be prolonged: %s", told(problem))
