"""What happened and what is to be done: the event log, the audit log, and the rows of work.

Writers insert events *unnumbered* in the transaction of the change. The relay (`workers/outbox.py`) numbers them
later, holding the one row `Pen`: so a reader who asks for "after n" can never miss an event that commits late.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from tortoise import fields

from models import sql
from models.base import Moment, Row, request_id
from models.inserting import insert
from models.roles import Visibility


def _pass(event: "OutboxEvent") -> None:
    """Nobody looks."""


look: Callable[["OutboxEvent"], None] = _pass
"""Called with each event before it is written; `models/catalogue/checking.py` puts its check here."""


class OutboxEvent(Row):
    """One thing that happened. `seq` is null until the relay has numbered it, then gap-free and final."""

    seq = fields.BigIntField(null=True, unique=True)
    type = fields.CharField(max_length=80)
    subject_kind = fields.CharField(max_length=40)
    subject_id = fields.UUIDField(db_index=True)
    team_id = fields.UUIDField(null=True)
    person_id = fields.UUIDField(null=True, db_index=True)
    """Whom it is for, of an event that one person alone may see."""
    visible_to = fields.CharEnumField(Visibility, max_length=24, default=Visibility.STAFF)
    payload: Any = fields.JSONField(default=dict)
    at = Moment(db_index=True)

    class Meta:
        table = "outbox_event"

    @classmethod
    async def record(
        cls,
        type: str,
        *,
        subject_kind: str,
        subject_id: UUID,
        now: datetime,
        team_id: UUID | None = None,
        visible_to: Visibility = Visibility.STAFF,
        payload: dict[str, Any] | None = None,
    ) -> Self:
        """Write an event in the caller's transaction. The payload holds ids and plain words, never personal data."""
        event = cls(
            type=type, subject_kind=subject_kind, subject_id=subject_id, team_id=team_id, visible_to=visible_to,
            payload=payload or {}, at=now,
        )  # fmt: skip
        look(event)
        await insert(event)
        return event


class Pen(Row):
    """The one row that numbers events: whoever holds its lock may write the next numbers."""

    name = fields.CharField(max_length=24, unique=True)
    last_seq = fields.BigIntField(default=0)

    class Meta:
        table = "pen"


class AuditEvent(Row):
    """Who did what to which row. Append-only; no secrets, no contents."""

    actor_id = fields.UUIDField(null=True, db_index=True)
    key_id = fields.UUIDField(null=True)
    """The partner's key that did it, where no person did."""
    action = fields.CharField(max_length=60)
    subject_kind = fields.CharField(max_length=40)
    subject_id = fields.UUIDField(db_index=True)
    before = fields.CharField(max_length=40, default="")
    after = fields.CharField(max_length=40, default="")
    note = fields.TextField(default="")
    request_id = fields.CharField(max_length=64, default="")
    at = Moment()

    class Meta:
        table = "audit_event"

    @classmethod
    async def record(
        cls, row: Any, action: str, *, by: Any, now: datetime, before: str = "", after: str = "", note: str = ""
    ) -> Self:
        """Write an audit row in the caller's transaction. `by` is the viewer who acts."""
        event = cls.of(row, action, by=by, now=now, before=before, after=after, note=note)
        await insert(event)
        return event

    @classmethod
    def of(
        cls, row: Any, action: str, *, by: Any, now: datetime, before: str = "", after: str = "", note: str = ""
    ) -> Self:
        """The same, not written yet: for many at once, or together with other rows (`insert`)."""
        return cls(
            actor_id=by.person_id,
            key_id=getattr(by, "key_id", None),
            action=action,
            subject_kind=row.kind,
            subject_id=row.id,
            before=before,
            after=after,
            note=note,
            # What somebody did unnamed must not be told by what else they did with the same request (C2.3).
            request_id="" if hasattr(by, "oneself") else request_id.get(),
            at=now,
        )


class Claim(NamedTuple):
    """The right to work on a row until the lease ends. `fence` rises with every claim, so a late finish is refused."""

    id: UUID
    fence: int
    attempts: int


class Due(Row):
    """Work that is a row: claimed with a lease by the database's clock, finished only by the holder of the fence.

    A subclass has a `state` column and says which states wait (`waiting`) and which one is claimed (`claimed`).
    A claim whose lease has lapsed may be claimed again, so the work of such a row must bear repetition; work that
    does not (a post on a network) moves on to a state of its own before the request leaves.
    """

    waiting: ClassVar[tuple[StrEnum, ...]]
    claimed: ClassVar[StrEnum]

    due_at = Moment(db_index=True)
    attempts = fields.IntField(default=0)
    fence = fields.BigIntField(default=0)
    owner = fields.CharField(max_length=80, null=True)
    lease_until = Moment(null=True)
    last_error = fields.TextField(default="")

    class Meta:
        abstract = True

    @classmethod
    async def claim(
        cls, owner: str, limit: int, lease: timedelta, *, among: tuple[str, Collection[str]] | None = None
    ) -> list[Claim]:
        """Take up to `limit` due rows, oldest first. One statement, committed on its own: no network inside.

        `among` names a column and the values that the claimant can deal with; other rows are left to others.
        """
        names = ", ".join(f"'{state.value}'" for state in cls.waiting)
        until = (await sql.clock()) + lease
        due = (
            f"((state IN ({names}) AND due_at <= {{now}}) OR (state = '{cls.claimed.value}' AND lease_until < {{now}}))"
        )
        column, known = among or ("", ())
        if among is not None:
            due += f" AND {column} IN ({', '.join(f'${n}' for n in range(4, 4 + len(known))) or 'NULL'})"
        table = f'"{cls._meta.db_table}"'
        # MATERIALIZED: a planner that ran the inner query once per row would take more than `limit`.
        taken = await sql.rows(
            f"WITH oldest AS MATERIALIZED"
            f" (SELECT id FROM {table} WHERE {due} ORDER BY due_at LIMIT $3 {{skip_locked}})"
            f" UPDATE {table} SET state = '{cls.claimed.value}', owner = $1, lease_until = $2,"
            f" fence = fence + 1, attempts = attempts + 1, updated_at = {{now}}"
            f" WHERE id IN (SELECT id FROM oldest) AND {due} RETURNING id, fence, attempts",
            owner,
            until,
            limit,
            *known,
        )
        return [Claim(UUID(str(row["id"])), row["fence"], row["attempts"]) for row in taken]

    @classmethod
    async def renew(cls, claim: Claim, lease: timedelta) -> bool:
        """Prolong the lease. False when the claim was lost: stop, and do not commit anything."""
        until = (await sql.clock()) + lease
        return (
            await sql.changed(
                f'UPDATE "{cls._meta.db_table}" SET lease_until = $1 WHERE id = $2 AND fence = $3 AND state = $4',
                until,
                claim.id,
                claim.fence,
                cls.claimed.value,
            )
            == 1
        )

    @classmethod
    async def settle(
        cls, claim: Claim, state: StrEnum, *, due_at: datetime | None = None, error: str = "", refund: bool = False
    ) -> bool:
        """Finish a claim. False when the fence has moved on: somebody else has the row, the result is discarded.

        `due_at` is when to try again, for a waiting state; `refund` gives the attempt back (a shutdown is no attempt).
        """
        return (
            await sql.changed(
                f'UPDATE "{cls._meta.db_table}" SET state = $1, owner = NULL, lease_until = NULL, last_error = $2,'
                f" due_at = COALESCE($3, due_at), attempts = attempts - $4, updated_at = {{now}}"
                f" WHERE id = $5 AND fence = $6 AND state = $7",
                state.value,
                error[:500],
                due_at,
                1 if refund else 0,
                claim.id,
                claim.fence,
                cls.claimed.value,
            )
            == 1
        )
