"""What people want to know, when, and in which language: from what they asked, booked and waited for in past weeks.

A mean that anybody can check: so many asked in so many weeks. What is too young to be a habit is said to be unknown.
Nobody is named, and nobody is counted: a topic, a weekday and a language are.
"""

from datetime import datetime, timedelta
from math import ceil

from models.access import Viewer, require
from models.demand.counting import LEAST, Demand, Forecast, counted
from models.demand.gathering import of_questions, of_sessions, planned
from models.roles import Role

WEEK = timedelta(weeks=1)
LOOKED_BACK = 8
"""Weeks: what lies longer back says little about the next one."""


async def forecast(*, by: Viewer, now: datetime) -> Forecast:
    """For community managers, who plan Sprechstunden."""
    require(by, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)
    asked = [*await of_sessions(now - LOOKED_BACK * WEEK, now), *await of_questions(now - LOOKED_BACK * WEEK, now)]
    if not asked:
        return Forecast(0, [])
    weeks = min(LOOKED_BACK, ceil((now - min(each.at for each in asked)) / WEEK))
    if weeks < LEAST:
        return Forecast(weeks, [])
    return Forecast(weeks, counted(asked, weeks, await planned(now)))


__all__ = ["Demand", "Forecast", "forecast"]
