"""What people say about themselves, checked on the way in, and to whom each field is shown."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from models import text
from models.members.refusals import (
    BirthOutOfRange,
    HoursOutOfRange,
    InvalidAddress,
    InvalidName,
    NotALink,
    UnknownLanguage,
    UnknownZone,
)

MOST_LANGUAGES = 20
MOST_LINKS = 5
MOST_HOURS = 60
GROWN_UP = 16  # years; younger members are never alone with a stranger without a human step (E14)
CODE = re.compile(r"[a-z]{2,3}")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class FieldVisibility(StrEnum):
    """Who sees a field of a profile. `MATCHED`: people of a common team, and those whose application was accepted."""

    PUBLIC = "public"
    MEMBERS = "members"
    MATCHED = "matched"
    PRIVATE = "private"


class ProfileField(StrEnum):
    """Fields of a profile that have a visibility of their own. Pronouns are shown wherever the name is (E36)."""

    NAME = "name"
    ABOUT = "about"
    PLACE = "place"
    LINKS = "links"
    LANGUAGES = "languages"
    SKILLS = "skills"
    AVAILABILITY = "availability"
    TIME_ZONE = "time_zone"


class WeekPart(StrEnum):
    """Part of a week in the person's own time zone: morning until 12, afternoon until 18, evening from 18."""

    MONDAY_MORNING = "monday_morning"
    MONDAY_AFTERNOON = "monday_afternoon"
    MONDAY_EVENING = "monday_evening"
    TUESDAY_MORNING = "tuesday_morning"
    TUESDAY_AFTERNOON = "tuesday_afternoon"
    TUESDAY_EVENING = "tuesday_evening"
    WEDNESDAY_MORNING = "wednesday_morning"
    WEDNESDAY_AFTERNOON = "wednesday_afternoon"
    WEDNESDAY_EVENING = "wednesday_evening"
    THURSDAY_MORNING = "thursday_morning"
    THURSDAY_AFTERNOON = "thursday_afternoon"
    THURSDAY_EVENING = "thursday_evening"
    FRIDAY_MORNING = "friday_morning"
    FRIDAY_AFTERNOON = "friday_afternoon"
    FRIDAY_EVENING = "friday_evening"
    SATURDAY_MORNING = "saturday_morning"
    SATURDAY_AFTERNOON = "saturday_afternoon"
    SATURDAY_EVENING = "saturday_evening"
    SUNDAY_MORNING = "sunday_morning"
    SUNDAY_AFTERNOON = "sunday_afternoon"
    SUNDAY_EVENING = "sunday_evening"


WEEK = list(WeekPart)


def address(text: str, path: str = "email") -> str:
    """The normalised address, or `InvalidAddress`. No DNS: the confirmation mail proves the mailbox."""
    try:
        # strict about control characters, which email-validator refuses too: an address ends up in a header
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as problem:
        raise InvalidAddress(path) from problem


def person_name(text: str, path: str = "name") -> str:
    """A name fit for a header and a page, or `InvalidName`."""
    text = text.strip()
    if not 1 <= len(text) <= 120 or any(not c.isprintable() for c in text):
        raise InvalidName(path)
    return text


def zone(name: str, path: str = "timeZone") -> str:
    """A time zone that this installation knows, or `UnknownZone`."""
    if name not in available_timezones() or len(name) > 60:
        raise UnknownZone(path)
    return name


def languages(codes: Iterable[str], path: str = "languages") -> list[str]:
    """ISO 639 codes in the given order, each once, or `UnknownLanguage`."""
    wanted = list(dict.fromkeys(code.strip().lower() for code in codes))
    if len(wanted) > MOST_LANGUAGES or not all(CODE.fullmatch(code) for code in wanted):
        raise UnknownLanguage(path)
    return wanted


def links(urls: Iterable[str], path: str = "links") -> list[str]:
    """Web addresses as people wrote them, each once, or `NotALink`. Nobody fetches them."""
    wanted = list(dict.fromkeys(text.line(url, path, 300) for url in urls))
    if len(wanted) > MOST_LINKS or not all(_is_link(url) for url in wanted):
        raise NotALink(path)
    return wanted


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and " " not in url


def hours(number: int | None, path: str = "hoursPerWeek") -> int | None:
    if number is not None and not 0 <= number <= MOST_HOURS:
        raise HoursOutOfRange(path)
    return number


def week(parts: Iterable[str]) -> list[str]:
    """Parts of the week in the order of the week, each once."""
    wanted = set(parts)
    return [part.value for part in WEEK if part.value in wanted]


def protected_until(year: int, month: int, today: date) -> date | None:
    """The first of the month in which somebody has surely turned 16; None when that has passed.

    Year and month are all that is asked, and this one date is all that is kept (E14). Raises `BirthOutOfRange`.
    """
    if not (today.year - 120 <= year <= today.year and 1 <= month <= 12):
        raise BirthOutOfRange("year")
    grown = date(year + GROWN_UP + month // 12, month % 12 + 1, 1)
    return grown if grown > today else None


def without_links(words: str) -> str:
    """A text whose web addresses are held back; what remains reads on (E49)."""
    return LINK.sub("[Link wird noch geprüft · link on hold]", words)
