"""Who came, and how a no-show is corrected and forgotten (E33)."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.hours.booking.locking import both_locked
from models.hours.slots import NO_SHOWS_KEPT, OfficeHourSlot, SlotState


async def record(slot_id: UUID, attended: bool, *, by: Viewer, now: datetime) -> OfficeHourSlot:
    """A host says who came. A no-show is between the person and the hosts, and is forgotten after 90 days (E33)."""
    async with in_transaction():
        _, slot = await both_locked(slot_id)
        await slot.follow("attend" if attended else "miss", by=by, now=now)
    return slot


async def correct(slot_id: UUID, *, by: Viewer, now: datetime) -> OfficeHourSlot:
    """I was there: the person's own word counts."""
    async with in_transaction():
        _, slot = await both_locked(slot_id)
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
