"""Moments that clients send: with an offset, and within the calendar that both databases share."""

from datetime import UTC, datetime

from models.errors import ValidationProblem


class OffsetMissing(ValidationProblem):
    code = "OFFSET_MISSING"
    de = "Diesem Zeitpunkt fehlt die Zeitzone. Bitte sendet ihn mit Abstand zu UTC: 2020-04-17T09:00:00+02:00."
    en = "This moment has no time zone. Please send it with its offset from UTC: 2020-04-17T09:00:00+02:00."


class OutOfRange(ValidationProblem):
    code = "OUT_OF_RANGE"
    de = "Dieser Zeitpunkt liegt außerhalb dessen, was wir planen können: 2000 bis 2100."
    en = "This moment is outside of what we can plan: 2000 to 2100."


def moment(at: datetime, path: str = "at") -> datetime:
    """The moment in UTC. Raises `OffsetMissing`: what nine o'clock means must not depend on our server."""
    if at.tzinfo is None:
        raise OffsetMissing(path)
    if not 2000 <= at.year <= 2100:
        raise OutOfRange(path)
    return at.astimezone(UTC)
