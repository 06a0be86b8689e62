"""Editors hear of what waits for them: once each, in their language, and not when it has been seen to already."""

from dataclasses import replace
from datetime import datetime, timedelta

import models
from models import sql
from models.access import SYSTEM
from models.jobs import JobRun, JobState
from models.newsletter.compose import compose
from models.newsletter.weeks import Week
from tests import people
from tests.newsletter.readers import ZONE, story
from workers.desk import letter, tell
from workers.doing import Jobs
from workers.jobs import Handler
from workers.outbox import relay
from workers.work import Done, Job, Later, Tools

DESK: dict[str, Handler] = {"desk.tell": tell, "mail.desk": letter}


async def a_morning() -> datetime:
    """Yesterday at 10 o'clock in Berlin, or at 11: nobody is written to at night."""
    return (await sql.clock() - timedelta(days=1)).replace(hour=9)


async def work_until_quiet(tools: Tools) -> None:
    await relay()
    jobs = Jobs(tools, owner="a worker", lease=timedelta(seconds=60), handlers=DESK)
    while await jobs.step():
        await jobs.idle()


async def in_review(tools: Tools) -> models.NewsletterIssue:
    now = tools.now()
    await story(at=now - timedelta(days=1))
    return await compose(Week.of(now, ZONE), zone=ZONE, by=SYSTEM, now=now)


async def letters() -> list[tuple[str, str]]:
    return [(mail.recipient, mail.subject) for mail in await models.CaughtMail.all().order_by("recipient")]


async def test_every_editor_hears_once_in_their_language_that_an_issue_waits(database, tools):
    now = await a_morning()
    tools = replace(tools, now=lambda: now)
    await people.person("Gast", now=now)
    ben = await people.editor("Ben Weiss", now=now)
    await models.Person.filter(id=ben.person_id).update(locale="en")
    issue = await in_review(tools)

    await work_until_quiet(tools)
    await JobRun.filter(work="desk.tell").update(state=JobState.PENDING)  # a crash after the work, before its end
    await work_until_quiet(tools)

    editors = await models.Person.filter(role_grants__role="editor", state="active").distinct()
    assert len(editors) >= 2
    expected = {
        "de": f"Der Newsletter {issue.week} wartet auf euren Blick",
        "en": f"The newsletter {issue.week} is waiting for you",
    }
    assert await letters() == sorted((person.email, expected[person.locale.value]) for person in editors)
    mail = await models.CaughtMail.filter(subject=expected["de"]).first()
    assert mail is not None
    assert str(issue.id) in mail.text and str(issue.id) in mail.html


async def test_an_issue_that_is_approved_meanwhile_or_only_composed_afresh_sends_nobody_a_letter(database, tools):
    now = await a_morning()
    tools = replace(tools, now=lambda: now)
    issue = await in_review(tools)
    await relay()
    await models.NewsletterIssue.filter(id=issue.id).update(state="cancelled")
    await work_until_quiet(tools)
    assert await letters() == []

    await models.NewsletterIssue.filter(id=issue.id).update(state="in_review")
    await compose(issue.week, zone=ZONE, by=SYSTEM, now=now)
    await work_until_quiet(tools)
    assert await letters() == []


async def test_editors_are_not_woken_and_not_asked_in_the_morning_about_what_was_seen_to_at_night(database, tools):
    """E34."""
    night = (await a_morning()).replace(hour=23)
    asleep = replace(tools, now=lambda: night)
    issue = await in_review(asleep)
    await relay()
    for row in await JobRun.filter(work="desk.tell"):
        await tell(asleep, Job(row.id, row.work, row.key, row.payload, 1))
    asked = [Job(row.id, row.work, row.key, row.payload, 1) for row in await JobRun.filter(work="mail.desk")]
    ends = [await letter(asleep, job) for job in asked]
    assert ends
    assert all(isinstance(end, Later) and timedelta(hours=5) < end.at - night < timedelta(hours=9) for end in ends)

    await models.NewsletterIssue.filter(id=issue.id).update(state="approved")
    awake = replace(tools, now=lambda: night + timedelta(hours=10))
    assert [await letter(awake, job) for job in asked] == [Done()] * len(asked)
    assert await letters() == []
