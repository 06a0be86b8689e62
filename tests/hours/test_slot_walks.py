"""Whatever people do with seats: as many as there were, one for each person, each held for whom it is offered to."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import Viewer
from models.errors import Refusal
from models.hours import OfficeHourSession, OfficeHourSlot, SlotState, WaitlistEntry, WaitlistState, booking
from models.members import Person
from models.outbox import AuditEvent
from tests.exchanging import crowd
from tests.hours.hosting import expert, first_of, offered
from tests.hours.test_slots import SLOTS

DECLARED = {
    row.kind: {(edge.source.value, edge.action, edge.target.value) for edge in row.transitions}
    for row in (OfficeHourSlot, WaitlistEntry)
}
BIRTHS = {OfficeHourSlot.kind: set[Any](), WaitlistEntry.kind: {("", "wait", "waiting")}}
VERBS = ["book", "book", "book", "give_back", "give_back", "accept", "accept", "leave", "tick", "miss", "attend",
         "correct"]  # fmt: skip


async def act(session_id: Any, verb: str, who: Viewer, host: Viewer, now: datetime) -> None:
    slot = await OfficeHourSlot.filter(session_id=session_id, person_id=who.person_id).first()
    entry = await WaitlistEntry.filter(session_id=session_id, person_id=who.person_id).first()
    match verb:
        case "book":
            await booking.book(session_id, by=who, now=now)
        case "give_back" if slot:
            await booking.give_back(slot.id, by=who, now=now)
        case "accept" if entry:
            await booking.accept(entry.id, by=who, now=now)
        case "leave" if entry:
            await booking.leave(entry.id, by=who, now=now)
        case "miss" | "attend" if slot:
            await booking.record(slot.id, verb == "attend", by=host, now=now)
        case "correct" if slot:
            await booking.correct(slot.id, by=who, now=now)
        case "tick":
            await booking.expire_due(now=now)


async def walked(kind: str) -> set[tuple[str, str, str]]:
    return {(row.before, row.action, row.after) for row in await AuditEvent.filter(subject_kind=kind)}


async def begun(now: datetime, seats: int, people: int) -> tuple[OfficeHourSession, Viewer, list[Viewer]]:
    host = await expert(now=now)
    session = await first_of(await offered(host, now, **{**SLOTS, "slot_minutes": 60 // seats}))
    return session, host, await crowd(people, now)


STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 200)), min_size=5, max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_seats_are_neither_lost_nor_given_twice(
    database: str, now: datetime, steps: list[tuple[str, int, int]]
) -> None:
    await AuditEvent.all().delete()
    await WaitlistEntry.all().delete()
    await Person.filter(handle__startswith="crowd-").delete()
    session, host, people = await begun(now, 2, 4)
    at = session.starts_at - timedelta(hours=12)
    for verb, who, minutes in steps:
        at += timedelta(minutes=minutes)
        with suppress(Refusal):
            await act(session.id, verb, people[who], host, at)
        slots = await OfficeHourSlot.filter(session_id=session.id)
        entries = await WaitlistEntry.filter(session_id=session.id)
        assert len(slots) == 2
        held = {slot.person_id: slot.held_until for slot in slots if slot.state is SlotState.HELD}
        offers = {each.person_id: each.offer_until for each in entries if each.state is WaitlistState.OFFERED}
        assert held == offers
        assert all((slot.person_id is None) == (slot.state is SlotState.FREE) for slot in slots)
        seated = {slot.person_id for slot in slots if slot.state is SlotState.BOOKED}
        assert not seated & {each.person_id for each in entries if each.state is WaitlistState.WAITING}
        waits = any(each.state is WaitlistState.WAITING for each in entries)
        free = any(slot.state is SlotState.FREE and slot.starts_at > at for slot in slots)
        assert not (waits and free), "nobody waits beside a free seat"

    for kind, declared in DECLARED.items():
        assert await walked(kind) <= declared | BIRTHS[kind]


# One seat, two people and the host: who does what, so many minutes after the last step.
ROUTE = [
    ("book", 0, 0), ("book", 1, 0), ("give_back", 0, 0), ("accept", 1, 5), ("book", 0, 0), ("give_back", 1, 0),
    ("tick", 0, 31), ("book", 1, 0), ("book", 0, 0), ("give_back", 1, 0), ("accept", 0, 1), ("book", 1, 0),
    ("leave", 1, 0), ("book", 1, 0), ("give_back", 0, 0), ("leave", 1, 1), ("book", 1, 0), ("miss", 1, 700),
    ("correct", 1, 0), ("miss", 1, 0), ("attend", 1, 0), ("miss", 1, 0),
]  # fmt: skip


async def test_every_arrow_of_seats_can_be_gone(database: str, now: datetime) -> None:
    session, host, people = await begun(now, 1, 2)
    at = session.starts_at - timedelta(hours=10)
    for verb, who, minutes in ROUTE:
        at += timedelta(minutes=minutes)
        await act(session.id, verb, people[who], host, at)
    await booking.forget_no_shows(now=at + timedelta(days=91))
    ended, host, _ = await begun(now + timedelta(minutes=1), 1, 0)
    await booking.book(ended.id, by=people[0], now=now)
    await booking.book(ended.id, by=people[1], now=now)
    seat = await OfficeHourSlot.get(session_id=ended.id)
    await booking.give_back(seat.id, by=people[0], now=now)
    await OfficeHourSession.cancel(ended.id, "", by=host, now=now)
    for booked in (True, False):
        other, host, _ = await begun(now, 1, 0)
        if booked:
            await booking.book(other.id, by=people[0], now=now)
        await OfficeHourSession.cancel(other.id, "", by=host, now=now)
    attended, host, _ = await begun(now, 1, 0)
    await booking.book(attended.id, by=people[0], now=now)
    seat = await OfficeHourSlot.get(session_id=attended.id)
    await booking.record(seat.id, True, by=host, now=attended.starts_at)

    for kind, declared in DECLARED.items():
        assert await walked(kind) - BIRTHS[kind] == declared, kind
