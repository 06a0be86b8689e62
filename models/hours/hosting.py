"""Who hosts, and how much in a week: a limit of one's own, in one's own zone and ISO week (C1.7)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, require
from models.base import Row
from models.hours.refusals import LimitOutOfRange
from models.hours.words import SessionState
from models.members import Person
from models.outbox import AuditEvent
from models.roles import Role

LIMITS = range(1, 41)
HOSTS = frozenset({Role.EXPERT, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})


class SeriesHost(Row):
    """Somebody who offers a series. Sessions that exist have hosts of their own, see `OfficeHourHost`."""

    kind = "series_host"

    series: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourSeries", related_name="hosts", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="hosted_series", db_index=True
    )
    series_id: UUID
    person_id: UUID

    class Meta:
        table = "series_host"
        unique_together = (("series", "person"),)


class OfficeHourHost(Row):
    """Somebody who hosts one session."""

    kind = "office_hour_host"

    session: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourSession", related_name="hosts", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="hosted_sessions", db_index=True
    )
    session_id: UUID
    person_id: UUID

    class Meta:
        table = "office_hour_host"
        unique_together = (("session", "person"),)


class HostLimit(Row):
    """How many sessions a person wants to host in a week; locked while one more is counted."""

    kind = "host_limit"

    person: fields.OneToOneRelation[Any] = fields.OneToOneField("models.Person", related_name="host_limit")
    person_id: UUID
    per_week = fields.SmallIntField()

    class Meta:
        table = "host_limit"

    @classmethod
    async def choose(cls, per_week: int | None, *, by: Viewer, now: datetime) -> Self | None:
        """Set one's own limit; None lifts it. What is planned stays planned."""
        require(by, *HOSTS)
        if per_week is not None and per_week not in LIMITS:
            raise LimitOutOfRange("perWeek")
        async with in_transaction():
            limit = await cls.filter(person_id=by.person_id).select_for_update().first()
            if per_week is None:
                if limit is not None:
                    await limit.delete()
                return None
            limit = limit or cls(person_id=by.person_id, per_week=per_week)
            limit.per_week = per_week
            await limit.save()
            await AuditEvent.record(limit, "choose", by=by, now=now, after=str(per_week))
        return limit


def week_of(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    """The ISO week of a moment in a zone: Monday, 00:00 there, to the next one, in UTC."""
    here = ZoneInfo(zone)
    day = moment.astimezone(here).date()
    monday = day - timedelta(days=day.weekday())
    return _midnight(monday, here), _midnight(monday + timedelta(weeks=1), here)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


async def free_hosts(people: Iterable[UUID], starts_at: datetime, *, but: UUID | None = None) -> list[UUID]:
    """Those of the people whose week has room for one more session. In the caller's transaction: limits are locked in
    one order, so two series that share a host are counted one after the other.
    """
    wanted = list(dict.fromkeys(people))
    limits = {row.person_id: row.per_week for row in await _limits(wanted)}
    zones = dict(await Person.filter(id__in=list(limits)).values_list("id", "time_zone"))
    return [id for id in wanted if id not in limits or await _count(id, zones[id], starts_at, but) < limits[id]]


async def _limits(people: list[UUID]) -> list[HostLimit]:
    return await HostLimit.filter(person_id__in=people).order_by("id").select_for_update()


async def _count(person_id: UUID, zone: str, starts_at: datetime, but: UUID | None) -> int:
    monday, next_monday = week_of(starts_at, zone)
    rows = OfficeHourHost.filter(
        person_id=person_id, session__starts_at__gte=monday, session__starts_at__lt=next_monday
    ).exclude(session__state=SessionState.CANCELLED)
    return await (rows.exclude(session_id=but) if but else rows).count()
