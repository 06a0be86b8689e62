"""Dates as people write them (E21): "Freitag, 3. April 2020, 17:00 Uhr", "Friday, 3 April 2020, 17:00 (CEST)"."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from babel.dates import format_time as babel_time

from models.language import Language

LOCALES = {Language.DE: "de_DE", Language.EN: "en_GB"}
DAYS = {Language.DE: "EEEE, d. MMMM yyyy", Language.EN: "EEEE, d MMMM yyyy"}
SHORT_DAYS = {Language.DE: "d. MMMM yyyy", Language.EN: "d MMMM yyyy"}


def day(value: date, language: Language, zone: ZoneInfo | None = None, *, short: bool = False) -> str:
    """The day. A datetime needs the zone in which it is meant: midnight is not the same day everywhere."""
    if isinstance(value, datetime):
        value = value.astimezone(zone).date()
    return format_date(value, (SHORT_DAYS if short else DAYS)[language], locale=LOCALES[language])


def clock(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """The time of day: "17:00 Uhr", "17:00 (CEST)"."""
    local = value.astimezone(zone)
    time = babel_time(local, "HH:mm", locale=LOCALES[language])
    if language is Language.DE:
        return f"{time} Uhr"
    return f"{time} ({get_timezone_name(local, width='short', locale='en_GB')})"


def moment(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """Day and time of day."""
    return f"{day(value, language, zone)}, {clock(value, language, zone)}"
