"""One Sprechstunde on one day, its seats, and who waits for one."""

from datetime import datetime, timedelta
from uuid import UUID

import models
from models.access import Viewer
from models.hours import HourBanner, HourMode, SessionState, SlotState, WaitlistState
from models.hours.queue.standing import minutes, turns_of, waiting, waits_of
from schema.batched import batched
from schema.binding import bound, column, relation
from schema.context import Context
from schema.derived import derived
from schema.described import enum
from schema.hours.series import OfficeHourHost, OfficeHourSeries
from schema.members import Person

enum(HourBanner)
enum(SlotState, "OfficeHourSlotState")
enum(SessionState, "OfficeHourState")


@bound(models.OfficeHourSlot)
class OfficeHourSlot:
    """A time that one person can book. Who has booked it is nobody else's business."""

    id: UUID
    starts_at: datetime
    ends_at: datetime

    @derived("state")
    def is_free(state: SlotState) -> bool:
        """Whether it can be booked now."""
        return state is SlotState.FREE

    @derived("person_id")
    def is_yours(person_id: UUID | None, viewer: Viewer) -> bool:
        """Whether you have booked it, or it is held for you."""
        return person_id is not None and person_id == viewer.person_id


@bound(models.OfficeHourSession)
class OfficeHourSession:
    """One Sprechstunde on one day."""

    id: UUID
    version: int
    state: SessionState
    mode: HourMode
    language: str
    starts_at: datetime
    ends_at: datetime
    delay_minutes: int
    """It begins so much later, says the host."""
    missed_since: datetime | None = column("missed_at")
    """Since when everybody has been waiting for a host."""
    cancel_reason: str
    notes: str
    """What was found out, in Markdown; published afterwards."""
    notes_published_at: datetime | None = column("notes_at")
    series: OfficeHourSeries
    hosts: list[OfficeHourHost] = relation("hosts", order="id")
    slots: list[OfficeHourSlot] = relation("slots", order="starts_at,id")
    """What can be booked; empty where there are no slots."""

    @derived("state", "delay_minutes", "missed_at")
    def banner(state: SessionState, delay_minutes: int, missed_at: datetime | None) -> HourBanner | None:
        """What everybody should know right now."""
        if missed_at is not None and state is SessionState.PLANNED:
            return HourBanner.HOST_MISSING
        late = delay_minutes > 0 and state in (SessionState.PLANNED, SessionState.OPEN)
        return HourBanner.RUNNING_LATE if late else None

    @derived("starts_at", "delay_minutes")
    def expected_at(starts_at: datetime, delay_minutes: int) -> datetime:
        """When it begins, with the delay that was announced."""
        return starts_at + timedelta(minutes=delay_minutes)

    @batched("id")
    async def queue_length(ids: list[UUID], context: Context) -> list[int]:
        """How many wait in its queue; 0 where there is none."""
        found = await turns_of(ids)
        return [waiting(found[id]) for id in ids]

    @batched("id")
    async def wait_minutes(ids: list[UUID], context: Context) -> list[int | None]:
        """Of the last 20 who were helped, four out of five waited at most so long; null: unknown, fewer than 5 were."""
        found = await waits_of(ids)
        return [minutes(found[id]) for id in ids]


@bound(models.OfficeHourSlot)
class OfficeHourBooking:
    """A booking as the person and the hosts of the session read it; nobody else does."""

    id: UUID
    version: int
    state: SlotState
    """`NO_SHOW` is no mark: it can be corrected by the person, and names nobody any more after 90 days."""
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None
    """Until when an offer from the waitlist stands."""
    needs: str
    """What the person needs in order to take part; forgotten when the session is over."""
    person: Person | None = relation("person", scoped=True)
    session: OfficeHourSession


@bound(models.WaitlistEntry)
class WaitlistEntry:
    """Your place on the waitlist of a session."""

    id: UUID
    state: WaitlistState
    offer_until: datetime | None
    """Until when the seat is held for you."""
    session: OfficeHourSession
