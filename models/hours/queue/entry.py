"""QueueEntry: one person's turn in the live queue of a session."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.base import Moment
from models.hours.queue.states import QueueState, transitions
from models.hours.slots import NEEDS_MAX
from models.machine import Stateful, Table

NOTE_MAX = 500


class QueueEntry(Stateful):
    """Who comes again stands at the end by a row of their own; `helped_today` and `place` are its key and never change.

    Called are first those who have been helped less often on that day, then those who came earlier (C1.3).
    """

    kind = "queue_entry"
    transitions: ClassVar[Table] = transitions

    session: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField("models.OfficeHourSession", related_name="queue")
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="queue_entries", db_index=True
    )
    topic: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourTopic", related_name="queue", null=True, on_delete=fields.SET_NULL
    )
    called_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="called_entries", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    session_id: UUID
    person_id: UUID
    topic_id: UUID | None
    called_by_id: UUID | None
    helped_today = fields.SmallIntField()
    """How often they had been helped on the session's local day when they came."""
    place = fields.IntField()
    """Arrival, counted per session under its lock."""
    state = fields.CharEnumField(QueueState, max_length=24, default=QueueState.WAITING)
    note = fields.CharField(max_length=NOTE_MAX, default="")
    """What it is about, for the hosts."""
    needs = fields.CharField(max_length=NEEDS_MAX, default="")
    """What the person needs, for the hosts (E39); only until it is over."""
    arrived_at = Moment()
    paused_at = Moment(null=True)
    paused_seconds = fields.IntField(default=0)
    called_at = Moment(null=True)
    waited_seconds: Any = fields.IntField(null=True)
    """Until they were called, without their own pauses."""
    started_at = Moment(null=True)
    ended_at = Moment(null=True)

    class Meta:
        table = "queue_entry"
        unique_together = (("session", "place"),)
        indexes = (("session_id", "state"),)

    def away(self, now: datetime) -> None:
        """Their pause is over; it does not count as waiting."""
        if self.paused_at is not None:
            self.paused_seconds += int((now - self.paused_at) / timedelta(seconds=1))
            self.paused_at = None

    def waited(self, now: datetime) -> int:
        return max(0, int((now - self.arrived_at) / timedelta(seconds=1)) - self.paused_seconds)
