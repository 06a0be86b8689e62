"""The demo's own calendar: spring 2020, moved by whole weeks into the present."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DEMO_MONDAY = date(2020, 4, 13)  # of KW 16; the demo's today is the Tuesday after it


@dataclass(frozen=True)
class Calendar:
    """`now` is the real present."""

    now: datetime
    zone: ZoneInfo

    @property
    def weeks(self) -> int:
        """How many weeks lie between the demo's week and the present one."""
        today = self.now.astimezone(self.zone).date()
        return (today - timedelta(days=today.weekday()) - DEMO_MONDAY).days // 7

    def at(self, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """A local time of 2020, shifted; the clock on the wall stays the same over changes of clocks."""
        local = datetime(2020, month, day, hour, minute, tzinfo=self.zone) + timedelta(weeks=self.weeks)
        return local.astimezone(UTC)

    def day(self, month: int, day: int) -> date:
        return date(2020, month, day) + timedelta(weeks=self.weeks)

    def week(self, number: int) -> tuple[int, int]:
        """ISO year and week that correspond to a week of 2020."""
        shifted = date.fromisocalendar(2020, number, 1) + timedelta(weeks=self.weeks)
        return shifted.isocalendar()[:2]
