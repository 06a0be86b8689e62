"""Whoever has gone hosts nothing any more; a session without a host is called off."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.hours.booking import person_left
from models.hours.hosting import OfficeHourHost, SeriesHost
from models.hours.queue import leaving as queue
from models.hours.session import OfficeHourSession
from models.hours.words import SessionState

STILL = [SessionState.PLANNED, SessionState.OPEN]


async def person_gone(person_id: UUID, *, now: datetime) -> int:
    """Take them off what is to come; what took place keeps its hosts. Returns how many sessions were called off."""
    await SeriesHost.filter(person_id=person_id).delete()
    theirs = OfficeHourHost.filter(person_id=person_id, session__state__in=STILL).order_by("session_id")
    gone = 0
    await person_left(person_id, now=now)
    await queue.person_left(person_id, now=now)
    for id in await theirs.values_list("session_id", flat=True):
        async with in_transaction():
            session = await OfficeHourSession.locked(id)  # type: ignore[arg-type]
            if session.state not in STILL:
                continue
            await OfficeHourHost.filter(session_id=session.id, person_id=person_id).delete()
            if not await session.host_ids():
                session.sequence += 1
                await session.follow("vanish", by=SYSTEM, now=now)
                gone += 1
    return gone
