"""What people do with seats: book, give back, wait, answer an offer. Each locks the session first."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, require
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.hours import seats, telling
from models.hours.calendars import Visit
from models.hours.refusals import BookedAlready, NoSlots, SlotTaken, TooLateForThat
from models.hours.session import OfficeHourSession
from models.hours.slots import NEEDS_MAX, NO_SHOWS_KEPT, OfficeHourSlot, SlotState
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


async def give_back(slot_id: UUID, *, by: Viewer, now: datetime) -> OfficeHourSlot:
    """Cancel one's booking; whoever has waited longest is asked at once (E29)."""
    async with in_transaction():
        session, slot = await _both_locked(slot_id)
        await seats.free(session, slot, "give_back", by, now)
    return slot


async def _both_locked(slot_id: UUID) -> tuple[OfficeHourSession, OfficeHourSlot]:
    seen = await OfficeHourSlot.filter(id=slot_id).first()
    if seen is None:
        raise NotFound("slotId")
    session = await OfficeHourSession.locked(seen.session_id)
    return session, await OfficeHourSlot.locked(slot_id)


async def accept(entry_id: UUID, *, by: Viewer, now: datetime, needs: str = "") -> OfficeHourSlot:
    """Take the seat that is held for oneself. Raises `OfferOver` when the time for it has passed."""
    said = text.prose(needs, "needs", NEEDS_MAX, required=False)
    async with in_transaction():
        session, entry = await _place_locked(entry_id, by)
        await entry.follow("accept", by=by, now=now)
        slot = await _held(entry)
        slot.needs = said
        await slot.follow("book", by=by, now=now)
        slot.held_until = None
        await slot.save(update_fields=["held_until"])
        await _settled(session, slot, now)
    return slot


async def leave(entry_id: UUID, *, by: Viewer, now: datetime) -> WaitlistEntry:
    """Wait no longer, or say no to an offer; the next one is asked."""
    async with in_transaction():
        session, entry = await _place_locked(entry_id, by)
        await _give_way(session, entry, "leave", by, now)
    return entry


async def _place_locked(entry_id: UUID, by: Viewer) -> tuple[OfficeHourSession, WaitlistEntry]:
    """Nobody else's entry is there for anybody."""
    seen = await WaitlistEntry.filter(id=entry_id, person_id=by.person_id).first() if by.person_id else None
    if seen is None:
        raise NotFound("id")
    session = await OfficeHourSession.locked(seen.session_id)
    return session, await WaitlistEntry.locked(entry_id)


async def _held(entry: WaitlistEntry) -> OfficeHourSlot:
    rows = OfficeHourSlot.filter(session_id=entry.session_id, person_id=entry.person_id, state=SlotState.HELD)
    return await rows.select_for_update().get()


async def _give_way(session: OfficeHourSession, entry: WaitlistEntry, action: str, by: Viewer, now: datetime) -> None:
    offered = entry.state is WaitlistState.OFFERED
    await entry.follow(action, by=by, now=now)
    if offered:
        await seats.free(session, await _held(entry), "release", SYSTEM, now)


async def expire_due(*, now: datetime, most: int = 100) -> int:
    """Offers that nobody answered in time: the seat goes to the next one. Returns how many."""
    due = WaitlistEntry.filter(state=WaitlistState.OFFERED, offer_until__lte=now).order_by("offer_until", "id")
    seen = await due.limit(most)
    for each in seen:
        async with in_transaction():
            session = await OfficeHourSession.locked(each.session_id)
            entry = await WaitlistEntry.locked(each.id)
            if (await entry.decide("expire", by=SYSTEM, now=now)).allowed:
                await _give_way(session, entry, "expire", SYSTEM, now)
    return len(seen)


async def record(slot_id: UUID, attended: bool, *, by: Viewer, now: datetime) -> OfficeHourSlot:
    """A host says who came. A no-show is between the person and the hosts, and is forgotten after 90 days (E33)."""
    async with in_transaction():
        _, slot = await _both_locked(slot_id)
        await slot.follow("attend" if attended else "miss", by=by, now=now)
    return slot


async def correct(slot_id: UUID, *, by: Viewer, now: datetime) -> OfficeHourSlot:
    """I was there: the person's own word counts."""
    async with in_transaction():
        _, slot = await _both_locked(slot_id)
        await slot.follow("correct", by=by, now=now)
    return slot


async def forget_no_shows(*, now: datetime, most: int = 100) -> int:
    """What is older than 90 days names nobody any more. Returns how many."""
    old = OfficeHourSlot.filter(state=SlotState.NO_SHOW, ends_at__lte=now - NO_SHOWS_KEPT).order_by("id").limit(most)
    ids = await old.values_list("id", flat=True)
    for id in ids:
        async with in_transaction():
            slot = await OfficeHourSlot.locked(id)  # type: ignore[arg-type]
            if slot.state is SlotState.NO_SHOW:
                await slot.follow("decay", by=SYSTEM, now=now)
    return len(ids)


async def person_left(person_id: UUID, *, now: datetime) -> None:
    """Whoever has gone gives back what they booked and waits for nothing (E3)."""
    mine = OfficeHourSlot.filter(person_id=person_id, state=SlotState.BOOKED, starts_at__gt=now).order_by("id")
    for id in await mine.values_list("id", flat=True):
        async with in_transaction():
            session, slot = await _both_locked(id)  # type: ignore[arg-type]
            if slot.person_id == person_id and slot.state is SlotState.BOOKED:
                await seats.free(session, slot, "give_back", SYSTEM, now)
    waits = WaitlistEntry.filter(person_id=person_id, state__in=list(STILL)).order_by("id")
    for entry in await waits:
        async with in_transaction():
            session = await OfficeHourSession.locked(entry.session_id)
            again = await WaitlistEntry.locked(entry.id)
            if again.state in STILL:
                await _give_way(session, again, "leave", SYSTEM, now)
