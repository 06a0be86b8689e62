"""What anybody reads of Sprechstunden, and each of their own bookings."""

from datetime import datetime
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models import hours
from models.access import visible
from models.hours import HourMode, Sought
from models.members.fields import languages as codes
from schema import hours as h
from schema.binding import reads
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
