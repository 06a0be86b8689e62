"""Tell somebody, remind them later, or take the reminder back. Called inside the transaction of the cause.

Each writes rows and nothing else; the app learns of them through the event log, mails are the worker's business.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from models.base import Row
from models.notifications.kinds import kind_of
from models.notifications.reachable import reachable
from models.notifications.row import Notification
from models.notifications.states import MailState, NotificationState
from models.outbox import OutboxEvent
from models.roles import Visibility

S = NotificationState
ADDED = "notification.added"
BATCH = 500  # rows of one INSERT; PostgreSQL takes 32,767 parameters
REMINDER = "reminder"


def subject_kind(row: Row) -> str:
    """The word for a row in events: that of its machine, or its table's."""
    return str(getattr(row, "kind", "") or row._meta.db_table)


async def tell(
    person_id: UUID, kind: str, *, subject: Row, now: datetime, about: dict[str, str] | None = None, key: str = ""
) -> None:
    """Tell one person of something that has happened to `subject`.

    With a `key` they are told once per kind, subject and key, however often this is called. Nobody is told who may
    not hear from us: see `reachable`. Raises `UnknownKind`.
    """
    await tell_all([person_id], kind, subject=subject, now=now, about=about, key=key)


async def tell_all(
    people: Iterable[UUID],
    kind: str,
    *,
    subject: Row,
    now: datetime,
    about: dict[str, str] | None = None,
    key: str = "",
) -> int:
    """Tell many people the same, each by a row of their own, in a few statements. Returns how many were told."""
    sort = kind_of(kind)
    wanted = await reachable(dict.fromkeys(people), transactional=sort.transactional)
    if key:
        known = Notification.filter(what=kind, subject_id=subject.id, once=key, person_id__in=wanted)
        already = set(await known.values_list("person_id", flat=True))
        wanted = [person for person in wanted if person not in already]
    fresh = [
        Notification(
            person_id=person,
            what=kind,
            subject_kind=subject_kind(subject),
            subject_id=subject.id,
            about=dict(about or {}),
            once=key or None,
            due_at=now,
            shown_at=now,
        )
        for person in wanted
    ]
    await Notification.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=bool(key))
    await announce([(row.id, row.person_id) for row in fresh], now)
    return len(fresh)


async def remind(
    person_id: UUID, kind: str, *, subject: Row, at: datetime, now: datetime, about: dict[str, str] | None = None
) -> None:
    """Plan a reminder: one per person, kind and subject. Called again it moves to the new time (E32).

    One that has been given for this very moment already is not given again. Raises `UnknownKind`.
    """
    await remind_all([person_id], kind, subject=subject, at=at, now=now, about=about)


async def remind_all(
    people: Iterable[UUID],
    kind: str,
    *,
    subject: Row,
    at: datetime,
    now: datetime,
    about: dict[str, str] | None = None,
) -> None:
    """Plan the same reminder for many, each by a row of their own, in a few statements."""
    kind_of(kind)
    wanted = list(dict.fromkeys(people))
    given = Notification.filter(person_id__in=wanted, what=kind, subject_id=subject.id, reminder=True)
    last = {row.person_id: row for row in await given.order_by("created_at", "id").select_for_update()}
    again = {person: row.id for person, row in last.items() if row.state in (S.PLANNED, S.CANCELLED)}
    if again:
        await Notification.filter(id__in=list(again.values())).update(
            state=S.PLANNED,
            planned_for=at,
            due_at=at,
            about=dict(about or {}),
            once=REMINDER,
            shown_at=None,
            read_at=None,
            mail_id=None,
        )
    fresh = [
        Notification(
            person_id=person,
            what=kind,
            subject_kind=subject_kind(subject),
            subject_id=subject.id,
            about=dict(about or {}),
            once=REMINDER,
            reminder=True,
            planned_for=at,
            due_at=at,
            state=S.PLANNED,
        )
        for person in wanted
        if person not in again and (person not in last or last[person].planned_for != at)
    ]
    if fresh:
        await Notification.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)


async def forget(
    subject: Row, *, now: datetime, kinds: Collection[str] | None = None, people: Collection[UUID] | None = None
) -> int:
    """The cause is gone: reminders about `subject` that nobody was mailed yet are cancelled (E31).

    All of them, or those of these kinds and people. What has been told stays told. Returns how many were cancelled.
    """
    unsent = Q(state__in=[S.PLANNED, S.ARRIVED, S.DIGEST]) | Q(
        state=S.MAILED, mail__state__in=[MailState.WAITING, MailState.CLAIMED]
    )
    planned = Notification.filter(unsent, subject_id=subject.id, reminder=True)
    if kinds is not None:
        planned = planned.filter(what__in=list(kinds))
    if people is not None:
        planned = planned.filter(person_id__in=list(people))
    ids = await planned.values_list("id", flat=True)
    if not ids:
        return 0
    return await Notification.filter(id__in=list(ids)).update(state=S.CANCELLED, once=None, mail_id=None)


async def announce(added: Iterable[tuple[UUID, UUID]], now: datetime) -> None:
    """Write the events by which the app of each person learns of a notification; nobody else sees them."""
    events = [
        OutboxEvent(
            type=ADDED,
            subject_kind=Notification.kind,
            subject_id=notification_id,
            person_id=person_id,
            visible_to=Visibility.PERSON,
            payload={},
            at=now,
        )
        for notification_id, person_id in added
    ]
    if events:
        await OutboxEvent.bulk_create(events, batch_size=BATCH)
