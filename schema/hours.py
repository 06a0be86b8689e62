"""Sprechstunden: what is offered, when it takes place, who hosts it."""

from datetime import date, datetime, timedelta
from uuid import UUID

import strawberry

import models
from models.access import Viewer
from models.hours import HourBanner, HourMode, SessionState, SlotState, WaitlistState
from schema.binding import bound, column, localised, relation
from schema.derived import derived
from schema.described import answer, enum, given
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.members import Person, Skill
from schema.programme import FieldOfAction

enum(HourBanner)
enum(SlotState, "OfficeHourSlotState")
enum(SessionState, "OfficeHourState")


@bound(models.OfficeHourTopic)
class OfficeHourTopic:
    """What a Sprechstunde is about: a skill, or a field of action."""

    id: UUID
    skill: Skill | None = relation("skill", scoped=True)
    field_of_action: FieldOfAction | None


@bound(models.OfficeHourHost)
class OfficeHourHost:
    """Who hosts one session; null for whom that person does not show themselves to."""

    id: UUID
    person: Person | None = relation("person", scoped=True)


@bound(models.OfficeHourSeries)
class OfficeHourSeries:
    """A Sprechstunde that recurs, or takes place once. Its times are local in its zone."""

    id: UUID
    version: int
    title: LocalisedText = localised("title")
    about: LocalisedText = localised("about")
    mode: HourMode
    language: str
    """In which it is held: ISO 639, such as `de`, `tr` or `gsg` for German Sign Language."""
    rrule: str
    """When it recurs, as in iCalendar: `FREQ=WEEKLY;BYDAY=WE`."""
    time_zone: str = column("zone")
    """The zone of intent: it begins at the same hour there before and after each change of clocks."""
    first_day: date
    last_day: date | None
    starts_at: str = column("time_of_day")
    """The time of day in that zone, such as `17:00`."""
    minutes: int
    slot_minutes: int
    exceptions: list[str]
    """Dates on which it does not take place."""
    captions: bool
    """What is said is written along."""
    sign_language: bool
    """Somebody interprets into German Sign Language (DGS)."""
    topics: list[OfficeHourTopic] = relation("topics", order="id")

    @derived("phone")
    def by_phone(phone: str) -> bool:
        """Whether one can dial in by telephone."""
        return bool(phone)

    @derived("phone")
    def phone(phone: str, viewer: Viewer) -> str | None:
        """The number to dial; for members."""
        return None if viewer.is_anonymous else phone

    @derived("room_url")
    def room_url(room_url: str, viewer: Viewer) -> str | None:
        """Where it takes place; for members, so that nobody strolls in."""
        return None if viewer.is_anonymous else room_url


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


@given
class CreateOfficeHourSeriesInput(Given):
    title_de: str
    title_en: str = ""
    about_de: str = ""
    about_en: str = ""
    mode: HourMode
    language: str = "de"
    rrule: str
    """`FREQ=DAILY`, `WEEKLY` or `MONTHLY` with INTERVAL, BYDAY, and COUNT or UNTIL; `FREQ=DAILY;COUNT=1` for once."""
    time_zone: str = "Europe/Berlin"
    first_day: date
    starts_at: str
    """The time of day there: `17:00`. Skipped in spring it moves past the gap; doubled, the first counts."""
    minutes: int = 60
    slot_minutes: int = 20
    """How long one slot lasts, in the mode `SLOTS`."""
    hosts: list[UUID] = strawberry.field(default_factory=list)
    """Left out: you. Others are entered by community managers."""
    skills: list[UUID] = strawberry.field(default_factory=list)
    fields_of_action: list[UUID] = strawberry.field(default_factory=list)
    room_url: str = ""
    captions: bool = False
    sign_language: bool = False
    phone: str = ""


@answer
class CreateOfficeHourSeriesPayload(Payload):
    series: OfficeHourSeries | None


@given
class LeaveOutOfficeHourInput(Given):
    id: UUID
    """Of the series."""
    day: date


@answer
class LeaveOutOfficeHourPayload(Payload):
    series: OfficeHourSeries | None


@given
class EndOfficeHourSeriesInput(Given):
    id: UUID
    last_day: date


@answer
class EndOfficeHourSeriesPayload(Payload):
    series: OfficeHourSeries | None


@given
class LimitHostingInput(Given):
    per_week: int | None = None
    """1 to 40 sessions in an ISO week of your own time zone; left out there is no limit."""


@answer
class LimitHostingPayload(Payload):
    per_week: int | None


@given
class RescheduleOfficeHourInput(Given):
    id: UUID
    starts_at: datetime


@answer
class RescheduleOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class CancelOfficeHourInput(Given):
    id: UUID
    reason: str = ""


@answer
class CancelOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class AnnounceDelayInput(Given):
    id: UUID
    minutes: int
    """0 to 120; 0 takes it back."""


@answer
class AnnounceDelayPayload(Payload):
    session: OfficeHourSession | None


@given
class OpenOfficeHourInput(Given):
    id: UUID


@answer
class OpenOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class BeginOfficeHourInput(Given):
    id: UUID


@answer
class BeginOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class CloseOfficeHourInput(Given):
    id: UUID


@answer
class CloseOfficeHourPayload(Payload):
    session: OfficeHourSession | None


@given
class PublishSessionNotesInput(Given):
    id: UUID
    notes: str
    """Markdown, up to 10,000 characters."""


@answer
class PublishSessionNotesPayload(Payload):
    session: OfficeHourSession | None


@given
class BookSlotInput(Given):
    session_id: UUID
    slot_id: UUID | None = None
    """Left out: the first that is free."""
    needs: str = ""
    """What you need in order to take part, such as captions or plain language. Only the hosts read it."""


@answer
class BookSlotPayload(Payload):
    booking: OfficeHourBooking | None
    waiting: WaitlistEntry | None
    """When no slot is free: your place on the waitlist."""


@given
class CancelBookingInput(Given):
    slot_id: UUID


@answer
class CancelBookingPayload(Payload):
    slot: OfficeHourSlot | None


@given
class AcceptWaitlistOfferInput(Given):
    id: UUID
    """Of your entry."""
    needs: str = ""


@answer
class AcceptWaitlistOfferPayload(Payload):
    booking: OfficeHourBooking | None


@given
class LeaveWaitlistInput(Given):
    id: UUID
    """Of your entry."""


@answer
class LeaveWaitlistPayload(Payload):
    entry: WaitlistEntry | None


@given
class RecordAttendanceInput(Given):
    slot_id: UUID
    attended: bool


@answer
class RecordAttendancePayload(Payload):
    slot: OfficeHourSlot | None


@given
class CorrectNoShowInput(Given):
    slot_id: UUID


@answer
class CorrectNoShowPayload(Payload):
    booking: OfficeHourBooking | None


@bound(models.CalendarFeed)
class CalendarFeed:
    """The secret address of your calendar; nobody can read it again, only make a new one."""

    id: UUID
    updated_at: datetime
    """When it was issued."""


@given
class IssueCalendarFeedInput(Given):
    """A new secret address; the one before stops working."""


@answer
class IssueCalendarFeedPayload(Payload):
    url: str | None
    """To be given to a calendar; shown this one time."""


@given
class RevokeCalendarFeedInput(Given):
    """The address stops working."""


@answer
class RevokeCalendarFeedPayload(Payload):
    revoked: bool
