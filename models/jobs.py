"""JobRun: a piece of work that has no better row of its own (send this mail, compose this issue)."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.transactions import in_transaction

from models import sql
from models.base import request_id
from models.errors import WrongState
from models.machine import Actor, Edge, Stateful, Table
from models.outbox import Due
from models.roles import STAFF, Role


class JobState(StrEnum):
    """Where a job is. `DEAD` is the dead-letter box: given up, seen by people, retryable."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    DEAD = "dead"
    DISCARDED = "discarded"


WORKER = frozenset({Role.SYSTEM})


class JobRun(Due, Stateful):
    """`kind` of work (a name in `workers/jobs.py`), once per `key`. The payload holds ids, never text or secrets."""

    kind = "job"
    waiting: ClassVar = (JobState.PENDING,)
    claimed: ClassVar = JobState.CLAIMED
    transitions: ClassVar[Table] = Table(
        Edge(JobState.PENDING, "claim", JobState.CLAIMED, WORKER),
        Edge(JobState.CLAIMED, "reclaim", JobState.CLAIMED, WORKER),
        Edge(JobState.CLAIMED, "finish", JobState.DONE, WORKER),
        Edge(JobState.CLAIMED, "postpone", JobState.PENDING, WORKER),
        Edge(JobState.CLAIMED, "give_up", JobState.DEAD, WORKER),
        Edge(JobState.DEAD, "retry", JobState.PENDING, STAFF),
        Edge(JobState.DEAD, "discard", JobState.DISCARDED, STAFF),
    )

    work = fields.CharField(max_length=60)
    key = fields.CharField(max_length=200, unique=True)
    payload: Any = fields.JSONField(default=dict)
    state = fields.CharEnumField(JobState, max_length=24, default=JobState.PENDING)
    cause = fields.CharField(max_length=64, default="", db_default="")
    """The request or the job that wanted it: its id, which stands in the log and names its trace."""

    class Meta:
        table = "job_run"
        indexes = (("state", "due_at"),)

    @classmethod
    async def enqueue(cls, work: str, key: str, *, due_at: datetime, payload: dict[str, Any] | None = None) -> bool:
        """Write a job in the caller's transaction, once per key. False when a job with this key exists already."""
        fresh = cls(work=work, key=key, payload=payload or {}, due_at=due_at, cause=request_id.get()[:64])
        before = bool(await sql.rows("SELECT 1 AS one FROM job_run WHERE key = $1", key))
        if not before:
            await cls.bulk_create([fresh], ignore_conflicts=True)
        return not before

    @classmethod
    async def retry(cls, id: Any, *, by: Actor, now: datetime) -> Self:
        """Put a dead job back to work, due now."""
        async with in_transaction():
            job = await cls.locked(id)
            if job.state is not JobState.DEAD:
                raise WrongState("id")
            job.due_at, job.attempts = now, 0
            await job.follow("retry", by=by, now=now)
        return job

    @classmethod
    async def discard(cls, id: Any, *, by: Actor, now: datetime, reason: str = "") -> Self:
        """Let a dead job go for good; the audit log keeps who and why."""
        async with in_transaction():
            job = await cls.locked(id)
            await job.follow("discard", by=by, now=now, note=reason)
        return job
