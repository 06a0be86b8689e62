"""Sprechstunden: the list, one session, and what hosts do with them."""

from datetime import datetime
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models import hours
from models.access import visible
from models.hours import HourMode, Offer, Sought, booking
from models.hours.hosting import HostLimit
from models.members.fields import languages as codes
from resolvers.verbs import verb
from schema import hours as h
from schema.binding import reads, shown
from schema.context import Info
from schema.moments import moment
from schema.paging import Connection, Page

NOBODY = UUID(int=0)


@strawberry.type
class HourQuery:
    @reads(Connection[h.OfficeHourSession])
    def office_hours(
        self,
        info: Info,
        since: datetime | None = None,
        until: datetime | None = None,
        skill: UUID | None = None,
        field_of_action: str | None = None,
        languages: list[str] | None = None,
        mode: HourMode | None = None,
        host: UUID | None = None,
    ) -> Page[models.OfficeHourSession]:
        """Sprechstunden in the order in which they take place: what is not over yet, or what ends after `since`.

        The field of action by its key; any of the languages will do. Called-off ones say so.
        """
        sought = Sought(
            since=moment(since, "since") if since is not None else info.context.now,
            until=moment(until, "until") if until is not None else None,
            skill=skill, field_of_action=field_of_action, languages=codes(languages or ()), mode=mode, host=host,
        )  # fmt: skip
        return Page(visible(hours.sessions(sought), info.context.viewer), order=hours.ORDER)

    @reads(h.OfficeHourSession | None)
    def office_hour_session(self, info: Info, id: UUID) -> QuerySet[models.OfficeHourSession]:
        """One Sprechstunde on one day."""
        return visible(models.OfficeHourSession.filter(id=id), info.context.viewer)


@strawberry.type
class BookingQuery:
    @reads(Connection[h.OfficeHourBooking])
    def my_bookings(self, info: Info) -> Page[models.OfficeHourSlot]:
        """What you have booked or are being offered, in the order of time; past ones too."""
        viewer = info.context.viewer
        rows = hours.bookings(viewer).filter(person_id=viewer.person_id or NOBODY)
        return Page(visible(rows, viewer), order=hours.ORDER)

    @reads(Connection[h.OfficeHourBooking])
    def office_hour_bookings(self, info: Info, session_id: UUID) -> Page[models.OfficeHourSlot]:
        """Who comes to a session that you host, and your own booking of any."""
        viewer = info.context.viewer
        return Page(visible(hours.bookings(viewer).filter(session_id=session_id), viewer), order=hours.ORDER)

    @reads(Connection[h.WaitlistEntry])
    def my_waitlist(self, info: Info) -> Page[models.WaitlistEntry]:
        """Where you wait, are offered a seat, or did, the latest first."""
        return Page(visible(models.WaitlistEntry.all(), info.context.viewer), order=("-id",))


@strawberry.type
class CalendarQuery:
    @reads(h.CalendarFeed | None)
    def calendar_feed(self, info: Info) -> QuerySet[models.CalendarFeed]:
        """Whether there is a secret address of your calendar, and since when."""
        return visible(models.CalendarFeed.all(), info.context.viewer)


async def act(info: Info, id: UUID, action: str) -> models.OfficeHourSession:
    return await models.OfficeHourSession.act(id, action, by=info.context.viewer, now=info.context.now)


@strawberry.type
class HourMutation:
    @verb(h.CreateOfficeHourSeriesPayload, limit="20/hour")
    async def create_office_hour_series(
        self, info: Info, input: h.CreateOfficeHourSeriesInput
    ) -> h.CreateOfficeHourSeriesPayload:
        """Offer a Sprechstunde; experts and community managers. Eight weeks of sessions are there at once."""
        said = Offer(
            title_de=input.title_de, title_en=input.title_en, about_de=input.about_de, about_en=input.about_en,
            mode=input.mode, language=input.language, rrule=input.rrule, time_zone=input.time_zone,
            first_day=input.first_day, starts_at=input.starts_at, minutes=input.minutes,
            slot_minutes=input.slot_minutes, hosts=input.hosts,
            skills=input.skills, fields_of_action=input.fields_of_action, room_url=input.room_url,
            captions=input.captions, sign_language=input.sign_language, phone=input.phone,
        )  # fmt: skip
        series = await hours.offer(said, by=info.context.viewer, now=info.context.now)
        return h.CreateOfficeHourSeriesPayload(series=shown(series))

    @verb(h.LeaveOutOfficeHourPayload)
    async def leave_out_office_hour(self, info: Info, input: h.LeaveOutOfficeHourInput) -> h.LeaveOutOfficeHourPayload:
        """It does not take place on that date; its hosts and community managers."""
        series = await hours.leave_out(input.id, input.day, by=info.context.viewer, now=info.context.now)
        return h.LeaveOutOfficeHourPayload(series=shown(series))

    @verb(h.EndOfficeHourSeriesPayload)
    async def end_office_hour_series(
        self, info: Info, input: h.EndOfficeHourSeriesInput
    ) -> h.EndOfficeHourSeriesPayload:
        """It takes place for the last time on that day; its hosts and community managers."""
        series = await hours.end(input.id, input.last_day, by=info.context.viewer, now=info.context.now)
        return h.EndOfficeHourSeriesPayload(series=shown(series))

    @verb(h.LimitHostingPayload)
    async def limit_hosting(self, info: Info, input: h.LimitHostingInput) -> h.LimitHostingPayload:
        """How many sessions you want to host in a week; weeks that are full are not offered. For hosts."""
        limit = await HostLimit.choose(input.per_week, by=info.context.viewer, now=info.context.now)
        return h.LimitHostingPayload(per_week=limit.per_week if limit else None)

    @verb(h.RescheduleOfficeHourPayload)
    async def reschedule_office_hour(
        self, info: Info, input: h.RescheduleOfficeHourInput
    ) -> h.RescheduleOfficeHourPayload:
        """Move one session; its hosts and community managers. Reminders follow."""
        at = moment(input.starts_at, "startsAt")
        session = await models.OfficeHourSession.reschedule(input.id, at, by=info.context.viewer, now=info.context.now)
        return h.RescheduleOfficeHourPayload(session=shown(session))

    @verb(h.CancelOfficeHourPayload)
    async def cancel_office_hour(self, info: Info, input: h.CancelOfficeHourInput) -> h.CancelOfficeHourPayload:
        """Call one session off; its hosts and community managers."""
        session = await models.OfficeHourSession.cancel(
            input.id, input.reason, by=info.context.viewer, now=info.context.now
        )
        return h.CancelOfficeHourPayload(session=shown(session))

    @verb(h.AnnounceDelayPayload)
    async def announce_delay(self, info: Info, input: h.AnnounceDelayInput) -> h.AnnounceDelayPayload:
        """Say that it begins later; everybody sees it."""
        session = await models.OfficeHourSession.delay(
            input.id, input.minutes, by=info.context.viewer, now=info.context.now
        )
        return h.AnnounceDelayPayload(session=shown(session))

    @verb(h.OpenOfficeHourPayload)
    async def open_office_hour(self, info: Info, input: h.OpenOfficeHourInput) -> h.OpenOfficeHourPayload:
        """You are there: from half an hour before the start."""
        return h.OpenOfficeHourPayload(session=shown(await act(info, input.id, "open")))

    @verb(h.BeginOfficeHourPayload)
    async def begin_office_hour(self, info: Info, input: h.BeginOfficeHourInput) -> h.BeginOfficeHourPayload:
        """Begin with whoever is there; at the start it begins by itself once it is open."""
        return h.BeginOfficeHourPayload(session=shown(await act(info, input.id, "begin")))

    @verb(h.CloseOfficeHourPayload)
    async def close_office_hour(self, info: Info, input: h.CloseOfficeHourInput) -> h.CloseOfficeHourPayload:
        """End it; half an hour after its end we do."""
        return h.CloseOfficeHourPayload(session=shown(await act(info, input.id, "close")))

    @verb(h.PublishSessionNotesPayload)
    async def publish_session_notes(
        self, info: Info, input: h.PublishSessionNotesInput
    ) -> h.PublishSessionNotesPayload:
        """Publish what was found out, for those who were not there; once more replaces it."""
        session = await models.OfficeHourSession.summarise(
            input.id, input.notes, by=info.context.viewer, now=info.context.now
        )
        return h.PublishSessionNotesPayload(session=shown(session))


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
