"""What people want to know, when, and in which language: from what they asked, booked and waited for in past weeks.

A mean that anybody can check: so many asked in so many weeks. What is too young to be a habit is said to be unknown.
Nobody is named, and nobody is counted: a topic, a weekday and a language are.
"""

from datetime import datetime

from models.access import Viewer, require
from models.demand.counting import Demand, Forecast
from models.demand.measuring import measure
from models.demand.telling import suggest
from models.roles import Role


async def forecast(*, by: Viewer, now: datetime) -> Forecast:
    """For community managers, who plan Sprechstunden."""
    require(by, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)
    return await measure(now)


__all__ = ["Demand", "Forecast", "forecast", "suggest"]
