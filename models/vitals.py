"""Vital signs, read from the rows: how late work is, what was given up, which events wait for their number.

The database is the only place that knows; a process that counts for itself forgets when it dies.
"""

from datetime import datetime
from typing import Any, NamedTuple

from tortoise import Tortoise

from models import sql
from models.jobs import JobState
from models.notifications.states import MailState
from models.outbox import Due


class Vital(NamedTuple):
    """One measured value; `kind` tells apart the values of one name, "" when there is only one."""

    name: str
    value: float
    kind: str = ""


ABOUT = {
    "oldest_due_age_seconds": "How long the oldest piece of due work of a kind has been waiting for a worker.",
    "due": "How many pieces of work of a kind are due now.",
    "dead_jobs": "Jobs that were given up and wait for a person.",
    "mails_in_doubt": "Mails of notifications of which nobody knows whether they arrived; staff decide.",
    "leases_lapsed": "Claimed work whose holder has given no sign of life in time; taken up again at the next sweep.",
    "events_unnumbered": "Events that the relay has not numbered yet.",
    "last_event": "The last number of the event log.",
    "last_slot_timestamp_seconds": "When the last slot of a schedule was due (Unix time).",
}


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


async def vitals() -> list[Vital]:
    """Every value of `ABOUT` at this moment, by the database's clock."""
    now = await sql.clock()
    found = [*await _waiting(now), *await _events(), *await _slots()]
    dead = await sql.rows("SELECT work, COUNT(*) AS n FROM job_run WHERE state = $1 GROUP BY work", JobState.DEAD.value)
    doubt = await sql.rows("SELECT COUNT(*) AS n FROM notification_mail WHERE state = $1", MailState.UNKNOWN.value)
    given_up = [Vital("dead_jobs", row["n"], row["work"]) for row in dead]
    return [*found, *given_up, Vital("mails_in_doubt", doubt[0]["n"])]


async def _waiting(now: datetime) -> list[Vital]:
    found: list[Vital] = []
    for model in Tortoise.apps["models"].values():
        if issubclass(model, Due):
            kind = "work" if "work" in model._meta.fields_map else f"'{model._meta.db_table}'"
            found += await _due(model, kind, now)
    return found


async def _due(model: type[Due], kind: str, now: datetime) -> list[Vital]:
    table = f'"{model._meta.db_table}"'
    states = ", ".join(f"'{state.value}'" for state in model.waiting)
    late = await sql.rows(
        f"SELECT {kind} AS kind, MIN(due_at) AS oldest, COUNT(*) AS n FROM {table}"
        f" WHERE state IN ({states}) AND due_at <= {{now}} GROUP BY 1"
    )
    lapsed = await sql.rows(
        f"SELECT COUNT(*) AS n FROM {table} WHERE state = $1 AND lease_until < {{now}}", model.claimed.value
    )
    found = [Vital("leases_lapsed", lapsed[0]["n"], model._meta.db_table)]
    for row in late:
        age = max(0.0, (now - _moment(row["oldest"])).total_seconds())
        found += [Vital("oldest_due_age_seconds", age, row["kind"]), Vital("due", row["n"], row["kind"])]
    return found


async def _events() -> list[Vital]:
    fresh = await sql.rows("SELECT COUNT(*) AS n FROM outbox_event WHERE seq IS NULL")
    last = await sql.rows("SELECT COALESCE(MAX(last_seq), 0) AS n FROM pen")
    return [Vital("events_unnumbered", fresh[0]["n"]), Vital("last_event", last[0]["n"])]


async def _slots() -> list[Vital]:
    last = await sql.rows("SELECT schedule, MAX(at) AS at FROM slot GROUP BY schedule")
    return [Vital("last_slot_timestamp_seconds", _moment(row["at"]).timestamp(), row["schedule"]) for row in last]
