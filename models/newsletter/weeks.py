"""ISO weeks (KW): which one a moment belongs to where the community lives, and when its issue goes out (E17, E20)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from models.language import Language
from models.newsletter.refusals import InvalidWeek

SENDING_DAY = 5  # Friday
SENDING_HOUR = time(15, 0)
"""Composed at nine, reviewed until three: in readers' hands before the weekend and long before quiet hours."""
QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)


class Week(NamedTuple):
    """An ISO week."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """The week of a moment, in local time: Sunday 23:30 UTC may be Monday already."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    @classmethod
    def read(cls, text: str, path: str = "isoWeek") -> Self:
        """From `2020-W16` (or `2020-w16`). Raises `InvalidWeek`."""
        found = re.fullmatch(r"(\d{4})-[Ww](\d{2})", text, re.ASCII)
        if found is None:
            raise InvalidWeek(path)
        return cls.checked(int(found[1]), int(found[2]), path)

    @classmethod
    def checked(cls, year: int, number: int, path: str = "isoWeek") -> Self:
        """A week that exists: 53 only in the years that have it. Raises `InvalidWeek`."""
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError as problem:
            raise InvalidWeek(path) from problem
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def slug(self) -> str:
        """`2020-w16`, as addresses say it."""
        return str(self).lower()

    def archive_path(self, language: Language) -> str:
        """The public page of the week's issue, below the site's address."""
        return f"/newsletter/{self.slug}/{language.value}"

    def sending_time(self, zone: ZoneInfo) -> datetime:
        """When the issue of the week goes out unless an editor says otherwise: Friday at three, local time."""
        day = date.fromisocalendar(self.year, self.number, SENDING_DAY)
        return datetime.combine(day, SENDING_HOUR, zone).astimezone(UTC)


def is_quiet(moment: datetime, zone: ZoneInfo) -> bool:
    """Between 21 and 8 nothing that is late or repeated arrives (E34)."""
    local = moment.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def after_quiet(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the next eight o'clock."""
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, zone).astimezone(UTC)
