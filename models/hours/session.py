"""OfficeHourSession: one Sprechstunde on one day."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer
from models.hours import seats, telling
from models.hours.hosting import free_hosts
from models.hours.queue import ending
from models.hours.refusals import DelayOutOfRange, HostWeekFull, TooLateForThat
from models.hours.session_row import MISSED_AFTER, REASON_MAX, SessionRow
from models.hours.words import SessionState

NOTES_MAX = 10_000
DELAYS = range(121)


class OfficeHourSession(SessionRow):
    """One meeting of a series. `local_day` is the date that the rule named, and stays when the session is moved."""

    class Meta:
        table = "office_hour_session"
        unique_together = (("series", "local_day"),)

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime) -> Self:
        """Follow an edge that needs no more than its name: `open`, `begin`, `close`."""
        async with in_transaction():
            session = await cls.locked(id)
            await session.follow(action, by=by, now=now)
        return session

    @classmethod
    async def cancel(cls, id: UUID, reason: str, *, by: Viewer, now: datetime) -> Self:
        """Call it off; whoever hosts it or wanted to come is told, and nobody is reminded any more."""
        said = text.line(reason, "reason", REASON_MAX, required=False)
        async with in_transaction():
            session = await cls.locked(id)
            session.cancel_reason = said
            session.sequence += 1
            await session.follow("cancel", by=by, now=now)
        return session

    @classmethod
    async def call_off(cls, which: QuerySet[Any], *, by: Viewer, now: datetime) -> int:
        """The same for those of several that can still be called off. In the caller's transaction."""
        still = which.filter(state__in=[SessionState.PLANNED, SessionState.OPEN], ends_at__gt=now)
        rows: list[Self] = await still.order_by("id").select_for_update()
        for session in rows:
            session.sequence += 1
            await session.follow("cancel", by=by, now=now)
        return len(rows)

    @classmethod
    async def reschedule(cls, id: UUID, starts_at: datetime, *, by: Viewer, now: datetime) -> Self:
        """Move it; it lasts as long as before. Reminders follow (E32). Raises `HostWeekFull` (C1.7)."""
        async with in_transaction():
            session = await cls.locked(id)
            if starts_at <= now:
                raise TooLateForThat("startsAt")
            hosts, length = await session.host_ids(), session.ends_at - session.starts_at
            by_how_much = starts_at - session.starts_at
            if len(await free_hosts(hosts, starts_at, but=session.id)) < len(hosts):
                raise HostWeekFull("startsAt")
            session.starts_at, session.ends_at = starts_at, starts_at + length
            session.sequence += 1
            session.delay_minutes, session.missed_at = 0, None
            await session.follow("reschedule", by=by, now=now, starts_at=starts_at.isoformat())
            await telling.remind_hosts(session, hosts, now)
            await seats.shift(session, by_how_much, now)
            waited = await ending.close(session, now)
            await telling.moved(session, [*[id for id in hosts if id != by.person_id], *waited], now)
        return session

    @classmethod
    async def delay(cls, id: UUID, minutes: int, *, by: Viewer, now: datetime) -> Self:
        """Say that it begins so many minutes later; 0 takes it back."""
        if minutes not in DELAYS:
            raise DelayOutOfRange("minutes")
        async with in_transaction():
            session = await cls.locked(id)
            session.delay_minutes = minutes
            if session.missed_at and now < session.starts_at + timedelta(minutes=minutes) + MISSED_AFTER:
                session.missed_at = None
            await session.follow("delay", by=by, now=now, minutes=minutes)
        return session

    @classmethod
    async def summarise(cls, id: UUID, notes: str, *, by: Viewer, now: datetime) -> Self:
        """Publish what was found out, for those who were not there; again replaces the notes."""
        said = text.prose(notes, "notes", NOTES_MAX)
        async with in_transaction():
            session = await cls.locked(id)
            session.notes, session.notes_at = said, session.notes_at or now
            await session.follow("summarise", by=by, now=now)
        return session
