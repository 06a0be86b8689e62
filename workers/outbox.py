"""The relay: gives events their numbers, and turns them into work.

Writers insert events unnumbered; only whoever holds the row `Pen` may number them. So numbers are gap-free and final,
and a reader who asks for "after n" never misses an event whose transaction commits late.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models import sql
from models.jobs import JobRun
from models.outbox import OutboxEvent, Pen
from workers import exchange, following, hours, members, privacy, questions, search, suggesting, teams, websub
from workers.crew import Loop
from workers.queue import Ringer

BATCH = 500  # events per transaction: some 20 ms, for which other relays (and on SQLite everybody) wait


def _together(*parts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {type: tuple(work for part in parts for work in part.get(type, ())) for part in parts for type in part}


REACTIONS: Mapping[str, tuple[str, ...]] = _together(
    {
        "issue.in_review": ("desk.tell",),
        "channel_post.needs_human": ("desk.tell",),
        "story.retracted": ("issue.tick",),  # an issue that is being sent stops at once, not at the next five minutes
    },
    search.REACTIONS,
    exchange.REACTIONS,
    hours.REACTIONS,
    questions.REACTIONS,
    teams.REACTIONS,
    members.REACTIONS,
    suggesting.REACTIONS,
    privacy.REACTIONS,
    following.REACTIONS,
    websub.REACTIONS,
)
"""Which kinds of job follow from which type of event, once per event; their payload is `{"event", "subject"}`."""

_NUMBER = """
UPDATE outbox_event SET seq = $1 + fresh.place, updated_at = {now}
  FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM outbox_event WHERE seq IS NULL ORDER BY id LIMIT $2)
       AS fresh
 WHERE outbox_event.id = fresh.id
RETURNING outbox_event.id AS id, outbox_event.seq AS seq, outbox_event.type AS type,
          outbox_event.subject_id AS subject_id
"""


def loop(ringer: Ringer, reactions: Mapping[str, tuple[str, ...]] = REACTIONS) -> Loop:
    """The relay as a loop: after each batch it tells subscribers, and rings when the events made work."""

    async def step() -> bool:
        last, jobs = await relay(reactions)
        if last:
            await ringer.tell(last)
        if jobs:
            await ringer.ring()
        return last > 0

    return Loop("relay", step)


async def relay(reactions: Mapping[str, tuple[str, ...]] = REACTIONS) -> tuple[int, int]:
    """Number what is unnumbered and enqueue what follows from it, in one transaction.

    Returns the last number given (0: there was nothing) and how many jobs were made.
    """
    # A look without the pen first: on SQLite a transaction makes everybody wait.
    if not await OutboxEvent.filter(seq__isnull=True).exists():
        return 0, 0
    async with in_transaction():
        pen = await _pen()
        # A new statement, hence a new snapshot: it sees all that earlier holders of the pen have numbered.
        numbered = await sql.rows(_NUMBER, pen.last_seq, BATCH)
        if not numbered:
            return 0, 0
        pen.last_seq = max(row["seq"] for row in numbered)
        await pen.save(update_fields=["last_seq", "updated_at"])
        made = await _react(sorted(numbered, key=lambda row: row["seq"]), reactions)
    return pen.last_seq, made


async def _pen() -> Pen:
    """The pen, locked until the transaction ends."""
    pen = await Pen.filter(name="events").select_for_update().first()
    if pen is None:
        await Pen.bulk_create([Pen(name="events")], ignore_conflicts=True)
        pen = await Pen.select_for_update().get(name="events")
    return pen


async def _react(numbered: list[dict[str, Any]], reactions: Mapping[str, tuple[str, ...]]) -> int:
    made = 0
    for row in numbered:
        for work in reactions.get(row["type"], ()):
            event, subject = UUID(str(row["id"])), UUID(str(row["subject_id"]))
            made += await JobRun.enqueue(
                work,
                f"{work}:{event}",
                due_at=await sql.clock(),
                payload={"event": str(event), "subject": str(subject)},
            )
    return made
