"""iCalendar (RFC 5545) as calendars read it: written by hand, for what we say is little and readers are many.

Times in Europe/Berlin carry their zone, described by two rules: Outlook misreads lists of dates (E28). All others are
UTC, and so is the second of two equal local times in autumn, which a local time cannot name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BERLIN = "Europe/Berlin"
MOST_OCTETS = 75  # of a line, without its end

VTIMEZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE""".splitlines()


@dataclass(frozen=True)
class Event:
    """One appointment. `sequence` rises with every change; what was called off stays, as cancelled."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    title: str
    zone: str = BERLIN
    about: str = ""
    place: str = ""
    url: str = ""
    cancelled: bool = False


def calendar(name: str, events: Sequence[Event], language: str) -> str:
    """A whole calendar; the zone is described when an event names it."""
    body = [line for event in events for line in _event(event)]
    zone = VTIMEZONE if any(f";TZID={BERLIN}:" in line for line in body) else []
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Leuchtturm//Sprechstunden//{language.upper()}",
        "CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", *zone, *body, "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{piece}\r\n" for line in lines for piece in folded(line))


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield _moment("DTSTART", event.starts_at, event.zone)
    yield _moment("DTEND", event.ends_at, event.zone)
    yield f"SUMMARY:{escaped(event.title)}"
    for name, value in (("DESCRIPTION", event.about), ("LOCATION", event.place)):
        if value:
            yield f"{name}:{escaped(value)}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'TRANSPARENT' if event.cancelled else 'OPAQUE'}"
    yield "END:VEVENT"


def _moment(name: str, at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(BERLIN))
    if zone != BERLIN or local.fold:
        return f"{name}:{_utc(at)}"
    return f"{name};TZID={BERLIN}:{local:%Y%m%dT%H%M%S}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon and comma masked, line breaks as `\\n`."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(text.splitlines())


def folded(line: str) -> Iterable[str]:
    """Lines of at most 75 octets; what goes on begins with a space. No character is cut in two."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > MOST_OCTETS:
            yield piece
            piece = " "
        piece += character
    yield piece
