"""What is done with a series: offer it, leave a day out, end it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer, require, visible
from models.hours.hosting import HOSTS, SeriesHost
from models.hours.materialising import materialise
from models.hours.refusals import NoHost, NoSuchTopic, OthersInvite, TooLateForThat
from models.hours.series import Offer, OfficeHourSeries
from models.hours.session import OfficeHourSession
from models.hours.states import MANAGERS
from models.hours.topics import OfficeHourTopic
from models.members import Person, Skill
from models.outbox import AuditEvent, OutboxEvent
from models.programme import FieldOfAction

MOST = 10


async def offer(said: Offer, *, by: Viewer, now: datetime) -> OfficeHourSeries:
    """Offer a Sprechstunde; its sessions of the next weeks are made at once. Experts and community managers."""
    require(by, *HOSTS)
    series = OfficeHourSeries.of(said)
    async with in_transaction():
        people = await _hosts(said.hosts, by)
        await series.save(force_create=True)
        await SeriesHost.bulk_create([SeriesHost(series_id=series.id, person_id=id) for id in people])
        await _topics(series, said)
        await AuditEvent.record(series, "offer", by=by, now=now)
        await OutboxEvent.record(f"{series.kind}.offered", subject_kind=series.kind, subject_id=series.id, now=now)
        await materialise(series, now=now)
    return series


async def leave_out(id: UUID, day: date, *, by: Viewer, now: datetime) -> OfficeHourSeries:
    """It does not take place on that date: a holiday, a journey. A session that exists is called off."""
    async with in_transaction():
        series = await OfficeHourSeries.led(id, by)
        series.exceptions = sorted({*series.exceptions, day.isoformat()})
        series.version += 1
        await series.save()
        await AuditEvent.record(series, "leave_out", by=by, now=now, note=day.isoformat())
        await OfficeHourSession.call_off(series.sessions.filter(local_day=day), by=by, now=now)
    return series


async def end(id: UUID, last_day: date, *, by: Viewer, now: datetime) -> OfficeHourSeries:
    """It takes place for the last time on that day; later sessions are called off."""
    async with in_transaction():
        series = await OfficeHourSeries.led(id, by)
        if last_day < now.astimezone(series.here).date() - timedelta(days=1):
            raise TooLateForThat("lastDay")
        series.last_day = last_day
        series.version += 1
        await series.save()
        await AuditEvent.record(series, "end", by=by, now=now, note=last_day.isoformat())
        await OfficeHourSession.call_off(series.sessions.filter(local_day__gt=last_day), by=by, now=now)
    return series


async def _hosts(named: Sequence[UUID], by: Viewer) -> list[UUID]:
    """Oneself when nobody is named; others only by managers, who have asked them."""
    wanted = list(dict.fromkeys(named)) or ([by.person_id] if by.person_id else [])
    if not wanted or len(wanted) > MOST:
        raise NoHost("hosts")
    if not by.roles & MANAGERS and wanted != [by.person_id]:
        raise OthersInvite("hosts")
    if await visible(Person.filter(id__in=wanted, state="active"), by).count() != len(wanted):
        raise NoHost("hosts")
    return wanted


async def _topics(series: OfficeHourSeries, said: Offer) -> None:
    skills, areas = set(said.skills), set(said.fields_of_action)
    known = await Skill.filter(id__in=skills, state="approved").count() if skills else 0
    here = await FieldOfAction.filter(id__in=areas).count() if areas else 0
    if len(skills) + len(areas) > MOST or known != len(skills) or here != len(areas):
        raise NoSuchTopic("skills")
    rows = [OfficeHourTopic(series_id=series.id, skill_id=id) for id in sorted(skills)]
    rows += [OfficeHourTopic(series_id=series.id, field_of_action_id=id) for id in sorted(areas)]
    await OfficeHourTopic.bulk_create(rows)
