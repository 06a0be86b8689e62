"""Sprechstunden as people meet them: the list, the page, reminders, the letter; and hosts who do not come."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
from starlette.applications import Starlette

import models
from models.hours import HostLimit, OfficeHourSession, SessionState, ticking
from models.hours.leaving import person_gone
from models.hours.materialising import materialise_all
from models.newsletter.sections import SectionKey
from models.notifications import NotificationState
from resolvers.http import hours as pages
from tests import people
from tests.graph.frontend import ANONYMOUS, Frontend
from tests.hours.hosting import expert, first_of, offered
from tests.newsletter.readers import composed, success
from workers import hours
from workers.work import Done, Job, Tools

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SERIES = {"titleDe": "Datenschutz", "titleEn": "Privacy", "mode": "PLENARY", "rrule": "FREQ=WEEKLY;BYDAY=WE",
          "firstDay": "2020-04-15", "startsAt": "17:00", "roomUrl": "https://meet.example.org/x",
          "phone": "+49 30 1", "captions": True}  # fmt: skip


async def listed(frontend: Frontend, who: Any = ANONYMOUS, **more: Any) -> list[Any]:
    return [edge["node"] for edge in (await frontend.ask(who, "OfficeHours", **more))["edges"]]


async def reminders(what: str) -> list[datetime]:
    """When those of a kind are due that somebody will get."""
    rows = models.Notification.filter(what=what, state=NotificationState.PLANNED).order_by("due_at")
    return list(await rows.values_list("due_at", flat=True))  # type: ignore[arg-type]


async def test_an_expert_offers_and_everybody_reads_when(frontend: Frontend, now: datetime) -> None:
    """C1, E16, E21, E39: eight weeks of Wednesdays, access said beforehand, the room for members."""
    host, guest = await expert(now=now), await people.participant(now=now)
    skill = await models.Skill.create(key="datenschutz", label_de="Datenschutz", state="approved")
    await frontend.do(host, "CreateOfficeHourSeries", **SERIES, skills=[str(skill.id)])

    found = await listed(frontend, first=100)
    assert len(found) == 8
    assert found[0]["startsAt"].startswith("2020-04-15T15:00:00")
    assert found[0]["hosts"][0]["person"] is None, "strangers do not read the names of members"
    assert found[0]["series"]["captions"] and found[0]["series"]["byPhone"]
    assert (await listed(frontend, guest))[0]["hosts"][0]["person"]["displayName"] == "Ines Álvarez"
    assert len(await listed(frontend, guest, skill=str(skill.id), languages=["de"], mode="PLENARY")) == 8
    assert await listed(frontend, guest, fieldOfAction="health") == []
    seen = await frontend.ask(ANONYMOUS, "OfficeHourPage", id=found[0]["id"])
    assert (seen["series"]["roomUrl"], seen["series"]["phone"]) == (None, None)
    seen = await frontend.ask(guest, "OfficeHourPage", id=found[0]["id"])
    assert seen["series"]["roomUrl"] == "https://meet.example.org/x"

    assert await frontend.code(guest, "CreateOfficeHourSeries", **SERIES) == "NOT_ALLOWED"
    assert await frontend.code(host, "CreateOfficeHourSeries", **{**SERIES, "rrule": "often"}) == "INVALID_RECURRENCE"
    assert (
        await frontend.code(host, "CreateOfficeHourSeries", **SERIES, hosts=[str(guest.person_id)]) == "NOT_YOUR_HOST"
    )


async def test_each_date_is_made_once_however_often_the_job_runs(
    frontend: Frontend, tools: Tools, now: datetime
) -> None:
    """Each date once, also a moved one and one that was called off; a day left out never."""
    host = await expert(now=now)
    series = await offered(host, now)
    session = await first_of(series)
    await frontend.do(host, "RescheduleOfficeHour", id=str(session.id), startsAt=(now + 2 * DAY).isoformat())
    left = await frontend.do(host, "LeaveOutOfficeHour", id=str(series.id), day="2020-04-22")
    assert left["series"]["exceptions"] == ["2020-04-22"]
    job = Job(id=uuid4(), work="hours", key="1", payload={}, attempts=1)
    for later in (now, now + DAY, now + 9 * DAY):
        assert await hours.materialise(replace(tools, now=lambda at=later: at), job) == Done()

    days = await series.sessions.all().order_by("local_day").values_list("local_day", "state")
    assert [day for day, _ in days] == [date(2020, 4, 15) + timedelta(weeks=n) for n in range(9 + 1)]
    assert days[1] == (date(2020, 4, 22), SessionState.CANCELLED)
    await frontend.do(host, "EndOfficeHourSeries", id=str(series.id), lastDay="2020-05-06")
    assert await series.sessions.filter(state=SessionState.PLANNED).count() == 3
    assert await materialise_all(now=now + 30 * DAY) == 0


async def test_reminders_follow_the_session_and_stop_with_it(frontend: Frontend, now: datetime) -> None:
    """E31, E32: moved with it, one for each event; called off, none is left."""
    host, other = await expert(now=now), await people.participant(now=now)
    series = await offered(host, now, rrule="FREQ=DAILY;COUNT=1", first_day=date(2020, 4, 20))
    session = await first_of(series)
    assert await reminders("hours.host_tomorrow") == [session.starts_at - DAY]

    assert await frontend.code(other, "RescheduleOfficeHour", id=str(session.id), startsAt="2020-05-01T15:00:00Z") == (
        "NOT_ALLOWED"
    )
    moved = datetime.fromisoformat("2020-05-01T15:00:00+00:00")
    await frontend.do(host, "RescheduleOfficeHour", id=str(session.id), startsAt=moved.isoformat())
    assert await reminders("hours.host_tomorrow") == [moved - DAY]
    assert await reminders("hours.host_soon") == [moved - HOUR]

    # Called off a day and an hour before: neither reminder arrives.
    frontend.at(moved - 25 * HOUR)
    gone = await frontend.do(host, "CancelOfficeHour", id=str(session.id), reason="Krank")
    assert (gone["session"]["state"], gone["session"]["cancelReason"]) == ("CANCELLED", "Krank")
    assert await reminders("hours.host_tomorrow") == await reminders("hours.host_soon") == []
    assert (await OfficeHourSession.get(id=session.id)).sequence == 2


async def test_a_host_who_does_not_come_is_said_to_all_and_told_to_managers(
    frontend: Frontend, tools: Tools, now: datetime
) -> None:
    """C1.5: five minutes after the start, later when a delay was announced; once; and gone when the host comes."""
    host, manager = await expert(now=now), await people.manager(now=now)
    session = await first_of(await offered(host, now))
    start, job = session.starts_at, Job(id=uuid4(), work="hours", key="1", payload={}, attempts=1)

    async def ticked(at: datetime) -> Any:
        frontend.at(at)
        assert await hours.tick(replace(tools, now=lambda: at), job) == Done()
        return await frontend.ask(ANONYMOUS, "OfficeHourPage", id=str(session.id))

    assert await frontend.code(host, "OpenOfficeHour", id=str(session.id)) == "TOO_EARLY"
    await frontend.do(host, "AnnounceDelay", id=str(session.id), minutes=10)
    assert (await ticked(start + 6 * MINUTE))["banner"] == "RUNNING_LATE"
    seen = await ticked(start + 15 * MINUTE)
    assert (seen["banner"], seen["expectedAt"][:16]) == ("HOST_MISSING", "2020-04-15T15:10")
    await ticked(start + 16 * MINUTE)
    told = models.Notification.filter(what="hours.not_opened")
    assert [row.person_id for row in await told] == [manager.person_id]

    may = await frontend.ask(host, "OfficeHourButtons", id=str(session.id))
    assert may["opens"]["allowed"]
    opened = await frontend.do(host, "OpenOfficeHour", id=str(session.id))
    assert (opened["session"]["banner"], opened["session"]["missedSince"]) == ("RUNNING_LATE", None)
    assert (await ticked(start + 17 * MINUTE))["state"] == "RUNNING"
    assert (await ticked(session.ends_at + 31 * MINUTE))["state"] == "CLOSED"
    notes = await frontend.do(host, "PublishSessionNotes", id=str(session.id), notes="- **Wenig** speichern")
    assert notes["session"]["state"] == "SUMMARISED"
    nobody = await frontend.ask(ANONYMOUS, "OfficeHourButtons", id=str(session.id))
    assert nobody["cancels"] == {"allowed": False, "reasonCode": "SIGN_IN_NEEDED"}

    app = Starlette(routes=pages.routes)
    app.state.site, app.state.now = frontend.services.site, frontend.services.now
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as browser:
        page = (await browser.get(f"/de/hours/{session.id}")).text
        assert "<strong>Wenig</strong>" in page and "Mittwoch, 15. April 2020, 17:00 Uhr" in page
        assert "Ines" not in page
        assert "Privacy" in (await browser.get("/en/hours")).text
        assert (await browser.get("/de/hours/no-id")).status_code == 404


async def test_full_weeks_of_a_host_are_not_offered(database: str, now: datetime) -> None:
    """C1.7: counted in the host's zone and ISO week. Sunday, 23:30 in Berlin is a Monday in Tokyo."""
    tokyo = await expert("Aiko Sommer", now=now)
    await models.Person.filter(id=tokyo.person_id).update(time_zone="Asia/Tokyo")
    berlin = await expert(now=now)
    for who in (tokyo, berlin):
        await HostLimit.choose(1, by=who, now=now)
        await offered(who, now, rrule="FREQ=WEEKLY;COUNT=2", first_day=date(2020, 4, 17))
    sundays = {"rrule": "FREQ=WEEKLY;COUNT=2", "first_day": date(2020, 4, 19), "starts_at": "23:30"}

    full = await offered(berlin, now, **sundays)
    assert await full.sessions.all().count() == 0, "both weeks have their Friday"
    shifted = await offered(tokyo, now, **sundays)
    days = await shifted.sessions.all().values_list("local_day", flat=True)
    assert days == [date(2020, 4, 26)], "the first Sunday is the Monday of the week with the second Friday"

    await HostLimit.choose(None, by=berlin, now=now)
    await materialise_all(now=now)
    assert await full.sessions.all().count() == 2


async def test_the_letter_tells_the_week_and_the_gone_host_nothing_more(database: str, now: datetime) -> None:
    """The section fills itself with what is near and still takes place; whoever leaves hosts nothing any more."""
    host, second = await expert(now=now), await expert("Tom O'Brien", now=now)
    series, other = await offered(host, now), await offered(second, now, title_de="Pflege", starts_at="18:00")
    await ticking.announce_due(now=now)
    await ticking.announce_due(now=now)
    await success("Ein Anlass", at=now - DAY)

    assert await person_gone(second.person_id, now=now) == 8  # type: ignore[arg-type]

    issue = await composed(now + MINUTE)
    items = [item for item in await issue.items.all() if item.section is SectionKey.HOURS]
    assert [(item.headline_de, item.starts_at) for item in items if item.is_in] == [
        ("Datenschutz", (await first_of(series)).starts_at),
    ]
    assert (await first_of(other)).state is SessionState.CANCELLED
    assert await models.OutboxEvent.filter(type="office_hour_session.announced").count() == 2
