"""A calendar library of another language reads ours, on the running server."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.base import utcnow
from models.hours import OfficeHourSession
from tests.clients.conftest import Running
from tests.hours.hosting import expert, offered


async def test_ical_js_reads_when_a_sprechstunde_takes_place(running: Running) -> None:
    """E27, E28: the very moments that we mean, umlauts over folded lines, and what was called off."""
    now, title = utcnow(), "Datenschutz: fragt; bevor ihr speichert, auch bei Zwölf-Zeichen-Kürzeln und Ähnlichem"
    host = await expert(now=now)
    first_day = now.astimezone(ZoneInfo("Europe/Berlin")).date() + timedelta(days=1)
    series = await offered(host, now, title_de=title, first_day=first_day, rrule="FREQ=WEEKLY;COUNT=8")
    sessions = await series.sessions.all().order_by("starts_at")
    await OfficeHourSession.cancel(sessions[-1].id, "Krank", by=host, now=now)

    said = await running.run("calendar.mjs")

    assert [event["at"] for event in said] == [f"{each.starts_at:%Y-%m-%dT%H:%M:%S}.000Z" for each in sessions]
    assert {event["title"] for event in said} == {title}
    assert [(event["sequence"], event["status"]) for event in said] == [(0, "CONFIRMED")] * 7 + [(1, "CANCELLED")]
