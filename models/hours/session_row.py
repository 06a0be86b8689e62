"""The columns of a session, who hosts it, and what happens to others when it moves along its table."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.base import Moment
from models.hours import seats, telling
from models.hours.hosting import OfficeHourHost, SeriesHost
from models.hours.queue import ending
from models.hours.states import transitions
from models.hours.words import HourMode, SessionState
from models.machine import Stateful, Table
from models.outbox import OutboxEvent
from models.roles import Visibility

ANNOUNCED = "office_hour_session.announced"
"""Written once, when a session is near; of the newsletter's Sprechstunden of the week."""
REASON_MAX = 400
MISSED_AFTER = timedelta(minutes=5)


class SessionRow(Stateful):
    """One meeting of a series. `local_day` is the date that the rule named, and stays when the session is moved."""

    kind = "office_hour_session"
    transitions: ClassVar[Table] = transitions

    series: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
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
        abstract = True

    async def is_hosted_by(self, person_id: UUID | None) -> bool:
        """Its own hosts, and those of its series, whose week may have been full on that day."""
        if person_id is None:
            return False
        here = OfficeHourHost.filter(session_id=self.id, person_id=person_id)
        return await here.exists() or await SeriesHost.filter(series_id=self.series_id, person_id=person_id).exists()

    async def host_ids(self) -> list[UUID]:
        rows = OfficeHourHost.filter(session_id=self.id).order_by("id")
        return list(await rows.values_list("person_id", flat=True))  # type: ignore[arg-type]

    async def host_came(self, now: datetime) -> None:
        self.missed_at = None
        await self.save(update_fields=["missed_at"])

    async def called_off(self, now: datetime) -> None:
        await telling.stop(self, now)
        await telling.cancelled(self, [*await self.host_ids(), *await ending.close(self, now)], now)
        await seats.call_off(self, now)

    async def ended(self, now: datetime) -> None:
        await telling.stop(self, now)
        await seats.over(self, now)
        await ending.over(self, now)

    async def lapsed(self, now: datetime) -> None:
        await telling.stop(self, now)
        await telling.cancelled(self, await ending.close(self, now), now)
        await seats.call_off(self, now)

    async def tell_log(self, what: str, now: datetime) -> None:
        """An event without an arrow. In the caller's transaction."""
        await OutboxEvent.record(
            f"{self.kind}.{what}", subject_kind=self.kind, subject_id=self.id, visible_to=Visibility.PUBLIC, now=now
        )
