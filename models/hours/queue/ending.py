"""Nobody waits any more: the session is over, moved or called off, or the person has gone. In the caller's transaction.

The caller holds the session's row.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.access import SYSTEM
from models.hours import telling
from models.hours.queue.entry import QueueEntry
from models.hours.queue.states import AHEAD, ENDED, QueueState

KEPT = timedelta(days=90)
"""How long anybody can look up that they were in a queue; as long as a no-show of a slot names somebody."""


async def close(session: Any, now: datetime) -> list[UUID]:
    """Conversations are done, and whoever still waits is let go. Returns whom, in the order in which they came."""
    talking = QueueEntry.filter(session_id=session.id, state=QueueState.IN_PROGRESS)
    for entry in await talking.order_by("place").select_for_update():
        await entry.follow("finish", by=SYSTEM, now=now)
    waiting = QueueEntry.filter(session_id=session.id, state__in=list(AHEAD))
    rows = await waiting.order_by("place").select_for_update()
    for state in AHEAD:
        some = [entry for entry in rows if entry.state is state]
        await QueueEntry.follow_together(some, "close", by=SYSTEM, now=now)
    await QueueEntry.filter(id__in=[entry.id for entry in rows]).update(ended_at=now, needs="")
    return [entry.person_id for entry in rows]


async def over(session: Any, now: datetime) -> None:
    """It has ended: whoever did not get their turn is told, kindly."""
    await telling.queue_over(session, await close(session, now), now)


async def forget_old(*, now: datetime) -> int:
    """Who was in a queue, and what about, is nobody's business for ever. Returns how many are forgotten."""
    return await QueueEntry.filter(state__in=list(ENDED), ended_at__lte=now - KEPT).delete()
