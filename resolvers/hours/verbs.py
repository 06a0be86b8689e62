"""What hosts do with Sprechstunden."""

from uuid import UUID

import strawberry

import models
from models import hours
from models.hours import Offer
from models.hours.hosting import HostLimit
from resolvers.verbs import verb
from schema import hours as h
from schema.binding import shown
from schema.context import Info
from schema.moments import moment


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
