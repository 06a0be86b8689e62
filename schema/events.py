"""Events as the community sees them: what happened to which row, never personal data."""

from datetime import datetime
from uuid import UUID

from strawberry.scalars import JSON

import models
from models.catalogue import VERSION
from schema.binding import bound
from schema.derived import derived
from schema.scalars import EventCursor


@bound(models.OutboxEvent)
class CommunityEvent:
    """One thing that happened. Ids and plain words only; ask for the row itself to see more."""

    id: UUID
    type: str
    """Kind and what became of it, such as `story.published`."""
    subject_kind: str
    subject_id: UUID
    team_id: UUID | None
    payload: JSON
    at: datetime

    @derived("type")
    def schema_version(type: str) -> str:
        """The version of the catalogue of events that this one keeps to (docs/partners/events.md)."""
        return VERSION

    @derived("seq")
    def cursor(seq: int) -> EventCursor:
        """Where this event stands in the log: pass the last one you saw as `after`."""
        return EventCursor(str(seq))
