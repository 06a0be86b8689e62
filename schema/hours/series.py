"""Sprechstunden as they are offered: the series, what it is about, who hosts."""

from datetime import date
from uuid import UUID

import models
from models.access import Viewer
from models.hours import HourMode
from schema.binding import bound, column, localised, relation
from schema.derived import derived
from schema.localised import LocalisedText
from schema.members import Person, Skill
from schema.programme import FieldOfAction


@bound(models.OfficeHourTopic)
class OfficeHourTopic:
    """What a Sprechstunde is about: a skill, or a field of action."""

    id: UUID
    skill: Skill | None = relation("skill", scoped=True)
    field_of_action: FieldOfAction | None


@bound(models.OfficeHourHost)
class OfficeHourHost:
    """Who hosts one session; null for whom that person does not show themselves to."""

    id: UUID
    person: Person | None = relation("person", scoped=True)


@bound(models.OfficeHourSeries)
class OfficeHourSeries:
    """A Sprechstunde that recurs, or takes place once. Its times are local in its zone."""

    id: UUID
    version: int
    title: LocalisedText = localised("title")
    about: LocalisedText = localised("about")
    mode: HourMode
    language: str
    """In which it is held: ISO 639, such as `de`, `tr` or `gsg` for German Sign Language."""
    rrule: str
    """When it recurs, as in iCalendar: `FREQ=WEEKLY;BYDAY=WE`."""
    time_zone: str = column("zone")
    """The zone of intent: it begins at the same hour there before and after each change of clocks."""
    first_day: date
    last_day: date | None
    starts_at: str = column("time_of_day")
    """The time of day in that zone, such as `17:00`."""
    minutes: int
    slot_minutes: int
    exceptions: list[str]
    """Dates on which it does not take place."""
    captions: bool
    """What is said is written along."""
    sign_language: bool
    """Somebody interprets into German Sign Language (DGS)."""
    topics: list[OfficeHourTopic] = relation("topics", order="id")

    @derived("phone")
    def by_phone(phone: str) -> bool:
        """Whether one can dial in by telephone."""
        return bool(phone)

    @derived("phone")
    def phone(phone: str, viewer: Viewer) -> str | None:
        """The number to dial; for members."""
        return None if viewer.is_anonymous else phone

    @derived("room_url")
    def room_url(room_url: str, viewer: Viewer) -> str | None:
        """Where it takes place; for members, so that nobody strolls in."""
        return None if viewer.is_anonymous else room_url
