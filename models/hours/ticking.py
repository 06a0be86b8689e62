"""What the clock does to sessions: it begins, ends, misses and announces them. Each row in a transaction of its own."""

from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.hours import telling
from models.hours.session import OfficeHourSession
from models.hours.session_row import MISSED_AFTER
from models.hours.states import GRACE
from models.hours.words import SessionState

ANNOUNCED_BEFORE = timedelta(days=8)
"""The newsletter of Friday tells what takes place until the Saturday after."""


async def miss_hosts(*, now: datetime, most: int = 100) -> int:
    """Five minutes after the start nobody has opened it: everybody reads it, and managers are told (C1.5)."""
    late = OfficeHourSession.filter(
        state=SessionState.PLANNED, missed_at__isnull=True, starts_at__lte=now - MISSED_AFTER
    )
    late = late.filter(ends_at__gt=now)
    missed = 0
    for id in await late.order_by("id").limit(most).values_list("id", flat=True):
        async with in_transaction():
            session = await OfficeHourSession.locked(id)  # type: ignore[arg-type]
            due = session.starts_at + timedelta(minutes=session.delay_minutes) + MISSED_AFTER
            if session.state is not SessionState.PLANNED or session.missed_at or due > now:
                continue
            session.missed_at = now
            await session.save()
            await session.tell_log("not_opened", now)
            await telling.not_opened(session, now)
            missed += 1
    return missed


async def announce_due(*, now: datetime, most: int = 100) -> int:
    """Write once that a session is near: from this the newsletter fills its Sprechstunden of the week."""
    near = OfficeHourSession.filter(state=SessionState.PLANNED, announced_at__isnull=True, starts_at__gt=now)
    near = near.filter(starts_at__lte=now + ANNOUNCED_BEFORE).order_by("-starts_at", "id").limit(most)
    ids = await near.values_list("id", flat=True)
    for id in ids:
        async with in_transaction():
            session = await OfficeHourSession.locked(id)  # type: ignore[arg-type]
            if session.announced_at is None:
                session.announced_at = now
                await session.save()
                await session.tell_log("announced", now)
    return len(ids)


async def go_on(*, now: datetime, most: int = 100) -> int:
    """Begin what is open when its time has come, end what is over, call off what nobody came to host."""
    over, went = now - GRACE, 0
    for action, rows in (
        ("begin", OfficeHourSession.filter(state=SessionState.OPEN, starts_at__lte=now)),
        ("close", OfficeHourSession.filter(state=SessionState.RUNNING, ends_at__lte=over)),
        ("lapse", OfficeHourSession.filter(state=SessionState.PLANNED, ends_at__lte=over)),
    ):
        for id in await rows.order_by("id").limit(most).values_list("id", flat=True):
            async with in_transaction():
                session = await OfficeHourSession.locked(id)  # type: ignore[arg-type]
                if (await session.decide(action, by=SYSTEM, now=now)).allowed:
                    await session.follow(action, by=SYSTEM, now=now)
                    went += 1
    return went
