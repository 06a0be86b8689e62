"""Sprechstunden of the demo: one each Wednesday at 17:00, and others in other ways, past and to come."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models import hours
from models.access import SYSTEM, Viewer
from models.hours import HostLimit, HourMode, Offer, OfficeHourSession, SessionState, booking, ticking
from models.hours.queue.calling import call_next
from models.hours.queue.joining import act, join
from models.hours.recurrence import moment_of
from models.members import RoleGrant, Skill
from models.programme import FieldOfAction
from models.roles import Role
from models.signin import viewer_of

GUESTS = ("Noah Schmidt", "Mia Sanders", "Priya Raman", "Emil Groß", "Zofia Mazur")
EXPERTS = ("Ines Álvarez", "Tom O'Brien", "Tabea Ernst")
WAITING = {"Mia Sanders": "Unsere Karte lädt auf dem Handy nicht.", "Emil Groß": "Welche Lizenz passt zu unserem Code?"}
NOTES = """\
Drei Teams waren da. Was für alle gilt:

- Eine Telefonnummer ist ein personenbezogenes Datum, auch ohne Namen daneben.
- Wer nichts speichert, muss nichts löschen. Fragt euch das zuerst.
- Eine Datenschutzerklärung darf kurz sein.
"""


async def offer(calendar: Calendar, members: Members) -> None:
    """Experts offer; the past weeks took place, this week one is moved, one falls out."""
    for name in EXPERTS:
        id = members[name].person_id
        assert id is not None
        await RoleGrant.give(id, Role.EXPERT, by=SYSTEM, now=calendar.at(3, 30, 9), reason="demo")
    ines, tom, tabea = [await _again(members[name], calendar.now) for name in EXPERTS]
    privacy = await _privacy(calendar, ines)
    await _access(calendar, tom)
    await _wards(calendar, tabea)
    await _plenary(calendar, members["Çiğdem Öztürk"])
    await _took_place(calendar, privacy, ines)
    await _queue(calendar, members, tom)
    await _booked(calendar, members, privacy)
    await HostLimit.choose(2, by=tom, now=calendar.at(3, 31, 9))


async def _again(viewer: Viewer, now: datetime) -> Viewer:
    """With the role that they have got meanwhile."""
    assert viewer.person_id is not None
    again = await viewer_of(viewer.person_id, now=now)
    assert again is not None
    return again


def _day(calendar: Calendar, month: int, day: int) -> date:
    return calendar.day(month, day)


async def _privacy(calendar: Calendar, by: Viewer) -> hours.OfficeHourSeries:
    skill = await Skill.find("Datenschutz")
    said = Offer(
        title_de="Datenschutz: fragt, bevor ihr speichert", title_en="Privacy: ask before you store",
        about_de="Bringt eure Formulare mit. Niemand muss sich vorbereiten.",
        about_en="Bring your forms along. Nobody has to prepare.", mode=HourMode.SLOTS, rrule="FREQ=WEEKLY;BYDAY=WE",
        first_day=_day(calendar, 4, 1), starts_at="17:00", minutes=60, skills=[skill.id] if skill else [],
        captions=True, room_url="https://meet.example.org/datenschutz",
    )  # fmt: skip
    return await hours.offer(said, by=by, now=calendar.at(3, 31, 9))


async def _booked(calendar: Calendar, members: Members, series: hours.OfficeHourSeries) -> None:
    """The next one is full; two wait for it, and one of those who come has said what she needs."""
    near = calendar.now + timedelta(hours=2)
    coming = await series.sessions.filter(starts_at__gt=near, state=SessionState.PLANNED).order_by("starts_at").first()
    if coming is None:
        return
    for number, name in enumerate(GUESTS):
        now = calendar.now - timedelta(minutes=90 - 10 * number)
        needs = "Ich bin schwerhörig: mit Untertiteln geht es gut." if name == "Mia Sanders" else ""
        await booking.book(coming.id, by=members[name], now=now, needs=needs)


async def _access(calendar: Calendar, by: Viewer) -> None:
    skill = await Skill.find("Barrierefreiheit")
    said = Offer(
        title_de="Barrierefrei: zeigt her", title_en="Accessibility: show us yours",
        about_de="Wir gehen eure Seite mit einem Screenreader durch.",
        about_en="We walk through your page with a screen reader.", mode=HourMode.PLENARY, language="en",
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", first_day=_day(calendar, 4, 6), starts_at="18:30", minutes=90,
        skills=[skill.id] if skill else [], captions=True, sign_language=True, phone="+49 30 000000, PIN 1234",
        room_url="https://meet.example.org/access",
    )  # fmt: skip
    series = await hours.offer(said, by=by, now=calendar.at(3, 31, 10))
    # The next one is moved by a day.
    coming = await series.sessions.filter(starts_at__gt=calendar.now + timedelta(days=3)).order_by("starts_at").first()
    if coming:
        at = coming.starts_at + timedelta(days=1)
        await OfficeHourSession.reschedule(coming.id, at, by=by, now=calendar.now)


async def _wards(calendar: Calendar, by: Viewer) -> None:
    field = await FieldOfAction.filter(key="health").first()
    said = Offer(
        title_de="Pflege: was auf Station geht", title_en="Nursing: what works on a ward",
        mode=HourMode.SLOTS, rrule="FREQ=WEEKLY;BYDAY=TH", first_day=_day(calendar, 4, 9), starts_at="20:00",
        minutes=45, fields_of_action=[field.id] if field else [], room_url="https://meet.example.org/pflege",
    )  # fmt: skip
    series = await hours.offer(said, by=by, now=calendar.at(4, 6, 19))
    coming = await series.sessions.filter(starts_at__gt=calendar.now).order_by("starts_at").first()
    if coming:
        await OfficeHourSession.cancel(coming.id, "Spätdienst, tut mir leid.", by=by, now=calendar.now)


async def _plenary(calendar: Calendar, by: Viewer) -> None:
    said = Offer(
        title_de="Info-Runde zum Umsetzungsprogramm", title_en="Information on the implementation programme",
        about_de="Eine Stunde für alle Fragen zu Förderung und Bausteinen.", mode=HourMode.PLENARY,
        rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=2", first_day=_day(calendar, 4, 23), starts_at="14:00", minutes=60,
        captions=True, room_url="https://meet.example.org/info",
    )  # fmt: skip
    await hours.offer(said, by=by, now=calendar.at(4, 8, 12))


async def _queue(calendar: Calendar, members: Members, by: Viewer) -> None:
    """A queue that is open now: five were helped, so the waiting time is known; two wait, one of them paused."""
    begun = calendar.now - timedelta(minutes=50)
    at = begun.astimezone(ZoneInfo("Europe/Berlin"))
    said = Offer(
        title_de="Technik: kommt einfach vorbei", title_en="Technology: just drop in",
        about_de="Stellt euch an, wann ihr wollt. Wer heute noch nicht dran war, geht vor.",
        about_en="Join the queue whenever you like. Whoever has not been helped today goes first.",
        mode=HourMode.QUEUE, rrule="FREQ=WEEKLY;COUNT=4", first_day=at.date(), starts_at=f"{at:%H:%M}", minutes=180,
        captions=True, room_url="https://meet.example.org/technik",
    )  # fmt: skip
    series = await hours.offer(said, by=by, now=begun - timedelta(hours=20))
    session = await series.sessions.all().order_by("starts_at").first()
    assert session is not None
    for action in ("open", "begin"):
        await OfficeHourSession.act(session.id, action, by=by, now=session.starts_at)
    for number, name in enumerate(GUESTS):
        now = session.starts_at + timedelta(minutes=6 * number)
        entry = await join(session.id, by=members[name], now=now - timedelta(minutes=2 + number))
        for action in ("", "start", "finish"):
            await (act(entry.id, action, by=by, now=now) if action else call_next(session.id, by=by, now=now))
    for name, note in WAITING.items():
        entry = await join(session.id, by=members[name], now=calendar.now - timedelta(minutes=9), note=note)
    await act(entry.id, "pause", by=members[name], now=calendar.now - timedelta(minutes=1))


async def _took_place(calendar: Calendar, series: hours.OfficeHourSeries, by: Viewer) -> None:
    """What lies behind: opened, begun, closed, and once with notes."""
    past = await series.sessions.filter(ends_at__lt=calendar.now).order_by("starts_at")
    for number, session in enumerate(past):
        start, end = session.starts_at, session.ends_at
        for action, at in (("open", start - timedelta(minutes=5)), ("begin", start), ("close", end)):
            await OfficeHourSession.act(session.id, action, by=by, now=at)
        if number == 0:
            notes_at = moment_of(session.local_day, time(20), series.here)
            if notes_at <= calendar.now:
                await OfficeHourSession.summarise(session.id, NOTES, by=by, now=notes_at)
    await ticking.announce_due(now=calendar.now)
    assert not await OfficeHourSession.filter(state=SessionState.OPEN, ends_at__lt=calendar.now).exists()
