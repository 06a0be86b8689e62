"""Editors hear of what waits for them: once each, in their language, and not when it has been seen to already."""

from dataclasses import replace
from datetime import timedelta

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
from workers.work import Tools

DESK: dict[str, Handler] = {"desk.tell": tell, "mail.desk": letter}


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
    now = await sql.clock()
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
    now = await sql.clock()
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
