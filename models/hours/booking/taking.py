"""Taking a seat: booked, or held for oneself; or a place on the waitlist."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.errors import NotAllowed, SignInNeeded
from models.hours import seats, telling
from models.hours.booking.locking import held, place_locked
from models.hours.calendars import Visit
from models.hours.refusals import BookedAlready, NoSlots, SlotTaken, TooLateForThat
from models.hours.session import OfficeHourSession
from models.hours.slots import NEEDS_MAX, OfficeHourSlot, SlotState
from models.hours.waiting import STILL, WaitlistEntry, WaitlistState
from models.hours.words import HourMode, SessionState
from models.members import alone_with
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role

BOOKABLE = (SessionState.PLANNED, SessionState.OPEN)


class Booked(NamedTuple):
    """What came of it: a slot, or a place on the waitlist."""

    slot: OfficeHourSlot | None
    waiting: WaitlistEntry | None


async def book(session_id: UUID, *, by: Viewer, now: datetime, slot_id: UUID | None = None, needs: str = "") -> Booked:
    """Book a slot of a session, the named one or the first that is free; when none is, wait for one (C1.1).

    Whoever must not meet a host waits as if it were full, and no answer says so (E38).
    """
    if by.person_id is None:
        raise SignInNeeded()
    require(by, Role.PARTICIPANT)
    said = text.prose(needs, "needs", NEEDS_MAX, required=False)
    async with in_transaction():
        session = await OfficeHourSession.locked(session_id, "sessionId")
        await _may_book(session, by.person_id, now)
        rows = OfficeHourSlot.filter(session_id=session.id, state=SlotState.FREE, starts_at__gt=now)
        open_ = [] if await seats.unwelcome(session.id, by.person_id) else await rows.order_by("starts_at")
        slot = next((each for each in open_ if slot_id in (None, each.id)), None)
        if slot is None and open_:
            raise SlotTaken("slotId")
        if slot is None:
            return Booked(None, await _wait(session, by, now))
        slot.person_id, slot.needs = by.person_id, said
        await slot.follow("book", by=by, now=now)
        await _settled(session, slot, now)
        await _stop_waiting(session, by, now)
    return Booked(slot, None)


async def _may_book(session: OfficeHourSession, person_id: UUID, now: datetime) -> None:
    if session.mode is not HourMode.SLOTS:
        raise NoSlots("sessionId")
    if session.state not in BOOKABLE or session.ends_at <= now:
        raise TooLateForThat("sessionId")
    if await OfficeHourSlot.filter(session_id=session.id, person_id=person_id).exists():
        raise BookedAlready("sessionId")
    hosts = await session.host_ids()
    if person_id in hosts:
        raise NotAllowed("sessionId")
    for host in hosts:
        if refusal := await alone_with(person_id, host, now=now):
            raise refusal


async def _settled(session: OfficeHourSession, slot: OfficeHourSlot, now: datetime) -> None:
    await Visit.note(slot, now)
    await telling.remind_of_slot(slot, session, now)
    if slot.needs:
        await telling.needs_known(slot, session, await session.host_ids(), now)


async def _wait(session: OfficeHourSession, by: Viewer, now: datetime) -> WaitlistEntry:
    """A place at the end. Whoever waits already keeps theirs."""
    assert by.person_id is not None
    last = await WaitlistEntry.filter(session_id=session.id).order_by("-place").first()
    place = last.place + 1 if last else 1
    entry = await WaitlistEntry.filter(session_id=session.id, person_id=by.person_id).select_for_update().first()
    if entry is not None and entry.state in STILL:
        return entry
    if entry is not None:
        entry.place, entry.offer_until = place, None
        await entry.follow("wait", by=by, now=now)
        return entry
    entry = await WaitlistEntry.create(session_id=session.id, person_id=by.person_id, place=place)
    await AuditEvent.record(entry, "wait", by=by, now=now, after=entry.state.value)
    await OutboxEvent.record("waitlist_entry.waiting", subject_kind=entry.kind, subject_id=entry.id, now=now)
    return entry


async def _stop_waiting(session: OfficeHourSession, by: Viewer, now: datetime) -> None:
    mine = WaitlistEntry.filter(session_id=session.id, person_id=by.person_id, state=WaitlistState.WAITING)
    for entry in await mine.select_for_update():
        await entry.follow("leave", by=by, now=now)


async def accept(entry_id: UUID, *, by: Viewer, now: datetime, needs: str = "") -> OfficeHourSlot:
    """Take the seat that is held for oneself. Raises `OfferOver` when the time for it has passed."""
    said = text.prose(needs, "needs", NEEDS_MAX, required=False)
    async with in_transaction():
        session, entry = await place_locked(entry_id, by)
        await entry.follow("accept", by=by, now=now)
        slot = await held(entry)
        slot.needs = said
        await slot.follow("book", by=by, now=now)
        slot.held_until = None
        await slot.save(update_fields=["held_until"])
        await _settled(session, slot, now)
    return slot
