"""What people say about seats."""

from uuid import UUID

from schema.described import answer, given
from schema.hours.sessions import OfficeHourBooking, OfficeHourSlot, WaitlistEntry
from schema.inputs import Given, Payload


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
