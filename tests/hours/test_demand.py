"""What is wanted, and how often: counted from what people did, and unknown while that is little."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import models
from models.base import new_id
from models.hours.queue.joining import join
from models.members import Skill
from tests import people
from tests.exchanging import crowd
from tests.graph.frontend import Frontend
from tests.hours.hosting import expert
from tests.hours.queueing import serve, with_queue
from workers import hours
from workers.work import Job, Tools

WEEK = timedelta(weeks=1)


async def test_managers_see_what_is_asked_about_each_week_and_hear_of_it_on_mondays(
    frontend: Frontend, tools: Tools, now: datetime
) -> None:
    skill = await Skill.create(label_de="Recht", label_en="Law", key="recht", state="approved")
    host, manager = await expert(now=now), await people.manager(now=now)
    assert await frontend.ask(manager, "OfficeHourDemand") == {"weeks": 0, "isKnown": False, "topics": []}
    _, session = await with_queue(now, host, skills=[skill.id], rrule="FREQ=WEEKLY;COUNT=3")
    guests = await crowd(4, now)
    for guest in guests:
        await join(session.id, by=guest, now=session.starts_at)
    await serve(session, host, session.starts_at)
    for action in ("begin", "close"):
        await models.OfficeHourSession.act(session.id, action, by=host, now=session.starts_at)

    frontend.at(session.ends_at)
    young = await frontend.ask(manager, "OfficeHourDemand")
    assert (young["weeks"], young["isKnown"], young["topics"]) == (1, False, [])
    frontend.at(session.starts_at + 2 * WEEK)
    (topic,) = (await frontend.ask(manager, "OfficeHourDemand"))["topics"]
    shown: dict[str, Any] = {"weekday": 3, "language": "de", "asked": 4, "unhelped": 3, "perWeek": 2.0, "planned": 0}
    assert topic == topic | shown | {"suggested": True, "skill": topic["skill"] | {"id": str(skill.id)}}
    assert await frontend.ask(guests[0], "OfficeHourDemand") is None

    about = {"topics_de": "Recht (Mittwoch, DE)", "topics_en": "Law (Wednesday, DE)"}
    for week, times in (("2020-W18", 1), ("2020-W18", 1), ("2020-W19", 2)):
        job = Job(id=new_id(), work="hours.suggest", key="1", payload={"period": week}, attempts=1)
        await hours.suggest_topics(replace(tools, now=lambda: session.starts_at + 2 * WEEK), job)
        told = await models.Notification.filter(what="hours.wanted")
        assert [(row.person_id, row.about) for row in told] == times * [(manager.person_id, about)]


async def test_managers_hear_nothing_where_nothing_is_missing(database: str, tools: Tools, now: datetime) -> None:
    await people.manager(now=now)

    job = Job(id=new_id(), work="hours.suggest", key="1", payload={"period": "2020-W18"}, attempts=1)
    await hours.suggest_topics(replace(tools, now=lambda: now), job)

    assert not await models.Notification.filter(what="hours.wanted").exists()
