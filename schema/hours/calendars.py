"""The secret address of a calendar."""

from datetime import datetime
from uuid import UUID

import models
from schema.binding import bound
from schema.described import answer, given
from schema.inputs import Given, Payload


@bound(models.CalendarFeed)
class CalendarFeed:
    """The secret address of your calendar; nobody can read it again, only make a new one."""

    id: UUID
    updated_at: datetime
    """When it was issued."""


@given
class IssueCalendarFeedInput(Given):
    """A new secret address; the one before stops working."""


@answer
class IssueCalendarFeedPayload(Payload):
    url: str | None
    """To be given to a calendar; shown this one time."""


@given
class RevokeCalendarFeedInput(Given):
    """The address stops working."""


@answer
class RevokeCalendarFeedPayload(Payload):
    revoked: bool
