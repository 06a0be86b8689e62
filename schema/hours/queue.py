"""The live queue of a Sprechstunde: turns, where they stand, and what is said about them."""

from datetime import datetime
from uuid import UUID

import models
from models.hours import QueueState
from models.hours.queue.standing import Standing, turns_of
from schema.batched import batched
from schema.binding import bound, relation
from schema.context import Context
from schema.described import answer, enum, given
from schema.hours.series import OfficeHourTopic
from schema.hours.sessions import OfficeHourSession
from schema.inputs import Given, Payload
from schema.members import Person
from schema.scalars import EventCursor

enum(QueueState)

Keys = list[tuple[UUID, UUID]]


async def _standings(keys: Keys) -> list[Standing | None]:
    """Of entries by session and id; None for those that are over."""
    found = await turns_of({session for session, _ in keys})
    return [found[session].get(id) for session, id in keys]


@bound(models.QueueEntry)
class QueueEntry:
    """Your turn in a queue, as you and the hosts of the session read it; nobody else does."""

    id: UUID
    version: int
    state: QueueState
    note: str
    """What it is about."""
    needs: str
    """What the person needs in order to take part; forgotten when it is over."""
    helped_today: int
    """How often somebody had taken time for the person that day when they joined: whoever had less help goes first."""
    arrived_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    topic: OfficeHourTopic | None
    person: Person | None = relation("person", scoped=True)
    helper: Person | None = relation("called_by", scoped=True)
    """Who has time for you; null also when they show themselves to nobody."""
    session: OfficeHourSession

    @batched("session_id", "id")
    async def position(keys: Keys, context: Context) -> list[int | None]:
        """1 is next. It never grows while you wait; null when you do not."""
        return [standing.position if standing else None for standing in await _standings(keys)]

    @batched("session_id", "id")
    async def newcomers_first(keys: Keys, context: Context) -> list[int]:
        """How many came after you and go first, because they have been helped less often today."""
        return [standing.newcomers_first if standing else 0 for standing in await _standings(keys)]


@answer
class QueuePosition:
    """Where somebody stands in a queue now."""

    cursor: EventCursor
    entry_id: UUID
    state: QueueState
    position: int | None
    """1 is next. It never grows while you wait; null when you are called, helped, or not there any more."""
    newcomers_first: int
    """How many came after you and go first, because they have been helped less often today."""
    wait_minutes: int | None
    """Of the last 20 who were helped, four out of five waited at most so long; null: unknown, fewer than 5 were."""
    helper: Person | None
    """Who has time for you, as far as they show themselves."""


@answer
class SessionUpdate:
    """Something about a Sprechstunde has changed: its state, its time, its queue."""

    cursor: EventCursor
    """Pass the last one you saw as `after` to go on behind it."""
    type: str
    """Such as `office_hour_session.open` or `office_hour_session.queue_moved`."""
    at: datetime
    session: OfficeHourSession
    """As it is now."""


@given
class JoinQueueInput(Given):
    session_id: UUID
    topic_id: UUID | None = None
    """One of the topics of the series, so that hosts can take the same questions one after the other."""
    note: str = ""
    """What it is about, up to 500 characters; only the hosts read it."""
    needs: str = ""
    """What you need in order to take part, such as captions or plain language. Only the hosts read it."""


@answer
class JoinQueuePayload(Payload):
    entry: QueueEntry | None


@given
class LeaveQueueInput(Given):
    id: UUID
    """Of your entry."""


@answer
class LeaveQueuePayload(Payload):
    entry: QueueEntry | None


@given
class PauseQueueEntryInput(Given):
    id: UUID


@answer
class PauseQueueEntryPayload(Payload):
    entry: QueueEntry | None


@given
class ResumeQueueEntryInput(Given):
    id: UUID


@answer
class ResumeQueueEntryPayload(Payload):
    entry: QueueEntry | None
