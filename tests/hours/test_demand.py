"""What is wanted, and how often: counted from what people did, and unknown while that is little."""

from datetime import datetime, timedelta
from typing import Any

import models
from models.hours.queue.joining import join
from models.members import Skill
from tests import people
from tests.exchanging import crowd
from tests.graph.frontend import Frontend
from tests.hours.hosting import expert
from tests.hours.queueing import serve, with_queue

WEEK = timedelta(weeks=1)


async def test_managers_see_what_is_asked_about_each_week(frontend: Frontend, now: datetime) -> None:
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
    told: dict[str, Any] = {"weekday": 3, "language": "de", "asked": 4, "unhelped": 3, "perWeek": 2.0, "planned": 0}
    assert topic == topic | told | {"suggested": True, "skill": topic["skill"] | {"id": str(skill.id)}}
    assert await frontend.ask(guests[0], "OfficeHourDemand") is None
