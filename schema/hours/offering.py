"""What is said to offer a Sprechstunde, to leave a day out and to end it."""

from datetime import date
from uuid import UUID

import strawberry

from models.hours import HourMode
from schema.described import answer, given
from schema.hours.series import OfficeHourSeries
from schema.inputs import Given, Payload


@given
class CreateOfficeHourSeriesInput(Given):
    title_de: str
    title_en: str = ""
    about_de: str = ""
    about_en: str = ""
    mode: HourMode
    language: str = "de"
    rrule: str
    """`FREQ=DAILY`, `WEEKLY` or `MONTHLY` with INTERVAL, BYDAY, and COUNT or UNTIL; `FREQ=DAILY;COUNT=1` for once."""
    time_zone: str = "Europe/Berlin"
    first_day: date
    starts_at: str
    """The time of day there: `17:00`. Skipped in spring it moves past the gap; doubled, the first counts."""
    minutes: int = 60
    slot_minutes: int = 20
    """How long one slot lasts, in the mode `SLOTS`."""
    hosts: list[UUID] = strawberry.field(default_factory=list)
    """Left out: you. Others are entered by community managers."""
    skills: list[UUID] = strawberry.field(default_factory=list)
    fields_of_action: list[UUID] = strawberry.field(default_factory=list)
    room_url: str = ""
    captions: bool = False
    sign_language: bool = False
    phone: str = ""


@answer
class CreateOfficeHourSeriesPayload(Payload):
    series: OfficeHourSeries | None


@given
class LeaveOutOfficeHourInput(Given):
    id: UUID
    """Of the series."""
    day: date


@answer
class LeaveOutOfficeHourPayload(Payload):
    series: OfficeHourSeries | None


@given
class EndOfficeHourSeriesInput(Given):
    id: UUID
    last_day: date


@answer
class EndOfficeHourSeriesPayload(Payload):
    series: OfficeHourSeries | None


@given
class LimitHostingInput(Given):
    per_week: int | None = None
    """1 to 40 sessions in an ISO week of your own time zone; left out there is no limit."""


@answer
class LimitHostingPayload(Payload):
    per_week: int | None
