"""What people want to know, for those who plan Sprechstunden."""

from schema.described import answer
from schema.members import Skill
from schema.programme import FieldOfAction


@answer
class TopicDemand:
    """How often something was asked about on one day of the week in one language."""

    skill: Skill | None
    field_of_action: FieldOfAction | None
    weekday: int
    """1 is Monday, 7 is Sunday."""
    language: str
    asked: int
    """Turns in queues, places on waitlists, bookings and questions."""
    unhelped: int
    """Of these, how many went or still wait without help."""
    per_week: float
    planned: int
    """Sessions of the coming week about it in this language, on whatever day."""
    suggested: bool
    """Worth a session: asked about each week, and none is planned, or most went without help."""


@answer
class OfficeHourDemand:
    """A plain mean of the last weeks, at most 8."""

    weeks: int
    """How many weeks the counts are of; one alone is no habit."""
    is_known: bool
    topics: list[TopicDemand]
    """Most wanted first; empty while it is not known."""
