"""What was asked about in the weeks before a moment, and what is planned for the one after it."""

from datetime import datetime, timedelta
from math import ceil

from models.demand.counting import LEAST, Forecast, counted
from models.demand.gathering import of_questions, of_sessions, planned

WEEK = timedelta(weeks=1)
LOOKED_BACK = 8
"""Weeks: what lies longer back says little about the next one."""


async def measure(now: datetime) -> Forecast:
    """For callers who have made sure who reads it."""
    asked = [*await of_sessions(now - LOOKED_BACK * WEEK, now), *await of_questions(now - LOOKED_BACK * WEEK, now)]
    if not asked:
        return Forecast(0, [])
    weeks = min(LOOKED_BACK, ceil((now - min(each.at for each in asked)) / WEEK))
    if weeks < LEAST:
        return Forecast(weeks, [])
    return Forecast(weeks, counted(asked, weeks, await planned(now)))
