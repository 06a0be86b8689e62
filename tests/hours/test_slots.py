"""Seats: booked once, given on in order and in time, with what people need known to the hosts alone."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import models
from models.hours import (
    HourMode,
    OfficeHourSession,
    OfficeHourSlot,
    SlotState,
    WaitlistEntry,
    WaitlistState,
    booking,
)
from models.hours.leaving import person_gone
from models.members import Block
from models.notifications import NotificationState
from tests import people
from tests.exchanging import crowd
from tests.graph.frontend import Frontend
from tests.hours.hosting import expert, first_of, offered

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLOTS = {"mode": HourMode.SLOTS, "rrule": "FREQ=WEEKLY;COUNT=1", "minutes": 60, "slot_minutes": 20}


async def with_slots(now: datetime, **more: Any) -> tuple[Any, OfficeHourSession]:
    """A host and a session of three slots, tomorrow at five."""
    host = await expert(now=now)
    return host, await first_of(await offered(host, now, **{**SLOTS, **more}))


async def reminders(person: Any, what: str) -> list[datetime]:
    rows = models.Notification.filter(person_id=person.person_id, what=what, state=NotificationState.PLANNED)
    return list(await rows.values_list("due_at", flat=True))  # type: ignore[arg-type]


async def offers() -> dict[Any, datetime | None]:
    rows = WaitlistEntry.filter(state=WaitlistState.OFFERED)
    return dict(await rows.values_list("person_id", "offer_until"))


async def test_a_hundred_bookings_at_once_on_three_seats(database: str, now: datetime) -> None:
    """C1.1: 3 booked, 97 on the waitlist in order, none lost, on either database."""
    _, session = await with_slots(now)
    everybody = await crowd(100, now)

    came = await asyncio.gather(*[booking.book(session.id, by=who, now=now) for who in everybody])

    assert sum(found.slot is not None for found in came) == 3
    holders = await OfficeHourSlot.filter(state=SlotState.BOOKED).values_list("person_id", flat=True)
    waiting = await WaitlistEntry.filter(state=WaitlistState.WAITING).order_by("place")
    assert [entry.place for entry in waiting] == list(range(1, 98))
    assert {*holders, *[entry.person_id for entry in waiting]} == {who.person_id for who in everybody}
    assert [entry.id for entry in waiting] == [entry.id for entry in sorted(waiting, key=lambda each: each.created_at)]


async def test_a_seat_that_is_given_back_goes_to_one_after_the_other(frontend: Frontend, now: datetime) -> None:
    """C1.2, E29: two hours over a day before, else half an hour, never past the start; no two offers at once."""
    _, session = await with_slots(now, first_day=date(2020, 4, 16))
    cast = [await people.participant(f"Person {n}", now=now) for n in range(7)]
    for who in cast[:6]:
        done = await frontend.do(who, "BookSlot", sessionId=str(session.id))
        assert bool(done["booking"]) == (who in cast[:3])
    assert await frontend.code(cast[0], "BookSlot", sessionId=str(session.id)) == "BOOKED_ALREADY"
    slots = (await frontend.ask(cast[0], "OfficeHourPage", id=str(session.id)))["slots"]
    assert [(slot["isFree"], slot["isYours"]) for slot in slots] == [(False, True), (False, False), (False, False)]

    for who, slot in zip(cast[:2], slots[:2], strict=True):
        await frontend.do(who, "CancelBooking", slotId=slot["id"])
    ids = [who.person_id for who in cast]
    assert await offers() == {ids[3]: now + 2 * HOUR, ids[4]: now + 2 * HOUR}
    told = models.Notification.filter(what="hours.offered")
    assert set(await told.values_list("person_id", flat=True)) == {ids[3], ids[4]}

    mine = (await frontend.ask(cast[3], "MyWaitlist"))["edges"][0]["node"]
    assert await frontend.code(cast[5], "AcceptWaitlistOffer", id=mine["id"]) == "NOT_FOUND"
    got = await frontend.do(cast[3], "AcceptWaitlistOffer", id=mine["id"])
    assert (got["booking"]["state"], got["booking"]["heldUntil"]) == ("BOOKED", None)
    late = (await frontend.ask(cast[4], "MyWaitlist"))["edges"][0]["node"]
    frontend.at(now + 2 * HOUR)
    assert await frontend.code(cast[4], "AcceptWaitlistOffer", id=late["id"]) == "OFFER_OVER"
    at = session.starts_at - 10 * HOUR
    frontend.at(at)
    assert await booking.expire_due(now=at) == 1
    assert await offers() == {ids[5]: at + 30 * MINUTE}

    # Whoever comes again stands at the end; near the start the time to answer ends with it.
    await frontend.do(cast[6], "BookSlot", sessionId=str(session.id))
    again = await frontend.do(cast[4], "BookSlot", sessionId=str(session.id))
    assert again["waiting"]["state"] == "WAITING"
    near = (await OfficeHourSlot.get(person_id=ids[5])).starts_at - 10 * MINUTE
    frontend.at(near)
    await frontend.do(
        cast[5], "LeaveWaitlist", id=(await frontend.ask(cast[5], "MyWaitlist"))["edges"][0]["node"]["id"]
    )
    assert await offers() == {ids[6]: near + 10 * MINUTE}


async def test_what_somebody_needs_reaches_the_hosts_and_nobody_else(frontend: Frontend, now: datetime) -> None:
    """E39: told a day before, at once when it is later than that; forgotten when it is over."""
    host, session = await with_slots(now, first_day=date(2020, 4, 16))
    guest, late = await people.participant(now=now), await people.participant("Mia Sanders", now=now)
    manager, id = await people.manager(now=now), str(session.id)
    await frontend.do(guest, "BookSlot", sessionId=id, needs="Untertitel, bitte.")
    assert await reminders(host, "hours.needs") == [session.starts_at - DAY]
    frontend.at(session.starts_at - 2 * HOUR)
    await frontend.do(late, "BookSlot", sessionId=id, needs="Langsam sprechen")
    assert sorted(await reminders(host, "hours.needs"))[-1] == session.starts_at - 2 * HOUR

    async def read(who: Any) -> list[str]:
        edges = (await frontend.ask(who, "OfficeHourBookings", sessionId=id))["edges"]
        return [edge["node"]["needs"] for edge in edges]

    assert await read(host) == ["Untertitel, bitte.", "Langsam sprechen"]
    assert await read(guest) == ["Untertitel, bitte."]
    assert await read(manager) == await read(await people.editor(now=now)) == []
    for row in await models.Notification.all():
        assert "Untertitel" not in str(row.about)
    for action, at in (("open", session.starts_at), ("begin", session.starts_at), ("close", session.ends_at)):
        await OfficeHourSession.act(session.id, action, by=host, now=at)
    assert await read(host) == ["", ""]


async def test_who_must_not_meet_waits_and_nothing_says_why(frontend: Frontend, now: datetime) -> None:
    """E38: a free seat is offered to somebody else; whichever of the two has said it."""
    host, session = await with_slots(now)
    one, other = await people.participant(now=now), await people.participant("Mia Sanders", now=now)
    await Block.put(one.person_id, by=host, now=now)  # type: ignore[arg-type]
    done = await frontend.do(one, "BookSlot", sessionId=str(session.id))
    assert done["waiting"]["state"] == "WAITING"
    for _ in range(2):
        seat = (await frontend.do(other, "BookSlot", sessionId=str(session.id)))["booking"]
        await frontend.do(other, "CancelBooking", slotId=seat["id"])
    assert await offers() == {}


async def test_bookings_follow_the_session_and_end_with_it(frontend: Frontend, now: datetime) -> None:
    """E31, E32: one's own time is what one is reminded of; moved with the session, gone with it."""
    host, session = await with_slots(now, first_day=date(2020, 4, 20))
    guest, waiting = await people.participant(now=now), await people.participant("Mia Sanders", now=now)
    slots = await OfficeHourSlot.filter(session_id=session.id).order_by("starts_at")
    await frontend.do(guest, "BookSlot", sessionId=str(session.id), slotId=str(slots[1].id), needs="DGS")
    taken = await frontend.code(waiting, "BookSlot", sessionId=str(session.id), slotId=str(slots[1].id))
    assert taken == "SLOT_TAKEN"
    assert await reminders(guest, "hours.tomorrow") == [slots[1].starts_at - DAY]

    for delta in (20 * MINUTE, -40 * MINUTE):
        before = (await OfficeHourSession.get(id=session.id)).starts_at
        await OfficeHourSession.reschedule(session.id, before + delta, by=host, now=now)
    assert await reminders(guest, "hours.tomorrow") == [slots[1].starts_at - 20 * MINUTE - DAY]
    assert await reminders(guest, "hours.soon") == [slots[1].starts_at - 20 * MINUTE - HOUR]
    assert await reminders(host, "hours.needs") == [session.starts_at - 20 * MINUTE - DAY]
    await frontend.do(host, "CancelOfficeHour", id=str(session.id))
    assert await reminders(host, "hours.needs") == []
    assert await reminders(guest, "hours.tomorrow") == await reminders(guest, "hours.soon") == []
    assert await models.Notification.filter(person_id=guest.person_id, what="hours.cancelled").count() == 1
    assert set(await OfficeHourSlot.all().values_list("state", flat=True)) == {SlotState.CANCELLED}


async def test_a_no_show_is_private_corrected_and_forgotten(frontend: Frontend, now: datetime) -> None:
    """E33, and E3: whoever leaves gives their seat to the next one."""
    host, session = await with_slots(now)
    cast = [await people.participant(f"Person {n}", now=now) for n in range(4)]
    for who in cast:
        await frontend.do(who, "BookSlot", sessionId=str(session.id))
    await person_gone(cast[2].person_id, now=now)  # type: ignore[arg-type]
    assert set(await offers()) == {cast[3].person_id}

    over = session.ends_at
    frontend.at(over)
    slots = await OfficeHourSlot.filter(session_id=session.id).order_by("starts_at")
    assert await frontend.code(cast[1], "RecordAttendance", slotId=str(slots[0].id), attended=False) == "NOT_ALLOWED"
    for slot in slots[:2]:
        await frontend.do(host, "RecordAttendance", slotId=str(slot.id), attended=False)
    seen = await frontend.ask(cast[1], "OfficeHourBookings", sessionId=str(session.id))
    assert [edge["node"]["state"] for edge in seen["edges"]] == ["NO_SHOW"], "of nobody else"
    corrected = await frontend.do(cast[1], "CorrectNoShow", slotId=str(slots[1].id))
    assert corrected["booking"]["state"] == "ATTENDED"

    assert await booking.forget_no_shows(now=over + 89 * DAY) == 0
    assert await booking.forget_no_shows(now=over + 91 * DAY) == 1
    assert (await frontend.ask(cast[0], "MyBookings"))["edges"] == []
