"""What people do with seats, and with the address of their calendar."""

import strawberry

import models
from models.hours import booking
from resolvers.verbs import verb
from schema import hours as h
from schema.binding import shown
from schema.context import Info


@strawberry.type
class BookingMutation:
    @verb(h.BookSlotPayload, limit="60/hour")
    async def book_slot(self, info: Info, input: h.BookSlotInput) -> h.BookSlotPayload:
        """Book a time in a session with slots; when none is free you wait for one."""
        found = await booking.book(
            input.session_id, slot_id=input.slot_id, needs=input.needs, by=info.context.viewer, now=info.context.now
        )
        return h.BookSlotPayload(booking=shown(found.slot), waiting=shown(found.waiting))

    @verb(h.CancelBookingPayload)
    async def cancel_booking(self, info: Info, input: h.CancelBookingInput) -> h.CancelBookingPayload:
        """Give your seat back; whoever has waited longest is asked at once."""
        slot = await booking.give_back(input.slot_id, by=info.context.viewer, now=info.context.now)
        return h.CancelBookingPayload(slot=shown(slot))

    @verb(h.AcceptWaitlistOfferPayload)
    async def accept_waitlist_offer(
        self, info: Info, input: h.AcceptWaitlistOfferInput
    ) -> h.AcceptWaitlistOfferPayload:
        """Take the seat that is held for you."""
        slot = await booking.accept(input.id, needs=input.needs, by=info.context.viewer, now=info.context.now)
        return h.AcceptWaitlistOfferPayload(booking=shown(slot))

    @verb(h.LeaveWaitlistPayload)
    async def leave_waitlist(self, info: Info, input: h.LeaveWaitlistInput) -> h.LeaveWaitlistPayload:
        """Wait no longer, or say no to an offer."""
        entry = await booking.leave(input.id, by=info.context.viewer, now=info.context.now)
        return h.LeaveWaitlistPayload(entry=shown(entry))

    @verb(h.RecordAttendancePayload)
    async def record_attendance(self, info: Info, input: h.RecordAttendanceInput) -> h.RecordAttendancePayload:
        """Say who came; hosts and community managers. It stays between you and the person."""
        slot = await booking.record(input.slot_id, input.attended, by=info.context.viewer, now=info.context.now)
        return h.RecordAttendancePayload(slot=shown(slot))

    @verb(h.CorrectNoShowPayload)
    async def correct_no_show(self, info: Info, input: h.CorrectNoShowInput) -> h.CorrectNoShowPayload:
        """You were there after all: your word counts."""
        slot = await booking.correct(input.slot_id, by=info.context.viewer, now=info.context.now)
        return h.CorrectNoShowPayload(booking=shown(slot))


@strawberry.type
class CalendarMutation:
    @verb(h.IssueCalendarFeedPayload, limit="20/hour", once=("url",))
    async def issue_calendar_feed(self, info: Info, input: h.IssueCalendarFeedInput) -> h.IssueCalendarFeedPayload:
        """A secret address with what you host and have booked, for your calendar."""
        secret = await models.CalendarFeed.issue(by=info.context.viewer, now=info.context.now)
        return h.IssueCalendarFeedPayload(url=info.context.services.site.url(f"/calendar/{secret}.ics"))

    @verb(h.RevokeCalendarFeedPayload)
    async def revoke_calendar_feed(self, info: Info, input: h.RevokeCalendarFeedInput) -> h.RevokeCalendarFeedPayload:
        """The address stops working at once."""
        await models.CalendarFeed.revoke(by=info.context.viewer, now=info.context.now)
        return h.RevokeCalendarFeedPayload(revoked=True)
