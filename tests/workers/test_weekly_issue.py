"""The newsletter through a simulated autumn, winter and spring: three workers, nights of sleep, one issue a week."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import models
from models.jobs import JobState
from models.schedule import Schedule
from tests.workers.test_claims import clock_at
from workers.doing import Jobs
from workers.jobs import HANDLERS
from workers.schedule import LINES, plant
from workers.work import Tools

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type]


SEASONS = {
    "the clocks go back on 2026-10-25": (at(2026, 10, 14), [(2026, 42), (2026, 43), (2026, 44)]),
    "ISO week 53": (at(2026, 12, 23), [(2026, 52), (2026, 53), (2027, 1)]),
    "the clocks go forward on 2027-03-28": (at(2027, 3, 17), [(2027, 11), (2027, 12), (2027, 13)]),
}


async def live(tools: Tools, since: datetime, until: datetime, asleep: tuple[datetime, datetime]) -> list[datetime]:
    """Three workers look every two hours, all at once; gives the moments at which a new issue was there."""
    import workers.main  # noqa: F401  # registers the handlers

    clock = since
    tools = replace(tools, now=lambda: clock)
    crew = [Jobs(tools, owner=f"worker {n}", lease=60 * HOUR, handlers=HANDLERS) for n in range(3)]
    lines = [line for line in LINES if line.name == "newsletter.compose"]
    came: list[datetime] = []

    async def look(jobs: Jobs) -> None:
        await plant(lines, "Europe/Berlin")
        await Schedule.begin_due()
        while await jobs.step():
            await jobs.idle()

    while clock <= until:
        if not asleep[0] <= clock < asleep[1]:
            before = await models.NewsletterIssue.all().count()
            with clock_at(clock):
                await asyncio.gather(*(look(jobs) for jobs in crew))
            came += [clock] * (await models.NewsletterIssue.all().count() - before)
        clock += 2 * HOUR
    return came


async def issues() -> list[tuple[int, int]]:
    return [(i.iso_year, i.iso_week) for i in await models.NewsletterIssue.all().order_by("iso_year", "iso_week")]


@pytest.mark.parametrize("season", SEASONS)
async def test_each_week_has_one_issue_also_when_all_workers_slept_on_friday_and_when(database, tools, season):
    since, weeks = SEASONS[season]
    friday = since + DAY * ((4 - since.weekday()) % 7 + 7)  # the second Friday
    saturday = friday + 1 * DAY + 12 * HOUR

    came = await live(tools, since, since + 20 * DAY, asleep=(friday - 6 * HOUR, saturday))

    assert await issues() == weeks
    assert [moment.strftime("%a") for moment in came] == ["Fri", "Sat", "Fri"]
    assert came[1] == saturday
    assert await models.JobRun.filter(work="issue.compose", state=JobState.DONE).count() == 3
    assert await models.Slot.filter(schedule="newsletter.compose").count() == 3
