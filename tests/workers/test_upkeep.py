"""Upkeep: what has outlived its use goes, everything else stays."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import models
from models.jobs import JobRun, JobState
from tests import people
from workers.upkeep import tidy
from workers.work import Done, Job

DAY = timedelta(days=1)
A_JOB = Job(id=uuid4(), work="upkeep.daily", key="1", payload={}, attempts=1)


async def test_expired_links_and_sessions_go_and_living_ones_stay(database, tools, now):
    ada = await people.person(now=now)
    for name, expires in (("old", now - 2 * DAY), ("fresh", now + DAY)):
        await models.LoginLink.create(
            person_id=ada.person_id, email_hash="x", token_hash=name, browser_hash="x", expires_at=expires
        )
        await models.Session.create(person_id=ada.person_id, token_hash=name, seen_at=now, expires_at=expires)
    revoked = await models.Session.create(
        person_id=ada.person_id, token_hash="revoked", seen_at=now, expires_at=now + DAY, revoked_at=now - 31 * DAY
    )

    assert await tidy(replace(tools, now=lambda: now), A_JOB) == Done()

    assert [link.token_hash for link in await models.LoginLink.all()] == ["fresh"]
    assert [session.token_hash for session in await models.Session.all()] == ["fresh"]
    assert not await models.Session.filter(id=revoked.id).exists()


async def test_finished_jobs_go_after_a_week_and_dead_ones_stay_until_somebody_decides(database, tools, now):
    for state in JobState:
        await JobRun.create(work="lamp.light", key=state.value, due_at=now, state=state)
        await JobRun.create(work="lamp.light", key=f"old {state.value}", due_at=now, state=state)
    await JobRun.filter(key__startswith="old").update(updated_at=now - 8 * DAY)
    await JobRun.exclude(key__startswith="old").update(updated_at=now)

    await tidy(replace(tools, now=lambda: now), A_JOB)

    assert {job.key for job in await JobRun.filter(key__startswith="old")} == {
        "old pending",
        "old claimed",
        "old dead",
        "old discarded",
    }
    assert await JobRun.exclude(key__startswith="old").count() == len(JobState)


async def test_slots_of_every_few_minutes_go_soon_and_fridays_are_kept_for_a_year(database, tools, now):
    for key, age in (("2020-04-01T08:00Z", 13), ("2020-W14", 11), ("2018-W50", 490), ("2020-04-14T07:55Z", 0)):
        await models.Slot.create(schedule="a line", period_key=key, at=now - age * DAY, begun_at=now)

    await tidy(replace(tools, now=lambda: now), A_JOB)

    assert sorted(await models.Slot.all().values_list("period_key", flat=True)) == ["2020-04-14T07:55Z", "2020-W14"]
