"""Bringing reminders to their people, and deciding how each notification is mailed: the worker's first half.

Each function does one slice in one short transaction and may run in many workers at once: what somebody else has
locked is left to them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models import sql
from models.language import Language
from models.notifications.deciding import Desk, Hearer, Plan
from models.notifications.hours import local_day
from models.notifications.kinds import KINDS
from models.notifications.mails import NotificationMail
from models.notifications.preferences import Preference
from models.notifications.reachable import reachable
from models.notifications.row import Notification
from models.notifications.states import NOTIFICATION, NotificationState
from models.notifications.telling import announce

S = NotificationState
SLICE = 200  # rows looked at per transaction: on SQLite everybody waits for it
OPEN = [S.ARRIVED, S.DIGEST]

_MOVED = {
    "postgres": "json_to_recordset($1::json) AS v(id uuid, state text, due_at timestamptz, mail_id uuid)",
    # char(36) is the dollar sign, which `sql.rows` would read as a parameter.
    "sqlite": (
        "(SELECT json_extract(value, char(36) || '.id') AS id, json_extract(value, char(36) || '.state') AS state,"
        " json_extract(value, char(36) || '.due_at') AS due_at, json_extract(value, char(36) || '.mail_id') AS mail_id"
        " FROM json_each($1)) AS v"
    ),
}
# Nobody who only refers to a person (by a new row of theirs) waits for this lock.
_LIGHTLY = {"postgres": "FOR NO KEY UPDATE SKIP LOCKED", "sqlite": ""}


def target(source: NotificationState, action: str) -> NotificationState:
    """Where an action leads, by the table; these statements write no state of their own invention."""
    edge = NOTIFICATION.edge(source, action)
    if edge is None:
        raise ValueError(f"a notification that is {source.value} cannot {action}")
    return NotificationState(edge.target)


async def waiting(now: datetime) -> bool:
    """Whether there is anything to do; a look without a transaction."""
    return await Notification.filter(state__in=[S.PLANNED, *OPEN], due_at__lte=now, what__in=list(KINDS)).exists()


async def arrive(now: datetime) -> int:
    """Reminders whose moment has come are seen from now on; returns how many.

    Of somebody who does not hear from us they are cancelled, so that a suspension that ends brings no old news.
    """
    async with in_transaction():
        due = (
            await Notification.filter(state=S.PLANNED, due_at__lte=now, what__in=list(KINDS))
            .order_by("due_at", "id")
            .limit(SLICE)
            .select_for_update(skip_locked=True)
        )
        if not due:
            return 0
        heard = set(await reachable(dict.fromkeys(row.person_id for row in due)))
        come = [row for row in due if row.person_id in heard]
        gone = [row.id for row in due if row.person_id not in heard]
        if come:
            await Notification.filter(id__in=[row.id for row in come]).update(
                state=target(S.PLANNED, "arrive"), shown_at=now, due_at=now, once=None
            )
        if gone:
            await Notification.filter(id__in=gone).update(state=target(S.PLANNED, "cancel"), once=None)
        await announce([(row.id, row.person_id) for row in come], now)
    return len(due)


async def sort(now: datetime) -> int:
    """Decide about what is due, person by person; returns about how many rows."""
    due = Notification.filter(state__in=OPEN, due_at__lte=now, what__in=list(KINDS))
    people = await due.order_by("due_at", "id").limit(SLICE).values_list("person_id", flat=True)
    if not people:
        return 0
    async with in_transaction():
        hearers = await _held(sorted(set(people)))  # type: ignore[arg-type]
        rows = await _rows_of(hearers)
        preferences = {row.person_id: row for row in await Preference.filter(person_id__in=list(hearers))}
        spent = await _spent(hearers.values(), now)
        plan = Plan()
        for person_id, own in rows.items():
            chosen = preferences.get(person_id) or Preference(person_id=person_id)
            Desk(hearers[person_id], chosen, spent[person_id], now, plan).decide(own)
        await _write(plan)
    return sum(len(own) for own in rows.values())


async def _held(people: list[UUID]) -> dict[UUID, Hearer]:
    """The people, locked until the transaction ends; those whom another worker holds are left to it."""
    places = ", ".join(f"${n}" for n in range(1, len(people) + 1))
    found = await sql.rows(
        f"SELECT id, state, locale, time_zone FROM person WHERE id IN ({places}) ORDER BY id {_LIGHTLY[sql.dialect()]}",
        *people,
    )
    hearers = [Hearer(UUID(str(r["id"])), r["state"], Language(r["locale"]), r["time_zone"]) for r in found]
    return {hearer.id: hearer for hearer in hearers}


async def _rows_of(hearers: Iterable[UUID]) -> dict[UUID, list[Notification]]:
    """Everything of these people that a mail may still tell, locked, in the order in which it came."""
    rows = (
        await Notification.filter(state__in=OPEN, person_id__in=list(hearers), what__in=list(KINDS))
        .order_by("shown_at", "id")
        .select_for_update(skip_locked=True)
    )
    found: dict[UUID, list[Notification]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


async def _spent(hearers: Iterable[Hearer], now: datetime) -> dict[UUID, set[str]]:
    today = {hearer.id: local_day(now, hearer.zone).isoformat() for hearer in hearers}
    found: dict[UUID, set[str]] = defaultdict(set)
    mails = NotificationMail.filter(person_id__in=list(today), day__in=sorted(set(today.values())))
    for person_id, day in await mails.values_list("person_id", "day"):
        found[person_id].add(day)
    return found


async def _write(plan: Plan) -> None:
    if plan.mails:
        clock = await sql.clock()  # mails are claimed by it: our own must not run ahead
        for mail in plan.mails:
            mail.due_at = min(mail.due_at, clock)
        await NotificationMail.bulk_create(plan.mails)
    moved = [
        {
            "id": str(row.id),
            "state": row.state.value,
            "due_at": row.due_at.astimezone(UTC).isoformat(" "),
            "mail_id": str(row.mail_id) if row.mail_id else None,
        }
        for row in {row.id: row for row in plan.changed}.values()
    ]
    if moved:
        await sql.changed(
            "UPDATE notification SET state = v.state, due_at = v.due_at, mail_id = v.mail_id, updated_at = {now}"
            f" FROM {_MOVED[sql.dialect()]} WHERE notification.id = v.id",
            json.dumps(moved),
        )
