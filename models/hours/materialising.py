"""From a rule to rows: the sessions of the next eight weeks, each date once, however often this runs."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.hours import seats, telling
from models.hours.hosting import OfficeHourHost, SeriesHost, free_hosts
from models.hours.recurrence import moment_of
from models.hours.series import OfficeHourSeries
from models.hours.session import OfficeHourSession
from models.hours.words import HourMode
from models.outbox import AuditEvent

AHEAD = timedelta(weeks=8)


async def materialise(series: OfficeHourSeries, *, now: datetime) -> int:
    """Make what is missing; returns how many. In the caller's transaction, which holds the series.

    A date keeps its session for ever, also when it was moved or called off. A week in which no host has room is left
    out (C1.7); it is made later when somebody has raised their limit.
    """
    until = now + AHEAD
    known = set(await series.sessions.all().values_list("local_day", flat=True))
    people: list[UUID] = list(
        await SeriesHost.filter(series_id=series.id).order_by("id").values_list("person_id", flat=True)  # type: ignore[arg-type]
    )
    made = 0
    for day in series.dates():
        starts_at = moment_of(day, series.at, series.here)
        if starts_at > until:
            break
        if starts_at <= now or day in known:
            continue
        if hosts := await free_hosts(people, starts_at):
            session = OfficeHourSession(
                series_id=series.id, local_day=day, mode=series.mode, language=series.language,
                starts_at=starts_at, ends_at=starts_at + series.length,
            )  # fmt: skip
            await _put_up(session, hosts, now)
            if series.mode is HourMode.SLOTS:
                await seats.make(session, series.slot_minutes)
            made += 1
    series.looked_until = until
    await series.save(update_fields=["looked_until"])
    return made


async def _put_up(session: OfficeHourSession, hosts: list[UUID], now: datetime) -> None:
    await session.save(force_create=True)
    await OfficeHourHost.bulk_create([OfficeHourHost(session_id=session.id, person_id=id) for id in hosts])
    await AuditEvent.record(session, "plan", by=SYSTEM, now=now, after=session.state.value)
    await session.tell_log("planned", now)
    await telling.remind_hosts(session, hosts, now)


async def materialise_all(*, now: datetime) -> int:
    """Every series that may still have dates, one transaction each."""
    made = 0
    for id in await OfficeHourSeries.all().order_by("id").values_list("id", flat=True):
        async with in_transaction():
            series = await OfficeHourSeries.locked(id)  # type: ignore[arg-type]
            made += await materialise(series, now=now)
    return made
