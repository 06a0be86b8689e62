"""The schedule: what recurs, as rows, and a slot for every period that was begun.

A rule says when in local time; the question asked is always "what is owed since the last slot?", never "is it Friday
09:00 now?". So a worker that slept catches up, and any number of workers begin a period once: the slot and its job
are inserted in one transaction by whoever comes first.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.transactions import in_transaction

from models import sql
from models.base import Moment, Row
from models.errors import ValidationProblem
from models.jobs import JobRun

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_CAUGHT_UP = 400  # periods that `all` makes good at once: a year of days and a month over
PUNCTUAL = timedelta(minutes=15)  # how late a period may begin under `none`


class CatchUp(StrEnum):
    """What becomes of periods that passed while no worker was up."""

    LATEST = "latest"
    NONE = "none"
    ALL = "all"


class InvalidRule(ValidationProblem):
    code = "INVALID_RULE"
    de = "Diese Regel versteht der Zeitplan nicht. Beispiele: weekly „fri 09:00“, daily „03:30“, every_minutes 5."
    en = "The schedule does not understand this rule. Examples: weekly “fri 09:00”, daily “03:30”, every_minutes 5."


class Period(NamedTuple):
    """One time that a rule names: its key within the schedule, and the moment in UTC."""

    key: str
    at: datetime


class Rule(NamedTuple):
    """When: on one or all weekdays at a local time, or every so many minutes (of UTC, so each real one counts once)."""

    weekday: int | None = None
    at: time | None = None
    minutes: int = 0

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """From `{"weekly": "fri 09:00"}`, `{"daily": "03:30"}` or `{"every_minutes": 5}`. Raises `InvalidRule`."""
        match data:
            case {"weekly": str(text)}:
                day, _, clock = text.partition(" ")
                if day not in WEEKDAYS:
                    raise InvalidRule("rule")
                return cls(weekday=WEEKDAYS.index(day), at=_time(clock))
            case {"daily": str(text)}:
                return cls(at=_time(text))
            case {"every_minutes": int(minutes)} if 1 <= minutes <= 24 * 60:
                return cls(minutes=minutes)
        raise InvalidRule("rule")

    @property
    def step(self) -> timedelta:
        """The longest time between two periods."""
        if self.minutes:
            return timedelta(minutes=self.minutes)
        return timedelta(days=1 if self.weekday is None else 7, hours=2)

    def periods(self, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Period]:
        """Every period in (after, until], in order."""
        return self._by_the_minute(after, until) if self.minutes else self._by_the_day(zone, after, until)

    def _by_the_minute(self, after: datetime, until: datetime) -> Iterator[Period]:
        every = self.minutes * 60
        stamp = int(after.timestamp()) // every * every + every
        while stamp <= until.timestamp():
            at = datetime.fromtimestamp(stamp, UTC)
            yield Period(at.strftime("%Y-%m-%dT%H:%MZ"), at)
            stamp += every

    def _by_the_day(self, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Period]:
        assert self.at is not None
        day = after.astimezone(zone).date() - timedelta(days=1)
        while day <= until.astimezone(zone).date():
            if self.weekday in (None, day.weekday()):
                at = _moment(day, self.at, zone)
                if after < at <= until:
                    yield Period(self._key(day), at)
            day += timedelta(days=1)

    def _key(self, day: date) -> str:
        if self.weekday is None:
            return day.isoformat()
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as problem:
        raise InvalidRule("rule") from problem


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local time. One that is skipped in spring is shifted past the gap; of one that is repeated
    in autumn the first occurrence counts (both are what PEP 495 gives for fold=0)."""
    return datetime.combine(day, at, zone).astimezone(UTC)


class Schedule(Row):
    """One line of the schedule. Lines are planted by `workers/schedule.py`; rule, zone and `enabled` may be edited."""

    name = fields.CharField(max_length=60, unique=True)
    work = fields.CharField(max_length=60)
    rule: Any = fields.JSONField()
    zone = fields.CharField(max_length=60)
    catch_up = fields.CharEnumField(CatchUp, max_length=24, default=CatchUp.LATEST, db_default=CatchUp.LATEST.value)
    enabled = fields.BooleanField(default=True, db_default=True)
    begun_until = Moment()
    """Periods up to here are settled: begun, or passed over. A new line owes nothing for the time before it."""
    last_period_key = fields.CharField(max_length=40, default="", db_default="")

    class Meta:
        table = "schedule"

    def owed(self, now: datetime) -> list[Period]:
        """The periods to begin now, oldest first."""
        rule, after = Rule.read(self.rule), self.begun_until
        if self.catch_up is CatchUp.NONE:
            after = max(after, now - PUNCTUAL)
        if self.catch_up is not CatchUp.ALL:
            # Only the last one can matter: after a long sleep there is no need to walk through all of it.
            after = max(after, now - 2 * rule.step)
        found = list(rule.periods(ZoneInfo(self.zone), after, now))[-MOST_CAUGHT_UP:]
        return found if self.catch_up is CatchUp.ALL else found[-1:]

    def next(self, now: datetime) -> Period:
        """The next period after `now`, for people who want to know."""
        rule = Rule.read(self.rule)
        return next(rule.periods(ZoneInfo(self.zone), now, now + 2 * rule.step))

    @classmethod
    async def begin_due(cls, now: datetime | None = None) -> int:
        """Begin every period that is owed, by the database's clock; gives how many. `now` is for tests."""
        now = now or await sql.clock()
        begun = 0
        for line in await cls.filter(enabled=True).order_by("name"):
            if line.owed(now):
                begun += await cls._begin(line.name, now)
        return begun

    @classmethod
    async def _begin(cls, name: str, now: datetime) -> int:
        async with in_transaction():
            # Looked at again under the lock: another worker may have been faster.
            line = await cls.filter(name=name, enabled=True).select_for_update().first()
            owed = line.owed(now) if line else []
            if line is None or not owed:
                return 0
            for period in owed:
                await Slot.create(schedule=name, period_key=period.key, at=period.at, begun_at=now)
                await JobRun.enqueue(
                    line.work,
                    f"{name}:{period.key}",
                    due_at=now,
                    payload={"schedule": name, "period": period.key, "at": period.at.isoformat()},
                )
            line.begun_until, line.last_period_key = owed[-1].at, owed[-1].key
            await line.save()
        return len(owed)


class Slot(Row):
    """One period of one schedule that was begun: the proof that it was begun once."""

    schedule = fields.CharField(max_length=60)
    period_key = fields.CharField(max_length=40)
    at = Moment()
    begun_at = Moment()

    class Meta:
        table = "slot"
        unique_together = (("schedule", "period_key"),)
