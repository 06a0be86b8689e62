"""Sprechstunden for tests: offered by an expert through the verbs."""

from datetime import date, datetime
from typing import Any

from models import hours
from models.access import Viewer
from models.hours import HourMode, Offer, OfficeHourSeries, OfficeHourSession
from models.roles import Role
from tests import people

WEDNESDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=WE", "first_day": date(2020, 4, 15), "starts_at": "17:00", "minutes": 60}
"""From the day after the demo's Tuesday on."""


async def expert(name: str = "Ines Álvarez", *, now: datetime, **more: Any) -> Viewer:
    return await people.person(name, Role.EXPERT, now=now, **more)


async def offered(by: Viewer, now: datetime, **more: Any) -> OfficeHourSeries:
    said: dict[str, Any] = {"title_de": "Datenschutz", "title_en": "Privacy", "mode": HourMode.PLENARY, **WEDNESDAYS}
    return await hours.offer(Offer(**{**said, **more}), by=by, now=now)


async def first_of(series: OfficeHourSeries) -> OfficeHourSession:
    session: OfficeHourSession = await series.sessions.all().order_by("starts_at").first()
    return session
