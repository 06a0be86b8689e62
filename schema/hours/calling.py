"""What hosts say about the queue of their session."""

from uuid import UUID

from schema.described import answer, given
from schema.hours.queue import QueueEntry
from schema.inputs import Given, Payload


@given
class CallNextInput(Given):
    session_id: UUID
    topic_id: UUID | None = None
    """Only of this topic of the series."""


@answer
class CallNextPayload(Payload):
    entry: QueueEntry | None
    """Null when nobody waits whom you can call."""


@given
class StartQueueEntryInput(Given):
    id: UUID


@answer
class StartQueueEntryPayload(Payload):
    entry: QueueEntry | None


@given
class FinishQueueEntryInput(Given):
    id: UUID


@answer
class FinishQueueEntryPayload(Payload):
    entry: QueueEntry | None


@given
class ReturnQueueEntryInput(Given):
    id: UUID


@answer
class ReturnQueueEntryPayload(Payload):
    entry: QueueEntry | None


@given
class DismissQueueEntryInput(Given):
    id: UUID


@answer
class DismissQueueEntryPayload(Payload):
    entry: QueueEntry | None
