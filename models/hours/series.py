"""OfficeHourSeries: what is offered, by whom, and when it recurs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise import fields

from models import text
from models.access import Viewer
from models.base import Moment, Row
from models.errors import NotFound
from models.hours.hosting import SeriesHost
from models.hours.recurrence import Recurrence, time_of_day
from models.hours.refusals import InvalidRecurrence, LengthOutOfRange, SlotsOutOfRange
from models.hours.states import MANAGERS
from models.hours.topics import OfficeHourTopic
from models.hours.words import HourMode
from models.members.fields import languages, links, zone

ABOUT_MAX = 2000
LENGTHS = range(10, 8 * 60 + 1)
SHORTEST_SLOT = 5
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Offer:
    """What somebody says about a new series."""

    title_de: str
    rrule: str
    first_day: date
    starts_at: str
    minutes: int
    mode: HourMode
    title_en: str = ""
    about_de: str = ""
    about_en: str = ""
    time_zone: str = "Europe/Berlin"
    language: str = "de"
    hosts: Sequence[UUID] = ()
    """Nobody named: whoever says it."""
    skills: Sequence[UUID] = ()
    fields_of_action: Sequence[UUID] = ()
    slot_minutes: int = 20
    """How long one slot lasts; only where there are slots."""
    room_url: str = ""
    captions: bool = False
    sign_language: bool = False
    phone: str = ""


class OfficeHourSeries(Row):
    """A Sprechstunde that recurs, or takes place once (`COUNT=1`). It is ended, not edited: people rely on its times.

    Date and time of day are local in `zone`, the zone of intent (E16).
    """

    kind = "office_hour_series"

    title_de = fields.CharField(max_length=160)
    title_en = fields.CharField(max_length=160, default="")
    about_de = fields.CharField(max_length=ABOUT_MAX, default="")
    about_en = fields.CharField(max_length=ABOUT_MAX, default="")
    mode = fields.CharEnumField(HourMode, max_length=24)
    language = fields.CharField(max_length=3)
    rrule = fields.CharField(max_length=200)
    zone = fields.CharField(max_length=60)
    first_day = fields.DateField()
    last_day: Any = fields.DateField(null=True)
    """The last day on which it may take place, once somebody has said so."""
    time_of_day = fields.CharField(max_length=5)
    minutes = fields.SmallIntField()
    slot_minutes = fields.SmallIntField(default=20)
    exceptions: Any = fields.JSONField(default=list)
    """Dates (`2020-04-10`) on which it does not take place."""
    room_url = fields.CharField(max_length=300, default="")
    captions = fields.BooleanField(default=False)
    sign_language = fields.BooleanField(default=False)
    phone = fields.CharField(max_length=60, default="")
    looked_until = Moment(null=True)
    """Up to here its dates have been made sessions."""

    hosts: fields.ReverseRelation[SeriesHost]
    topics: fields.ReverseRelation[OfficeHourTopic]
    sessions: fields.ReverseRelation[Any]

    class Meta:
        table = "office_hour_series"

    @property
    def here(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def at(self) -> time:
        return time_of_day(self.time_of_day)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def dates(self) -> Iterator[date]:
        """Every date that is not an exception, up to the last day, ascending."""
        left_out = set(self.exceptions)
        for day in Recurrence.read(self.rrule).dates(self.first_day):
            if self.last_day is not None and day > self.last_day:
                return
            if day.isoformat() not in left_out:
                yield day

    @classmethod
    def of(cls, said: Offer) -> Self:
        if said.minutes not in LENGTHS:
            raise LengthOutOfRange("minutes")
        if not min(said.slot_minutes, said.minutes) >= SHORTEST_SLOT:
            raise SlotsOutOfRange("slotMinutes")
        if said.first_day.year not in YEARS:
            raise InvalidRecurrence("firstDay")
        Recurrence.read(said.rrule)
        time_of_day(said.starts_at)
        return cls(
            title_de=text.line(said.title_de, "titleDe", 160),
            title_en=text.line(said.title_en, "titleEn", 160, required=False),
            about_de=text.prose(said.about_de, "aboutDe", ABOUT_MAX, required=False),
            about_en=text.prose(said.about_en, "aboutEn", ABOUT_MAX, required=False),
            mode=said.mode, language=languages([said.language], "language")[0], rrule=said.rrule.strip().upper(),
            zone=zone(said.time_zone), slot_minutes=min(said.slot_minutes, said.minutes),
            first_day=said.first_day, time_of_day=said.starts_at, minutes=said.minutes,
            room_url=links([said.room_url], "roomUrl")[0] if said.room_url else "", captions=said.captions,
            sign_language=said.sign_language, phone=text.line(said.phone, "phone", 60, required=False),
        )  # fmt: skip

    async def may_be_led_by(self, by: Viewer) -> bool:
        """Its hosts and managers."""
        if by.roles & MANAGERS:
            return True
        return by.person_id is not None and await self.hosts.filter(person_id=by.person_id).exists()

    @classmethod
    async def led(cls, id: UUID, by: Viewer) -> Self:
        """Locked, for whoever may change it. Raises `NotFound` for others."""
        series = await cls.locked(id)
        if not await series.may_be_led_by(by):
            raise NotFound("id")
        return series
