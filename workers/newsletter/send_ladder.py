"""When a copy that was refused for now is tried again, and when it is given up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.notifications.hours import awake

LADDER = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720))
"""5 min, 15 min, 1 h, 4 h, then every 12 h."""
PATIENCE = timedelta(hours=48)  # after that a weekly issue is worth nothing


def next_attempt(attempt: int, first_at: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When to try again after the n-th attempt; None when the copy has been tried for two days."""
    again = awake(now + LADDER[min(max(attempt, 1), len(LADDER)) - 1], zone)
    return again if again - first_at <= PATIENCE else None
