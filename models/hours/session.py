"""OfficeHourSession: one Sprechstunde on one day."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer
from models.base import Moment
from models.hours import seats, telling
from models.hours.hosting import OfficeHourHost, SeriesHost, free_hosts
from models.hours.refusals import DelayOutOfRange, HostWeekFull, TooLateForThat
from models.hours.series import OfficeHourSeries
from models.hours.states import GRACE, transitions
from models.hours.words import HourMode, SessionState
from models.machine import Stateful, Table
from models.outbox import OutboxEvent
from models.roles import Visibility

ANNOUNCED = "office_hour_session.announced"
"""Written once, when a session is near; of the newsletter's Sprechstunden of the week."""
NOTES_MAX = 10_000
REASON_MAX = 400
DELAYS = range(121)
MISSED_AFTER = timedelta(minutes=5)
ANNOUNCED_BEFORE = timedelta(days=8)
"""The newsletter of Friday tells what takes place until the Saturday after."""


class OfficeHourSession(Stateful):
    """One meeting of a series. `local_day` is the date that the rule named, and stays when the session is moved."""

    kind = "office_hour_session"
    transitions: ClassVar[Table] = transitions

    series: fields.ForeignKeyRelation[OfficeHourSeries] = fields.ForeignKeyField(
        "models.OfficeHourSeries", related_name="sessions", db_index=True
    )
    series_id: UUID
    local_day = fields.DateField()
    mode = fields.CharEnumField(HourMode, max_length=24)
    language = fields.CharField(max_length=3)
    starts_at = Moment(db_index=True)
    ends_at = Moment(db_index=True)
    sequence = fields.IntField(default=0)
    """Rises with each change that a calendar must show."""
    state = fields.CharEnumField(SessionState, max_length=24, default=SessionState.PLANNED)
    delay_minutes = fields.SmallIntField(default=0)
    missed_at = Moment(null=True)
    """Since when a host has been missed."""
    announced_at = Moment(null=True)
    cancel_reason = fields.CharField(max_length=REASON_MAX, default="")
    notes = fields.TextField(default="")
    notes_at = Moment(null=True)

    hosts: fields.ReverseRelation[OfficeHourHost]

    class Meta:
        table = "office_hour_session"
        unique_together = (("series", "local_day"),)

    async def is_hosted_by(self, person_id: UUID | None) -> bool:
        """Its own hosts, and those of its series, whose week may have been full on that day."""
        if person_id is None:
            return False
        here = OfficeHourHost.filter(session_id=self.id, person_id=person_id)
        return await here.exists() or await SeriesHost.filter(series_id=self.series_id, person_id=person_id).exists()

    async def host_ids(self) -> list[UUID]:
        rows = OfficeHourHost.filter(session_id=self.id).order_by("id")
        return list(await rows.values_list("person_id", flat=True))  # type: ignore[arg-type]

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
            await telling.moved(session, [id for id in hosts if id != by.person_id], now)
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

    async def host_came(self, now: datetime) -> None:
        self.missed_at = None
        await self.save(update_fields=["missed_at"])

    async def called_off(self, now: datetime) -> None:
        await telling.stop(self, now)
        await telling.cancelled(self, await self.host_ids(), now)
        await seats.call_off(self, now)

    async def ended(self, now: datetime) -> None:
        await telling.stop(self, now)
        await seats.over(self, now)

    async def lapsed(self, now: datetime) -> None:
        await telling.stop(self, now)
        await seats.call_off(self, now)

    @classmethod
    async def miss_hosts(cls, *, now: datetime, most: int = 100) -> int:
        """Five minutes after the start nobody has opened it: everybody reads it, and managers are told (C1.5)."""
        late = cls.filter(state=SessionState.PLANNED, missed_at__isnull=True, starts_at__lte=now - MISSED_AFTER)
        late = late.filter(ends_at__gt=now)
        missed = 0
        for id in await late.order_by("id").limit(most).values_list("id", flat=True):
            async with in_transaction():
                session = await cls.locked(id)  # type: ignore[arg-type]
                due = session.starts_at + timedelta(minutes=session.delay_minutes) + MISSED_AFTER
                if session.state is not SessionState.PLANNED or session.missed_at or due > now:
                    continue
                session.missed_at = now
                await session.save()
                await session.tell_log("not_opened", now)
                await telling.not_opened(session, now)
                missed += 1
        return missed

    async def tell_log(self, what: str, now: datetime) -> None:
        """An event without an arrow. In the caller's transaction."""
        await OutboxEvent.record(
            f"{self.kind}.{what}", subject_kind=self.kind, subject_id=self.id, visible_to=Visibility.PUBLIC, now=now
        )

    @classmethod
    async def announce_due(cls, *, now: datetime, most: int = 100) -> int:
        """Write once that a session is near: from this the newsletter fills its Sprechstunden of the week."""
        near = cls.filter(state=SessionState.PLANNED, announced_at__isnull=True, starts_at__gt=now)
        near = near.filter(starts_at__lte=now + ANNOUNCED_BEFORE).order_by("-starts_at", "id").limit(most)
        ids = await near.values_list("id", flat=True)
        for id in ids:
            async with in_transaction():
                session = await cls.locked(id)  # type: ignore[arg-type]
                if session.announced_at is None:
                    session.announced_at = now
                    await session.save()
                    await session.tell_log("announced", now)
        return len(ids)

    @classmethod
    async def go_on(cls, *, now: datetime, most: int = 100) -> int:
        """Begin what is open when its time has come, end what is over, call off what nobody came to host."""
        over, went = now - GRACE, 0
        for action, rows in (
            ("begin", cls.filter(state=SessionState.OPEN, starts_at__lte=now)),
            ("close", cls.filter(state=SessionState.RUNNING, ends_at__lte=over)),
            ("lapse", cls.filter(state=SessionState.PLANNED, ends_at__lte=over)),
        ):
            for id in await rows.order_by("id").limit(most).values_list("id", flat=True):
                async with in_transaction():
                    session = await cls.locked(id)  # type: ignore[arg-type]
                    if (await session.decide(action, by=SYSTEM, now=now)).allowed:
                        await session.follow(action, by=SYSTEM, now=now)
                        went += 1
        return went
