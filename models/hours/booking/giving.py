"""Giving a seat, an offer or a place up; the next one is asked at once."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.hours import seats
from models.hours.booking.locking import both_locked, held, place_locked
from models.hours.session import OfficeHourSession
from models.hours.slots import OfficeHourSlot, SlotState
from models.hours.waiting import STILL, WaitlistEntry, WaitlistState


async def give_back(slot_id: UUID, *, by: Viewer, now: datetime) -> OfficeHourSlot:
    """Cancel one's booking; whoever has waited longest is asked at once (E29)."""
    async with in_transaction():
        session, slot = await both_locked(slot_id)
        await seats.free(session, slot, "give_back", by, now)
    return slot


async def leave(entry_id: UUID, *, by: Viewer, now: datetime) -> WaitlistEntry:
    """Wait no longer, or say no to an offer; the next one is asked."""
    async with in_transaction():
        session, entry = await place_locked(entry_id, by)
        await _give_way(session, entry, "leave", by, now)
    return entry


async def _give_way(session: OfficeHourSession, entry: WaitlistEntry, action: str, by: Viewer, now: datetime) -> None:
    offered = entry.state is WaitlistState.OFFERED
    await entry.follow(action, by=by, now=now)
    if offered:
        await seats.free(session, await held(entry), "release", SYSTEM, now)


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


async def person_left(person_id: UUID, *, now: datetime) -> None:
    """Whoever has gone gives back what they booked and waits for nothing (E3)."""
    mine = OfficeHourSlot.filter(person_id=person_id, state=SlotState.BOOKED, starts_at__gt=now).order_by("id")
    for id in await mine.values_list("id", flat=True):
        async with in_transaction():
            session, slot = await both_locked(id)  # type: ignore[arg-type]
            if slot.person_id == person_id and slot.state is SlotState.BOOKED:
                await seats.free(session, slot, "give_back", SYSTEM, now)
    waits = WaitlistEntry.filter(person_id=person_id, state__in=list(STILL)).order_by("id")
    for entry in await waits:
        async with in_transaction():
            session = await OfficeHourSession.locked(entry.session_id)
            again = await WaitlistEntry.locked(entry.id)
            if again.state in STILL:
                await _give_way(session, again, "leave", SYSTEM, now)
