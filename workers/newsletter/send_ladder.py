"""When a copy that was refused for now is tried again, and when it is given up."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LADDER = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720))
"""5 min, 15 min, 1 h, 4 h, then every 12 h."""
PATIENCE = timedelta(hours=48)  # after that a weekly issue is worth nothing
EVENING, MORNING = time(21), time(8)  # nothing arrives in between (E34)


def next_attempt(attempt: int, first_at: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When to try again after the n-th attempt; None when the copy has been tried for two days."""
    again = awake(now + LADDER[min(max(attempt, 1), len(LADDER)) - 1], zone)
    return again if again - first_at <= PATIENCE else None


def awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or 8 o'clock in the morning after when it lies in the night."""
    local = moment.astimezone(zone)
    if EVENING > local.time() >= MORNING:
        return moment
    morning = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(morning, MORNING, zone).astimezone(moment.tzinfo)
