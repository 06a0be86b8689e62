"""The seats of one session while it is made, moved, called off or over, and what becomes of a seat that is free.

Everything here runs in the caller's transaction, which holds the session's row: so seats are given one after the other.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.access import SYSTEM
from models.hours import telling
from models.hours.calendars import Visit
from models.hours.hosting import OfficeHourHost
from models.hours.slots import OfficeHourSlot, SlotState
from models.hours.waiting import STILL, WaitlistEntry, WaitlistState, offered_until
from models.members import blocked
from models.members.person import PersonState

HERE = [PersonState.ACTIVE, PersonState.DORMANT]


async def make(session: Any, minutes: int) -> None:
    """As many slots as fit, one after the other; at least one."""
    count = max(1, int((session.ends_at - session.starts_at) / timedelta(minutes=minutes)))
    starts = [session.starts_at + n * timedelta(minutes=minutes) for n in range(count)]
    await OfficeHourSlot.bulk_create(
        [OfficeHourSlot(session_id=session.id, starts_at=at, ends_at=at + timedelta(minutes=minutes)) for at in starts]
    )


async def unwelcome(session_id: UUID, person_id: UUID) -> bool:
    """Whether one of the hosts and this person must not be matched (E38)."""
    apart = await blocked(person_id)
    return bool(apart) and await OfficeHourHost.filter(session_id=session_id, person_id__in=list(apart)).exists()


async def offer_next(session: Any, slot: OfficeHourSlot, now: datetime) -> WaitlistEntry | None:
    """Hold a free slot for whoever has waited longest; None when nobody waits or no time is left to answer (C1.2)."""
    until = offered_until(slot.starts_at, now)
    if until <= now:
        return None
    waiting = WaitlistEntry.filter(session_id=session.id, state=WaitlistState.WAITING, person__state__in=HERE)
    for entry in await waiting.order_by("place").select_for_update():
        if await unwelcome(session.id, entry.person_id):
            continue
        slot.person_id, slot.held_until = entry.person_id, until
        await slot.follow("hold", by=SYSTEM, now=now)
        entry.offer_until = until
        await entry.follow("offer", by=SYSTEM, now=now)
        await telling.seat_offered(entry, session, until, now)
        return entry
    return None


async def free(session: Any, slot: OfficeHourSlot, action: str, by: Any, now: datetime) -> None:
    """Somebody gives a slot up, or their offer has ended: the next one is asked."""
    await telling.stop(slot, now)
    await Visit.end(slot, now)
    await slot.follow(action, by=by, now=now)
    await offer_next(session, slot, now)


async def taken(session: Any) -> list[OfficeHourSlot]:
    rows = OfficeHourSlot.filter(session_id=session.id, state=SlotState.BOOKED)
    return await rows.order_by("starts_at").select_for_update()


async def shift(session: Any, by: timedelta, now: datetime) -> None:
    """The session was moved: its slots, and the reminders of those who booked, go along (E32)."""
    rows = await OfficeHourSlot.filter(session_id=session.id).order_by("starts_at").select_for_update()
    # In an order in which no slot lands on one that has not moved yet.
    for slot in reversed(rows) if by > timedelta(0) else rows:
        slot.starts_at, slot.ends_at = slot.starts_at + by, slot.ends_at + by
        if slot.held_until is not None:
            slot.held_until = min(slot.held_until, slot.starts_at)
            holders = WaitlistEntry.filter(session_id=session.id, person_id=slot.person_id)
            await holders.update(offer_until=slot.held_until)
        await slot.save()
    for slot in rows:
        if slot.state is SlotState.BOOKED and slot.person_id is not None:
            await Visit.note(slot, now)
            await telling.remind_of_slot(slot, session, now)
            await telling.moved(session, [slot.person_id], now)
            if slot.needs:
                await telling.needs_known(slot, session, await session.host_ids(), now)


async def call_off(session: Any, now: datetime) -> None:
    """The session does not take place: whoever had a seat or waited for one is told, and nobody is reminded."""
    concerned = []
    for slot in await OfficeHourSlot.filter(session_id=session.id).order_by("starts_at").select_for_update():
        if slot.person_id is not None:
            concerned.append(slot.person_id)
            await telling.stop(slot, now)
        slot.held_until, slot.needs = None, ""
        if slot.state is SlotState.HELD:
            slot.person_id = None
        if slot.state in (SlotState.FREE, SlotState.HELD, SlotState.BOOKED):
            await slot.follow("call_off", by=SYSTEM, now=now)
    concerned += await end_waiting(session, now)
    await telling.cancelled(session, dict.fromkeys(concerned), now)


async def end_waiting(session: Any, now: datetime) -> list[UUID]:
    """Nobody waits for this session any more. Returns who did."""
    rows = WaitlistEntry.filter(session_id=session.id, state__in=list(STILL)).order_by("place")
    entries = await rows.select_for_update()
    for entry in entries:
        await entry.follow("leave", by=SYSTEM, now=now)
    return [entry.person_id for entry in entries]


async def over(session: Any, now: datetime) -> None:
    """It is over: what people needed is forgotten, offers and waiting end."""
    await OfficeHourSlot.filter(session_id=session.id).update(needs="")
    for slot in await OfficeHourSlot.filter(session_id=session.id, state=SlotState.HELD).select_for_update():
        await slot.follow("release", by=SYSTEM, now=now)
    await end_waiting(session, now)
