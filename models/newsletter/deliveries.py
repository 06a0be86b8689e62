"""Delivery: one copy of an issue for one reader, and the statements that keep account of sending.

A person decides about single copies through `follow`. The sender settles thousands a minute by the statements below:
each names the action, and the state it leads to comes from the one table. Every statement that moves a claimed copy
carries `claim = <claimant>`, so that an acknowledgement that comes late cannot touch a copy that was recovered.

Who is needed from the neighbours: the issue's machine has the state `sending` and the actions `pause` and `finish`
for the system; the subscription's state is `confirmed` for as long as the person wants mail.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import sql
from models.access import Viewer
from models.base import Moment
from models.errors import WrongState
from models.machine import Edge, Stateful, Table
from models.roles import STAFF, Role


class DeliveryState(StrEnum):
    """Where a copy is. A deferred copy is `queued` with attempts and a `next_at` in the future."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BOUNCED = "bounced"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    FAILED = "failed"


S = DeliveryState
WORKER = frozenset({Role.SYSTEM})
DESK = STAFF | WORKER


class Delivery(Stateful):
    """One copy. `unknown` says that nobody can tell whether the relay took it; a person decides about it."""

    kind = "delivery"
    transitions: ClassVar[Table] = Table(
        Edge(S.QUEUED, "claim", S.SENDING, WORKER),
        Edge(S.QUEUED, "skip", S.SKIPPED, DESK),  # unsubscribed, or the issue was cancelled
        Edge(S.QUEUED, "give_up", S.FAILED, WORKER),  # 48 h of temporary refusals
        Edge(S.SENDING, "release", S.QUEUED, WORKER),  # claimed, but surely not accepted
        Edge(S.SENDING, "defer", S.QUEUED, WORKER),
        Edge(S.SENDING, "deliver", S.SENT, WORKER),
        Edge(S.SENDING, "refuse", S.BOUNCED, WORKER),
        Edge(S.SENDING, "give_up", S.FAILED, WORKER),
        Edge(S.SENDING, "skip", S.SKIPPED, WORKER),
        Edge(S.SENDING, "doubt", S.UNKNOWN, WORKER),
        Edge(S.UNKNOWN, "deliver", S.SENT, DESK),  # the relay's log says so
        Edge(S.UNKNOWN, "send_again", S.QUEUED, DESK),  # under the same Message-ID
        Edge(S.UNKNOWN, "let_go", S.FAILED, DESK),
        Edge(S.SENT, "refuse", S.BOUNCED, WORKER),  # a bounce message came later
    )

    issue: Any = fields.ForeignKeyField(
        "models.NewsletterIssue", related_name="deliveries", on_delete=fields.OnDelete.CASCADE
    )
    subscription: Any = fields.ForeignKeyField(
        "models.Subscription", related_name="deliveries", null=True, on_delete=fields.OnDelete.SET_NULL, db_index=True
    )
    """Null once the person was erased: the count stays."""
    state = fields.CharEnumField(DeliveryState, max_length=24, default=S.QUEUED, db_default=S.QUEUED.value)
    variant = fields.CharField(max_length=24)
    """Which compiled variant: `de` or `en-63`, the mask of chosen sections after the language."""
    domain_group = fields.CharField(max_length=16, default="others", db_default="others")
    attempts = fields.IntField(default=0, db_default=0)
    claim = fields.CharField(max_length=40, null=True, db_index=True)
    started_at = Moment(null=True)
    """Set by the commit before the transmission may begin; tells uncertain copies from merely claimed ones."""
    next_at = Moment()
    sent_at = Moment(null=True)
    reply = fields.CharField(max_length=300, default="", db_default="")
    """What the relay last said, without addresses."""

    class Meta:
        table = "delivery"
        unique_together = (("issue", "subscription"),)
        indexes = (("issue_id", "state", "id"),)

    @classmethod
    async def resolve(cls, id: UUID, action: str, *, by: Viewer, now: datetime) -> Self:
        """A person knows better about an `unknown` copy: `deliver`, `send_again` or `let_go`. Sending again takes up an
        issue that was sent already, for this copy. Raises `WrongState`.
        """
        async with in_transaction():
            copy = await cls.locked(id)
            issue = await copy.issue.select_for_update()
            if copy.state is not S.UNKNOWN:
                raise WrongState("id")
            if action == "send_again" and issue.state == "sent":
                await issue.follow("send_rest", by=by, now=now)
            elif action == "send_again" and issue.state not in ("sending", "paused"):
                raise WrongState("id")
            copy.claim = copy.started_at = None
            if action == "send_again":
                copy.next_at = now
            if action == "deliver":
                copy.sent_at = now
            await copy.follow(action, by=by, now=now)
        return copy


GROUPS = {
    "gmail": ("gmail.com", "googlemail.com"),
    "outlook": ("outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.com", "live.de", "msn.com"),
    "gmx": ("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de"),
    "t-online": ("t-online.de", "magenta.de"),
    "yahoo": ("yahoo.com", "yahoo.de", "aol.com", "aol.de", "ymail.com"),
}
_GROUP_OF = {domain: group for group, domains in GROUPS.items() for domain in domains}


def domain_group(address: str) -> str:
    """The mailbox provider as far as rates and health are concerned; everybody else is `others`."""
    return _GROUP_OF.get(address.rpartition("@")[2].lower(), "others")


Naming = Callable[[UUID, UUID], str]
"""The Message-ID of an issue's copy for a subscription."""


class Copy(NamedTuple):
    """A claimed copy, as the sender needs it. No address: that is unsealed when the message is made."""

    id: UUID
    subscription_id: UUID
    variant: str
    attempts: int


class Ended(NamedTuple):
    """How one copy ended: the action of the table, what the relay said, and when to try again."""

    id: UUID
    action: str
    reply: str = ""
    next_at: datetime | None = None
    free: bool = False
    """Gives the attempt back: it was nobody's failure."""


# `json` arrives as text in both dialects. char(36) is the dollar sign, which `sql.rows` would read as a parameter.
_ENDED = {
    "postgres": "json_to_recordset($1::json) AS v(id uuid, state text, reply text, next_at timestamptz, free int)",
    "sqlite": (
        "(SELECT json_extract(value, char(36) || '.id') AS id, json_extract(value, char(36) || '.state') AS state,"
        " json_extract(value, char(36) || '.reply') AS reply,"
        " json_extract(value, char(36) || '.next_at') AS next_at, json_extract(value, char(36) || '.free') AS free"
        " FROM json_each($1)) AS v"
    ),
}
_IDS = {
    "postgres": "(SELECT value::uuid FROM json_array_elements_text($1::json))",
    "sqlite": "(SELECT value FROM json_each($1))",
}


def _table(field: str) -> str:
    """The table at the other end of one of our foreign keys."""
    return str(Delivery._meta.fields_map[field].related_model._meta.db_table)  # type: ignore[attr-defined]


def _ids(ids: Collection[UUID]) -> str:
    return json.dumps([str(each) for each in ids])


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


async def claim(issue_id: UUID, claimant: str, limit: int, now: datetime) -> list[Copy]:
    """Take up to `limit` copies that are due, oldest first; none when the issue is not being sent.

    One statement, committed on its own: nobody waits for a relay.
    """
    taken = await sql.rows(
        # MATERIALIZED: PostgreSQL may run a plain subquery once per row, and then takes more than the limit.
        "WITH picked AS MATERIALIZED (SELECT id FROM delivery WHERE issue_id = $2 AND state = 'queued'"
        f" AND next_at <= $3 AND EXISTS (SELECT 1 FROM {_table('issue')} WHERE id = $2 AND state = 'sending')"
        " ORDER BY id LIMIT $4 {skip_locked})"
        " UPDATE delivery SET state = 'sending', claim = $1, started_at = NULL, attempts = attempts + 1,"
        " updated_at = {now} WHERE id IN (SELECT id FROM picked) AND state = 'queued'"
        " RETURNING id, subscription_id, variant, attempts",
        claimant,
        issue_id,
        now,
        limit,
    )
    copies = [
        Copy(_uuid(r["id"]), _uuid(r["subscription_id"]), r["variant"], r["attempts"])
        for r in taken
        if r["subscription_id"]
    ]
    return sorted(copies)


async def start(ids: Collection[UUID], claimant: str, now: datetime) -> set[UUID]:
    """Mark copies as begun, in the caller's transaction; gives those that may really go out.

    This looks once more at the issue and the subscription: a pause or an unsubscribe takes effect here.
    """
    if not ids:
        return set()
    begun = await sql.rows(
        "UPDATE delivery SET started_at = $3, updated_at = {now}"
        f" WHERE id IN {_IDS[sql.dialect()]} AND claim = $2 AND state = 'sending'"
        f" AND EXISTS (SELECT 1 FROM {_table('issue')} i WHERE i.id = delivery.issue_id AND i.state = 'sending')"
        f" AND EXISTS (SELECT 1 FROM {_table('subscription')} s"
        " WHERE s.id = delivery.subscription_id AND s.state = 'confirmed')"
        " RETURNING id",
        _ids(ids),
        claimant,
        now,
    )
    return {_uuid(row["id"]) for row in begun}


async def settle(ended: Sequence[Ended], claimant: str, now: datetime) -> set[UUID]:
    """Write how copies ended, in the caller's transaction; gives those that were still ours."""
    if not ended:
        return set()
    said = json.dumps(
        [
            {
                "id": str(e.id),
                "state": _target(S.SENDING, e.action).value,
                "reply": e.reply[:300],
                "next_at": e.next_at.astimezone(UTC).isoformat(" ") if e.next_at else None,
                "free": int(e.free),
            }
            for e in ended
        ]
    )
    done = await sql.rows(
        "UPDATE delivery SET state = v.state, reply = v.reply, next_at = COALESCE(v.next_at, delivery.next_at),"
        " sent_at = CASE WHEN v.state = 'sent' THEN $3 ELSE delivery.sent_at END, claim = NULL, started_at = NULL,"
        " attempts = delivery.attempts - v.free,"
        f" updated_at = {{now}} FROM {_ENDED[sql.dialect()]}"
        " WHERE delivery.id = v.id AND delivery.claim = $2 AND delivery.state = 'sending' RETURNING delivery.id AS id",
        said,
        claimant,
        now,
    )
    return {_uuid(row["id"]) for row in done}


def _target(source: DeliveryState, action: str) -> DeliveryState:
    edge = Delivery.transitions.edge(source, action)
    if edge is None:
        raise ValueError(f"a copy that is {source.value} cannot {action}")
    return DeliveryState(edge.target)


async def claimants(issue_id: UUID) -> set[str]:
    """Everybody who holds copies of the issue, dead or alive."""
    held = await sql.rows(
        "SELECT DISTINCT claim FROM delivery WHERE issue_id = $1 AND state = 'sending' AND claim IS NOT NULL", issue_id
    )
    return {row["claim"] for row in held}


async def held(issue_id: UUID, claimant: str) -> tuple[list[UUID], list[tuple[UUID, UUID]]]:
    """The copies that somebody holds: those merely claimed, and those begun with their subscriptions."""
    rows = await sql.rows(
        "SELECT id, subscription_id, started_at FROM delivery"
        " WHERE issue_id = $1 AND claim = $2 AND state = 'sending' ORDER BY id",
        issue_id,
        claimant,
    )
    begun = [(_uuid(r["id"]), _uuid(r["subscription_id"] or r["id"])) for r in rows if r["started_at"]]
    return [_uuid(row["id"]) for row in rows if not row["started_at"]], begun


async def skip_queued(issue_id: UUID) -> int:
    """What cancelling an issue does to the copies that nobody has claimed; final."""
    return await sql.changed(
        "UPDATE delivery SET state = $1, updated_at = {now} WHERE issue_id = $2 AND state = 'queued'",
        _target(S.QUEUED, "skip").value,
        issue_id,
    )


async def skip_for(subscription_id: UUID) -> int:
    """What leaving does to a reader's waiting copies (E8); one that is on the wire is stopped at its start mark."""
    return await sql.changed(
        "UPDATE delivery SET state = $1, updated_at = {now} WHERE subscription_id = $2 AND state = 'queued'",
        _target(S.QUEUED, "skip").value,
        subscription_id,
    )


class Count(NamedTuple):
    """How many copies of one provider are in one state. `deferred` of the queued ones were tried before."""

    domain_group: str
    state: DeliveryState
    copies: int
    deferred: int


async def progress(issue_id: UUID) -> list[Count]:
    """The account of an issue, per provider and state."""
    return (await accounts([issue_id]))[issue_id]


async def accounts(issue_ids: Sequence[UUID]) -> dict[UUID, list[Count]]:
    """The accounts of several issues by one statement."""
    places = ", ".join(f"${number}" for number in range(1, len(issue_ids) + 1))
    counted = await sql.rows(
        "SELECT issue_id, domain_group, state, COUNT(*) AS copies,"
        " SUM(CASE WHEN state = 'queued' AND attempts > 0 THEN 1 ELSE 0 END) AS deferred"
        f" FROM delivery WHERE issue_id IN ({places})"
        " GROUP BY issue_id, domain_group, state ORDER BY domain_group, state",
        *issue_ids,
    )
    found: dict[UUID, list[Count]] = {issue_id: [] for issue_id in issue_ids}
    for r in counted:
        account = Count(r["domain_group"], DeliveryState(r["state"]), r["copies"], int(r["deferred"]))
        found[UUID(str(r["issue_id"]))].append(account)
    return found


async def next_due(issue_id: UUID) -> datetime | None:
    """When the next waiting copy of the issue is due; None when none waits."""
    found = await sql.rows("SELECT MIN(next_at) AS at FROM delivery WHERE issue_id = $1 AND state = 'queued'", issue_id)
    return _moment(found[0]["at"]) if found[0]["at"] else None


async def is_sending(issue_id: UUID) -> bool:
    """Is the issue (still) being sent?"""
    return bool(await sql.rows(f"SELECT 1 AS yes FROM {_table('issue')} WHERE id = $1 AND state = 'sending'", issue_id))


async def issues_at_work() -> list[UUID]:
    """Every issue that is being sent or of which somebody, perhaps dead, holds a copy; oldest first."""
    found = await sql.rows(
        f"SELECT id FROM {_table('issue')} WHERE state = 'sending'"
        " UNION SELECT issue_id AS id FROM delivery WHERE state = 'sending' ORDER BY id"
    )
    return [_uuid(row["id"]) for row in found]
