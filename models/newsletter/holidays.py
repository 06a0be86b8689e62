"""Public holidays in Germany, per Bundesland: a send planned on one of them warns (E26)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

EVERYWHERE = "BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH"


@dataclass(frozen=True)
class Holiday:
    """A day off, and where."""

    day: date
    de: str
    en: str
    states: frozenset[str]

    @property
    def nationwide(self) -> bool:
        return self.states == frozenset(EVERYWHERE.split())


# Days from Easter Sunday; name; Bundesländer by their usual two letters (ISO 3166-2:DE).
MOVABLE = (
    (-2, "Karfreitag", "Good Friday", EVERYWHERE),
    (0, "Ostersonntag", "Easter Sunday", "BB"),
    (1, "Ostermontag", "Easter Monday", EVERYWHERE),
    (39, "Christi Himmelfahrt", "Ascension Day", EVERYWHERE),
    (49, "Pfingstsonntag", "Whit Sunday", "BB"),
    (50, "Pfingstmontag", "Whit Monday", EVERYWHERE),
    (60, "Fronleichnam", "Corpus Christi", "BW BY HE NW RP SL"),
)
FIXED = (
    (1, 1, "Neujahr", "New Year's Day", EVERYWHERE),
    (1, 6, "Heilige Drei Könige", "Epiphany", "BW BY ST"),
    (3, 8, "Internationaler Frauentag", "International Women's Day", "BE MV"),
    (5, 1, "Tag der Arbeit", "Labour Day", EVERYWHERE),
    (8, 15, "Mariä Himmelfahrt", "Assumption Day", "SL"),
    (9, 20, "Weltkindertag", "World Children's Day", "TH"),
    (10, 3, "Tag der Deutschen Einheit", "German Unity Day", EVERYWHERE),
    (10, 31, "Reformationstag", "Reformation Day", "BB HB HH MV NI SN ST SH TH"),
    (11, 1, "Allerheiligen", "All Saints' Day", "BW BY NW RP SL"),
    (12, 25, "1. Weihnachtstag", "Christmas Day", EVERYWHERE),
    (12, 26, "2. Weihnachtstag", "Boxing Day", EVERYWHERE),
)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> Iterator[Holiday]:
    """All holidays of a year."""
    sunday = easter(year)
    for days, de, en, states in MOVABLE:
        yield Holiday(sunday + timedelta(days=days), de, en, frozenset(states.split()))
    for month, day, de, en, states in FIXED:
        yield Holiday(date(year, month, day), de, en, frozenset(states.split()))
    # The Saxon day of prayer: the Wednesday before 23 November.
    november = date(year, 11, 22)
    prayer = november - timedelta(days=(november.weekday() - 2) % 7)
    yield Holiday(prayer, "Buß- und Bettag", "Day of Repentance and Prayer", frozenset({"SN"}))


def on(day: date) -> list[Holiday]:
    """The holidays on a day; usually none."""
    return [holiday for holiday in holidays(day.year) if holiday.day == day]
