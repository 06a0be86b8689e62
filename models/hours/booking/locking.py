"""The session first, then the seat or the place: the one order in which rows are locked."""

from uuid import UUID

from models.access import Viewer
from models.errors import NotFound
from models.hours.session import OfficeHourSession
from models.hours.slots import OfficeHourSlot, SlotState
from models.hours.waiting import WaitlistEntry


async def both_locked(slot_id: UUID) -> tuple[OfficeHourSession, OfficeHourSlot]:
    seen = await OfficeHourSlot.filter(id=slot_id).first()
    if seen is None:
        raise NotFound("slotId")
    session = await OfficeHourSession.locked(seen.session_id)
    return session, await OfficeHourSlot.locked(slot_id)


async def place_locked(entry_id: UUID, by: Viewer) -> tuple[OfficeHourSession, WaitlistEntry]:
    """Nobody else's entry is there for anybody."""
    seen = await WaitlistEntry.filter(id=entry_id, person_id=by.person_id).first() if by.person_id else None
    if seen is None:
        raise NotFound("id")
    session = await OfficeHourSession.locked(seen.session_id)
    return session, await WaitlistEntry.locked(entry_id)


async def held(entry: WaitlistEntry) -> OfficeHourSlot:
    rows = OfficeHourSlot.filter(session_id=entry.session_id, person_id=entry.person_id, state=SlotState.HELD)
    return await rows.select_for_update().get()
