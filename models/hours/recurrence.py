"""When a series takes place: the part of an RRULE (RFC 5545) that people use, over local dates.

Only dates recur here. The time of day is joined to each date in the zone of intent, so that 17:00 stays 17:00 over
both changes of clocks (E16). A local time that is skipped in spring moves past the gap, to the same distance from the
old offset (02:30 becomes 03:30); of one that comes twice in autumn the first counts (E19). The schedule of our jobs
(`models/schedule.py`) has the same rule.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Self
from zoneinfo import ZoneInfo

from models.hours.refusals import InvalidRecurrence, NoSuchTime

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL"})
BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
MOST = 3700  # occurrences that are ever looked at: ten years of days
MOST_COUNTED = 520
LAST_YEAR = 2200
LONGEST = 200  # characters


@dataclass(frozen=True)
class Recurrence:
    """`days` are pairs of an ordinal (0: every) and a weekday; empty means as the first day is."""

    freq: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    count: int | None = None
    until: date | None = None

    @classmethod
    def read(cls, text: str, path: str = "rrule") -> Self:
        """From `FREQ=WEEKLY;BYDAY=WE`. Weeks begin on Monday. Raises `InvalidRecurrence`."""
        pieces = [piece.partition("=") for piece in text.strip().upper().removeprefix("RRULE:").split(";")]
        parts = {name: value for name, _, value in pieces}
        freq = parts.get("FREQ", "")
        known = set(parts) <= PARTS and len(parts) == len(pieces) and freq in ("DAILY", "WEEKLY", "MONTHLY")
        if len(text) > LONGEST or not known or {"COUNT", "UNTIL"} <= set(parts):
            raise InvalidRecurrence(path)
        return cls(
            freq,
            _number(parts.get("INTERVAL", "1"), 52, path),
            tuple(_day(piece, freq, path) for piece in parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
            _number(parts["COUNT"], MOST_COUNTED, path) if "COUNT" in parts else None,
            _until(parts["UNTIL"], path) if "UNTIL" in parts else None,
        )

    def dates(self, first: date) -> Iterator[date]:
        """Every date from `first` on, ascending; at most `MOST`."""
        found = (day for day in self._days(first) if day >= first)
        for day in islice(found, min(self.count or MOST, MOST)):
            if day.year > LAST_YEAR or (self.until is not None and day > self.until):
                return
            yield day

    def _days(self, first: date) -> Iterator[date]:
        if self.freq == "DAILY":
            wanted = {weekday for _, weekday in self.days}
            steps = (first + timedelta(days=n * self.interval) for n in range(MOST * 7))
            return (day for day in steps if not wanted or day.weekday() in wanted)
        return self._weekly(first) if self.freq == "WEEKLY" else self._monthly(first)

    def _weekly(self, first: date) -> Iterator[date]:
        monday = first - timedelta(days=first.weekday())
        wanted = sorted({weekday for _, weekday in self.days} or {first.weekday()})
        for week in range(MOST):
            for weekday in wanted:
                yield monday + timedelta(weeks=week * self.interval, days=weekday)

    def _monthly(self, first: date) -> Iterator[date]:
        for number in range(MOST):
            years, month = divmod(first.month - 1 + number * self.interval, 12)
            yield from sorted(self._of_month(first.year + years, month + 1, first.day))

    def _of_month(self, year: int, month: int, day: int) -> set[date]:
        """A month that lacks the day, or a fifth Tuesday, has none."""
        last = calendar.monthrange(year, month)[1]
        if not self.days:
            return {date(year, month, day)} if day <= last else set()
        found = set()
        for ordinal, weekday in self.days:
            same = [date(year, month, n) for n in range(1, last + 1) if date(year, month, n).weekday() == weekday]
            at = ordinal - 1 if ordinal > 0 else ordinal
            if ordinal == 0:
                found.update(same)
            elif -len(same) <= at < len(same):
                found.add(same[at])
        return found


def _number(text: str, most: int, path: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most):
        raise InvalidRecurrence(path)
    return int(text)


def _day(text: str, freq: str, path: str) -> tuple[int, int]:
    match = BYDAY.fullmatch(text)
    if match is None or (match[1] and freq != "MONTHLY"):
        raise InvalidRecurrence(path)
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _until(text: str, path: str) -> date:
    try:
        return date.fromisoformat(text if len(text) == 8 else "")
    except ValueError as problem:
        raise InvalidRecurrence(path) from problem


def time_of_day(text: str, path: str = "startsAt") -> time:
    """From `17:00`. Raises `NoSuchTime`."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise NoSuchTime(path)
    return time.fromisoformat(text)


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local date and time, by the rule above: what PEP 495 gives for fold=0."""
    return datetime.combine(day, at, zone).astimezone(UTC)
