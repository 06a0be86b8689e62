"""The schedule: each period begins once, at the right moment, through both changes of the clocks and after sleep."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

import models
from models.schedule import CatchUp, InvalidRule, Rule, Schedule
from workers.jobs import HANDLERS
from workers.schedule import LINES, Line, plant

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type]


async def line(rule: dict, since: datetime, catch_up: CatchUp = CatchUp.LATEST) -> Schedule:
    return await Schedule.create(
        name="newsletter.compose",
        work="issue.compose",
        rule=rule,
        zone="Europe/Berlin",
        catch_up=catch_up,
        begun_until=since,
    )


async def live(since: datetime, until: datetime, step: timedelta) -> list[datetime]:
    """Let a worker ask again and again from `since` to `until`; gives the moments at which it began something."""
    begun, now = [], since
    while now <= until:
        if await Schedule.begin_due(now):
            begun.append(now)
        now += step
    return begun


async def slots() -> list[tuple[str, datetime]]:
    return [(slot.period_key, slot.at) for slot in await models.Slot.all().order_by("at")]


WEEKS_OF_CHANGE = {
    "2026-10-25": (
        at(2026, 10, 15),
        at(2026, 11, 7),
        [at(2026, 10, 16, 7), at(2026, 10, 23, 7), at(2026, 10, 30, 8), at(2026, 11, 6, 8)],
    ),
    "2027-03-28": (
        at(2027, 3, 18),
        at(2027, 4, 10),
        [at(2027, 3, 19, 8), at(2027, 3, 26, 8), at(2027, 4, 2, 7), at(2027, 4, 9, 7)],
    ),
}


@pytest.mark.parametrize("change", WEEKS_OF_CHANGE)
async def test_the_newsletter_is_composed_on_fridays_at_nine_in_berlin_across_the_change_of(database, change):
    since, until, fridays = WEEKS_OF_CHANGE[change]
    await line({"weekly": "fri 09:00"}, since)

    begun = await live(since, until, 20 * MINUTE)

    assert begun == fridays
    assert [moment for _, moment in await slots()] == fridays
    assert {moment.astimezone(BERLIN).strftime("%a %H:%M") for moment in fridays} == {"Fri 09:00"}
    assert await models.JobRun.filter(work="issue.compose").count() == 4


async def test_iso_week_53_is_a_week_like_others(database):
    since = at(2026, 12, 20)
    await line({"weekly": "fri 09:00"}, since)

    await live(since, at(2027, 1, 16), 6 * HOUR)

    assert [key for key, _ in await slots()] == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert await models.JobRun.all().count() == 4


async def test_a_worker_that_was_down_on_friday_composes_on_saturday_and_only_once(database):
    await line({"weekly": "fri 09:00"}, at(2026, 10, 17))

    assert await live(at(2026, 10, 24, 11), at(2026, 10, 25, 11), 10 * MINUTE) == [at(2026, 10, 24, 11)]
    assert await slots() == [("2026-W43", at(2026, 10, 23, 7))]


async def test_after_three_weeks_of_sleep_one_issue_is_composed_not_three(database):
    await line({"weekly": "fri 09:00"}, at(2026, 10, 1))

    assert await live(at(2026, 10, 24), at(2026, 10, 25), HOUR) == [at(2026, 10, 24)]
    assert [key for key, _ in await slots()] == ["2026-W43"]


@pytest.mark.parametrize("catch_up, keys", [(CatchUp.ALL, ["2026-W41", "2026-W42", "2026-W43"]), (CatchUp.NONE, [])])
async def test_other_lines_catch_up_with_everything_or_with_nothing(database, catch_up, keys):
    await line({"weekly": "fri 09:00"}, at(2026, 10, 5), catch_up)

    await Schedule.begin_due(at(2026, 10, 24))

    assert [key for key, _ in await slots()] == keys


async def test_any_number_of_workers_begin_a_period_once(database):
    await line({"weekly": "fri 09:00"}, at(2026, 10, 20))

    counts = await asyncio.gather(*(Schedule.begin_due(at(2026, 10, 23, 7, 0, n)) for n in range(8)))

    assert sum(counts) == 1
    assert await models.Slot.all().count() == await models.JobRun.all().count() == 1


@pytest.mark.parametrize(
    "night, local", [("2027-03-28", "03:30"), ("2026-10-25", "02:30")], ids=["skipped in spring", "twice in autumn"]
)
async def test_half_past_two_at_night_comes_once_in_the_night_of_the_change(database, night, local):
    day = datetime.fromisoformat(night).replace(tzinfo=UTC)
    await line({"daily": "02:30"}, day - DAY)

    await live(day - DAY, day + 2 * DAY, 15 * MINUTE)

    that_night = [moment for key, moment in await slots() if key == night]
    assert len(that_night) == 1
    # The first of the two occurrences in autumn; in spring the moment is shifted past the gap.
    assert that_night[0].astimezone(BERLIN).strftime("%H:%M") == local
    assert that_night[0] == day + HOUR / 2 + (HOUR if night == "2027-03-28" else timedelta())
    assert len(await slots()) == 3


@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28"])
def test_what_recurs_every_ten_minutes_does_so_eighteen_times_in_any_three_hours(night):
    since = datetime.fromisoformat(night).replace(tzinfo=UTC)

    found = list(Rule.read({"every_minutes": 10}).periods(BERLIN, since, since + 3 * HOUR))

    assert len(found) == len({period.key for period in found}) == 18
    assert {b.at - a.at for a, b in pairwise(found)} == {10 * MINUTE}


def test_a_year_has_as_many_fridays_as_the_calendar_says():
    found = list(Rule.read({"weekly": "fri 09:00"}).periods(BERLIN, at(2026, 1, 1), at(2027, 1, 1, 23)))

    assert len(found) == 53
    assert len({period.key for period in found}) == 53
    assert {period.at.astimezone(BERLIN).strftime("%a %H:%M") for period in found} == {"Fri 09:00"}


async def test_a_line_that_people_switched_off_begins_nothing_and_owes_nothing_when_it_is_back(database):
    row = await line({"daily": "03:30"}, at(2026, 5, 1))
    row.enabled = False
    await row.save()

    assert await live(at(2026, 5, 2), at(2026, 5, 3), HOUR) == []


@pytest.mark.parametrize(
    "rule", [{}, {"weekly": "friday 09:00"}, {"daily": "25:00"}, {"every_minutes": 0}, {"hourly": 1}]
)
def test_a_rule_that_nobody_understands_is_refused(rule):
    with pytest.raises(InvalidRule):
        Rule.read(rule)


async def test_lines_are_planted_once_and_what_people_changed_is_kept(database):
    lines = (Line("lamp", "lamp.light", {"daily": "06:00"}, "It is dark."),)
    await asyncio.gather(*(plant(lines, "Europe/Berlin") for _ in range(3)))
    await Schedule.filter(name="lamp").update(rule={"daily": "07:00"})
    await plant(lines, "Europe/Berlin")

    row = await Schedule.get(name="lamp")
    assert row.rule == {"daily": "07:00"}
    assert row.next(at(2026, 7, 1, 12)).at == at(2026, 7, 2, 5)
    assert row.owed(row.begun_until) == []


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_every_line_has_a_handler_a_rule_and_a_reason(line):
    import workers.main  # noqa: F401

    assert Rule.read(line.rule)
    assert line.why.endswith(".")
    assert line.work in HANDLERS
