"""What hosts do: call whoever is next."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer
from models.errors import NotFound, SignInNeeded
from models.hours import telling
from models.hours.queue.entry import QueueEntry
from models.hours.queue.joining import MOVED
from models.hours.queue.refusals import NobodyIsServed, NoQueue
from models.hours.queue.states import QueueState
from models.hours.session import OfficeHourSession
from models.hours.words import HourMode, SessionState
from models.members import alone_with, blocked

SERVING = (SessionState.OPEN, SessionState.RUNNING)
ORDER = ("helped_today", "place")


async def call_next(session_id: UUID, *, by: Viewer, now: datetime, topic_id: UUID | None = None) -> QueueEntry | None:
    """Call whoever has been helped least often today and waited longest, of one topic when one is named (C1.3).

    Whoever must not meet this host is passed over, and nothing says so (E38). None when nobody is left.
    """
    if by.person_id is None:
        raise SignInNeeded()
    async with in_transaction():
        session = await OfficeHourSession.locked(session_id, "sessionId")
        if not await session.is_hosted_by(by.person_id):
            raise NotFound("sessionId")
        if session.mode is not HourMode.QUEUE:
            raise NoQueue("sessionId")
        if session.state not in SERVING:
            raise NobodyIsServed("sessionId")
        entry = await _next(session, by.person_id, topic_id, now)
        return await _called(session, entry, by, now) if entry else None


async def _next(session: OfficeHourSession, host_id: UUID, topic_id: UUID | None, now: datetime) -> QueueEntry | None:
    waiting = QueueEntry.filter(session_id=session.id, state=QueueState.WAITING)
    waiting = waiting.filter(topic_id=topic_id) if topic_id else waiting
    apart = {host_id, *await blocked(host_id)}
    for id, person_id in await waiting.order_by(*ORDER).values_list("id", "person_id"):
        if person_id not in apart and not await alone_with(person_id, host_id, now=now):
            return await QueueEntry.locked(id)
    return None


async def _called(session: OfficeHourSession, entry: QueueEntry, by: Viewer, now: datetime) -> QueueEntry:
    entry.called_by_id, entry.called_at, entry.waited_seconds = by.person_id, now, entry.waited(now)
    await entry.follow("call", by=by, now=now)
    await telling.called(entry, session, now)
    await session.tell_log(MOVED, now)
    return entry
