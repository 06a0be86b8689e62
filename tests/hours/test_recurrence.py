"""When a series takes place: rules over local dates, and moments over both changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from models.hours.hosting import week_of
from models.hours.recurrence import Recurrence, moment_of
from models.hours.refusals import InvalidRecurrence

BERLIN = ZoneInfo("Europe/Berlin")


def days(rule: str, first: date, most: int = 5) -> list[str]:
    return [f"{day:%m-%d}" for day in islice(Recurrence.read(rule).dates(first), most)]


@pytest.mark.parametrize("first", [date(2020, 3, 4), date(2020, 10, 7)])
def test_a_weekly_five_o_clock_stays_at_five_over_both_changes(first: date) -> None:
    """E16: before and after 29 March and 25 October 2020; UTC moves, the clock on the wall does not."""
    at = [moment_of(day, time(17), BERLIN) for day in islice(Recurrence.read("FREQ=WEEKLY").dates(first), 8)]

    assert {f"{each.astimezone(BERLIN):%a %H:%M}" for each in at} == {"Wed 17:00"}
    assert {each.hour for each in at} == {15, 16}


@pytest.mark.parametrize(
    ("day", "utc", "local"),
    [
        (date(2020, 3, 29), datetime(2020, 3, 29, 1, 30, tzinfo=UTC), "03:30"),  # there is no 02:30
        (date(2020, 10, 25), datetime(2020, 10, 25, 0, 30, tzinfo=UTC), "02:30"),  # the first of two
    ],
)
def test_a_time_that_is_missing_or_doubled_follows_the_rule(day: date, utc: datetime, local: str) -> None:
    """E19: skipped in spring it moves past the gap, doubled in autumn the first counts."""
    at = moment_of(day, time(2, 30), BERLIN)

    assert at == utc
    assert f"{at.astimezone(BERLIN):%H:%M}" == local


def test_the_rules_that_people_use() -> None:
    tuesday = date(2020, 4, 14)
    assert days("FREQ=DAILY;COUNT=1", tuesday) == ["04-14"]
    assert days("FREQ=DAILY;BYDAY=SA,SU", tuesday, 3) == ["04-18", "04-19", "04-25"]
    assert days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", tuesday, 3) == ["04-16", "04-27", "04-30"]
    assert days("RRULE:FREQ=WEEKLY;UNTIL=20200428", tuesday) == ["04-14", "04-21", "04-28"]
    assert days("FREQ=MONTHLY;BYDAY=1TU,-1FR", tuesday, 3) == ["04-24", "05-05", "05-29"]
    assert days("FREQ=MONTHLY", date(2020, 1, 31), 3) == ["01-31", "03-31", "05-31"]


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;COUNT=0", "FREQ=DAILY;COUNT=2;UNTIL=20200501",
     "FREQ=DAILY;UNTIL=2020-05-01", "FREQ=WEEKLY;BYHOUR=3", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=٣"],
)  # fmt: skip
def test_another_rule_is_refused_with_examples(rule: str) -> None:
    with pytest.raises(InvalidRecurrence) as refused:
        Recurrence.read(rule)
    assert "FREQ=WEEKLY" in refused.value.de


def test_the_week_of_a_host_begins_on_their_monday() -> None:
    """E20, C1.7: late on Sunday in Berlin it is Monday already in Tokyo; 2020 has a week 53."""
    late_sunday = datetime(2020, 4, 19, 21, 30, tzinfo=UTC)
    assert week_of(late_sunday, "Europe/Berlin")[1] == datetime(2020, 4, 19, 22, 0, tzinfo=UTC)
    assert week_of(late_sunday, "Asia/Tokyo")[0] == datetime(2020, 4, 19, 15, 0, tzinfo=UTC)
    first, last = week_of(datetime(2021, 1, 1, 12, tzinfo=UTC), "Europe/Berlin")
    assert first.astimezone(BERLIN).isocalendar()[:2] == (2020, 53)
    assert last - first == timedelta(days=7)
