"""Calendars: what programs read that nobody can repair afterwards, so to the byte."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

import models
from models.hours import HourMode, OfficeHourSession, booking
from resolvers.http import calendars
from resolvers.http.ical import Event, calendar, folded
from tests import people
from tests.graph.frontend import Frontend
from tests.hours.hosting import expert, first_of, offered

GOLDEN = Path(__file__).parent / "golden"
CHANGED = re.compile(r"(DTSTAMP|LAST-MODIFIED):\d{8}T\d{6}Z")
DAY = timedelta(days=1)


@pytest.fixture
async def browser(frontend: Frontend) -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=calendars.routes)
    app.state.site, app.state.now = frontend.services.site, frontend.services.now
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client


def plain(text: str, **ids: Any) -> str:
    """The calendar with names for its ids, of the same length, and without the moment of its rows."""
    for name, id in ids.items():
        text = text.replace(str(id), name.ljust(36, "."))
    return CHANGED.sub(r"\1:<changed>", text)


def golden(name: str, text: str) -> None:
    assert text == (GOLDEN / name).read_bytes().decode()


async def test_everybody_subscribes_to_a_topic(frontend: Frontend, browser: httpx2.AsyncClient) -> None:
    """E16, E27, E28: a rule for the zone, five o'clock on either side of the change, cancelled instead of vanished."""
    before = datetime(2020, 10, 13, 8, 0, tzinfo=UTC)
    host = await expert(now=before)
    skill = await models.Skill.create(key="datenschutz", label_de="Datenschutz", label_en="Privacy", state="approved")
    series = await offered(
        host, before, first_day=date(2020, 10, 21), rrule="FREQ=WEEKLY;COUNT=2", skills=[skill.id],
        title_de="Datenschutz: fragt; bevor ihr speichert, auch bei Zwölf-Zeichen-Kürzeln und Ähnlichem",
        about_de="Bringt Formulare mit.\nNiemand muss sich vorbereiten.", room_url="https://meet.example.org/geheim",
    )  # fmt: skip
    await offered(host, before, title_de="Ohne Thema", first_day=date(2020, 10, 22), rrule="FREQ=DAILY;COUNT=1")
    first, second = await series.sessions.all().order_by("starts_at")
    await OfficeHourSession.cancel(second.id, "Krank", by=host, now=before)
    frontend.at(before)

    answer = await browser.get("/de/hours/skill/datenschutz.ics")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "geheim" not in answer.text
    golden("topic.ics", plain(answer.text, first=first.id, second=second.id))
    again = await browser.get("/de/hours/skill/datenschutz.ics", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert "Ohne Thema" in (await browser.get("/de/hours.ics")).text
    assert (await browser.get("/de/hours/skill/unknown.ics")).status_code == 404


async def test_my_calendar_knows_what_i_booked_and_gave_back(
    frontend: Frontend, browser: httpx2.AsyncClient, now: datetime
) -> None:
    """E27: a secret address, shown once and revocable; the same UID, a rising SEQUENCE, cancelled instead of gone."""
    host, guest = await expert(now=now), await people.participant(now=now)
    slots: dict[str, Any] = {"mode": HourMode.SLOTS, "rrule": "FREQ=WEEKLY;COUNT=1", "slot_minutes": 20}
    series = await offered(host, now, **slots, first_day=date(2020, 4, 20), room_url="https://meet.example.org/x")
    session = await first_of(series)
    issued = await frontend.do(guest, "IssueCalendarFeed", clientMutationId="once")
    path = issued["url"].removeprefix("http://test")
    assert (await frontend.do(guest, "IssueCalendarFeed", clientMutationId="once"))["url"] is None
    uids, sequences = set(), []

    async def fetched() -> str:
        answer = await browser.get(path)
        assert answer.headers["cache-control"] == "private, no-cache"
        uids.update(re.findall(r"UID:(\S+)", answer.text))
        sequences.extend(int(n) for n in re.findall(r"SEQUENCE:(\d+)", answer.text))
        return answer.text

    assert "VEVENT" not in await fetched()
    seat = (await booking.book(session.id, by=guest, now=now)).slot
    assert seat
    assert "DTSTART;TZID=Europe/Berlin:20200420T170000" in await fetched()
    await OfficeHourSession.reschedule(session.id, session.starts_at + DAY, by=host, now=now)
    moved = await fetched()
    assert "DTSTART;TZID=Europe/Berlin:20200421T170000" in moved
    await booking.give_back(seat.id, by=guest, now=now)
    visit = await models.Visit.get(person_id=guest.person_id)
    golden("own.ics", plain(await fetched(), visit=visit.id, session=session.id))
    assert len(uids) == 1
    assert sequences == sorted(set(sequences)), "each change is another one"

    hosts = await frontend.do(host, "IssueCalendarFeed")
    assert "Datenschutz" in (await browser.get(hosts["url"].removeprefix("http://test"))).text
    assert (await frontend.ask(guest, "CalendarFeed"))["id"]
    await frontend.do(guest, "RevokeCalendarFeed")
    assert (await browser.get(path)).status_code == 404
    assert await frontend.ask(guest, "CalendarFeed") is None
    assert path.split("/")[-1].removesuffix(".ics") not in str(await models.CalendarFeed.all().values())


def test_other_zones_and_the_doubled_hour_are_utc() -> None:
    """E28: what a local time cannot name is said in UTC; without Berlin there is no VTIMEZONE."""
    at = datetime(2020, 10, 25, 0, 30, tzinfo=UTC)

    def said(starts_at: datetime, zone: str) -> str:
        return calendar("x", [Event("1@x", starts_at, starts_at + DAY, at, 0, "x", zone)], "de")

    assert "DTSTART;TZID=Europe/Berlin:20201025T023000\r\n" in said(at, "Europe/Berlin")
    assert "DTSTART:20201025T013000Z\r\n" in said(at + timedelta(hours=1), "Europe/Berlin")
    assert "VTIMEZONE" not in said(at, "Asia/Tokyo")


def test_no_line_is_longer_than_calendars_take() -> None:
    line = "SUMMARY:" + "Gemüsegärtner:innen-Übergabe 🌱 " * 12
    pieces = list(folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
