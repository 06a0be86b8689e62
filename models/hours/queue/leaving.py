"""Somebody has gone from the community: they wait nowhere, and whom they had called waits for another host again."""

from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.hours.queue.entry import QueueEntry
from models.hours.queue.joining import MOVED
from models.hours.queue.states import LIVE, QueueState
from models.hours.session import OfficeHourSession


async def person_left(person_id: UUID, *, now: datetime) -> None:
    theirs = QueueEntry.filter(Q(person_id=person_id) | Q(called_by_id=person_id), state__in=list(LIVE))
    for seen in await theirs.order_by("id"):
        async with in_transaction():
            session = await OfficeHourSession.locked(seen.session_id)
            entry = await QueueEntry.locked(seen.id)
            if action := _what(entry, person_id):
                await entry.follow(action, by=SYSTEM, now=now)
                await session.tell_log(MOVED, now)


def _what(entry: QueueEntry, person_id: UUID) -> str | None:
    if entry.state is QueueState.IN_PROGRESS:
        return "finish"
    if entry.state not in LIVE:
        return None
    if entry.person_id == person_id:
        return "leave"
    return "put_back" if entry.state is QueueState.CALLED and entry.called_by_id == person_id else None
