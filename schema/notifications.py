"""Notifications: what you were told, how you want to hear of things, and for staff the mails that need a look."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import models
from models.language import Language
from models.notifications import KINDS, MailState, Way
from models.notifications.hours import zone_of
from models.redaction import redacted
from models.site import Site
from schema.batched import batched
from schema.binding import bound, column
from schema.context import Context
from schema.derived import derived
from schema.described import answer, enum, given
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.scalars import EventCursor

enum(Way)


@bound(models.Notification)
class Notification:
    """Something that you were told. Nobody else sees it, staff neither."""

    id: UUID
    kind: str = column("what")
    """What it is about, such as `application.received`: the names that `notificationPreferences` lists."""
    subject_kind: str
    subject_id: UUID
    """The row it is about; whether you may (still) see that is its own question."""
    at: datetime = column("shown_at")
    """When it came."""
    read_at: datetime | None
    """When you read it; null: unread."""

    @derived("what", "subject_id", "about")
    def path(what: str, subject_id: UUID, about: object) -> str | None:
        """Its place in your application, such as `/teams/kreidekasten`; null when it leads nowhere."""
        kind = KINDS.get(what)
        return (kind.link(subject_id, about) if kind and isinstance(about, dict) else "") or None

    @derived("what", "subject_id", "about")
    def url(what: str, subject_id: UUID, about: object, site: Site, language: Language = Language.DE) -> str | None:
        """The address that it leads to: a place in the members' application, or a public page, in this language; null
        when it leads nowhere.
        """
        kind = KINDS.get(what)
        return (kind.url(site, subject_id, about, language) if kind and isinstance(about, dict) else "") or None

    @batched("person_id", "what", "about")
    async def text(told: list[tuple[UUID, str, Any]], context: Context, language: Language | None = None) -> list[str]:
        """The sentence, in your language and with dates in your time zone; `language` asks for the other one."""
        people = await models.Person.filter(id__in={person for person, *_ in told}).only("id", "locale", "time_zone")
        readers = {person.id: person for person in people}
        return [
            # A kind that a newer version has written, or an older one, says nothing rather than spoil the list.
            KINDS[what].line(language or readers[id].locale, zone_of(readers[id].time_zone), about)
            if what in KINDS
            else ""
            for id, what, about in told
        ]


@answer
class NotificationKindPreference:
    """How you want to hear of one kind. In the app you see everything, whatever the way."""

    kind: str
    label: LocalisedText
    way: Way
    usual: Way
    """What holds until you say otherwise."""
    transactional: bool
    """Answers that you wait for. They do not count towards the one mail a day."""
    urgent: bool
    """May come between 21 and 8, if you allow that with `urgentAtNight`."""


@bound(models.Preference)
class NotificationPreferences:
    """How you want to hear of things."""

    digest_at: str
    """When your digest comes, in your own time zone: `08:30`. Without news there is none."""
    urgent_at_night: bool = column("urgent")
    """Whether urgent news may come in the quiet hours, 21 to 8."""

    @derived("ways")
    def kinds(ways: dict[str, str]) -> list[NotificationKindPreference]:
        """Kind by kind."""
        wishes = models.Preference(ways=ways)
        return [
            NotificationKindPreference(
                kind=kind.name,
                label=LocalisedText(de=kind.label_de, en=kind.label_en),
                way=wishes.way(kind),
                usual=kind.way,
                transactional=kind.transactional,
                urgent=kind.urgent,
            )
            for kind in KINDS.values()
        ]


@answer
class NotificationAdded:
    """You were told something just now."""

    cursor: EventCursor
    """Pass the last one you saw as `after` to go on behind it."""
    notification: Notification | None
    """Null when it has been taken back meanwhile."""


@bound(models.NotificationMail)
class NotificationMail:
    """A mail that told somebody of notifications, for staff: neither whom nor of what."""

    id: UUID
    state: MailState
    digest: bool
    attempts: int
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None

    @derived("reply", "last_error")
    def reply(reply: str, last_error: str) -> str:
        """What the relay said, or what went wrong on our side; without addresses."""
        return redacted(reply or last_error)


@given
class MarkNotificationsReadInput(Given):
    ids: list[UUID] | None = None
    """These; left out: all that you have."""


@answer
class MarkNotificationsReadPayload(Payload):
    marked: int
    """How many were unread until now."""
    unread: int
    """How many still are."""


@given
class NotificationWayInput:
    kind: str
    way: Way


@given
class ChangeNotificationPreferencesInput(Given):
    ways: list[NotificationWayInput] | None = None
    """Only what changes."""
    digest_at: str | None = None
    urgent_at_night: bool | None = None


@answer
class ChangeNotificationPreferencesPayload(Payload):
    preferences: NotificationPreferences | None


class MailWhereabouts(Enum):
    """What became of a mail that nobody knows about."""

    ARRIVED = "deliver"
    """The relay has taken it: its log says so."""
    LOST_SEND_AGAIN = "send_again"
    """The relay has not taken it; it is sent once more, under the same Message-ID."""
    LET_GO = "let_go"
    """Nobody can tell, and it no longer matters."""


enum(MailWhereabouts, name="NotificationMailWhereabouts")


@given
class ResolveNotificationMailInput(Given):
    id: UUID
    whereabouts: MailWhereabouts


@answer
class ResolveNotificationMailPayload(Payload):
    mail: NotificationMail | None
