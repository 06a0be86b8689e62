"""Notifications: mine alone, as a list, as a stream, and how I want to hear of things; for staff the mails in doubt."""

from collections.abc import AsyncIterator

import strawberry

import models
from models.access import require, visible
from models.errors import ValidationProblem
from models.notifications import MailState, mark_read, mine, posting
from models.notifications.telling import ADDED
from models.roles import STAFF
from resolvers.events import follow, of_topics
from resolvers.members import signed_in
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.described import broadcasts, computed
from schema.notifications import (
    ChangeNotificationPreferencesInput,
    ChangeNotificationPreferencesPayload,
    MarkNotificationsReadInput,
    MarkNotificationsReadPayload,
    Notification,
    NotificationAdded,
    NotificationMail,
    NotificationPreferences,
    ResolveNotificationMailInput,
    ResolveNotificationMailPayload,
)
from schema.paging import MOST, Connection, Page
from schema.scalars import EventCursor


class TooManyNotifications(ValidationProblem):
    code = "TOO_MANY"
    de = f"Bitte höchstens {MOST} auf einmal, oder alle zusammen ohne `ids`."
    en = f"Please at most {MOST} at once, or all together without `ids`."


@strawberry.type
class NotificationQuery:
    @reads(Connection[Notification])
    def notifications(self, info: Info, unread: bool = False) -> Page[models.Notification]:
        """What you were told, the latest first; `unread` leaves out what you have read."""
        return Page(mine(info.context.viewer, unread=unread), order=("-shown_at", "-id"))

    @computed
    async def unread_notification_count(self, info: Info) -> int:
        """How much you have not read yet; 0 for strangers."""
        return await mine(info.context.viewer, unread=True).count()

    @computed
    async def notification_preferences(self, info: Info) -> NotificationPreferences | None:
        """How you want to hear of things; null when you are not signed in."""
        me = info.context.viewer.person_id
        return shown(await models.Preference.of(me)) if me else None

    @reads(Connection[NotificationMail])
    def notification_mails(self, info: Info, states: list[MailState] | None = None) -> Page[models.NotificationMail]:
        """Mails of notifications, the latest first, for staff. `UNKNOWN` ones wait for somebody to look."""
        rows = models.NotificationMail.filter(state__in=[s.value for s in states]) if states else None
        return Page(visible(rows or models.NotificationMail.all(), info.context.viewer), order=("-id",))


@strawberry.type
class NotificationMutation:
    @verb(MarkNotificationsReadPayload)
    async def mark_notifications_read(
        self, info: Info, input: MarkNotificationsReadInput
    ) -> MarkNotificationsReadPayload:
        """Mark some or all of your notifications as read. What was read before its mail was due is not mailed."""
        if len(input.ids or ()) > MOST:
            raise TooManyNotifications("ids")
        viewer = info.context.viewer
        marked = await mark_read(input.ids, by=viewer, now=info.context.now)
        return MarkNotificationsReadPayload(marked=marked, unread=await mine(viewer, unread=True).count())

    @verb(ChangeNotificationPreferencesPayload)
    async def change_notification_preferences(
        self, info: Info, input: ChangeNotificationPreferencesInput
    ) -> ChangeNotificationPreferencesPayload:
        """Say how you want to hear of things. What you leave out stays as it is."""
        row = await models.Preference.choose(
            signed_in(info.context),
            by=info.context.viewer,
            now=info.context.now,
            ways={each.kind: each.way for each in input.ways or ()},
            digest_at=input.digest_at,
            urgent=input.urgent_at_night,
        )
        return ChangeNotificationPreferencesPayload(preferences=shown(row))

    @verb(ResolveNotificationMailPayload)
    async def resolve_notification_mail(
        self, info: Info, input: ResolveNotificationMailInput
    ) -> ResolveNotificationMailPayload:
        """Say what became of a mail that is `UNKNOWN`, after having looked; staff only."""
        require(info.context.viewer, *STAFF)
        mail = await posting.resolve(input.id, input.whereabouts.value, by=info.context.viewer, now=info.context.now)
        return ResolveNotificationMailPayload(mail=shown(mail))


@strawberry.type
class NotificationSubscription:
    @broadcasts
    async def notification_added(
        self, info: Info, after: EventCursor | None = None
    ) -> AsyncIterator[NotificationAdded]:
        """What you are told, as it comes; yours alone, and authorised again for each."""
        signed_in(info.context)
        async for event in follow(info.context, after=after, which=of_topics([ADDED])):
            row = await mine(info.context.viewer).filter(id=event.subject_id).first()
            yield NotificationAdded(cursor=EventCursor(str(event.seq)), notification=shown(row))
