"""Dates read as people write them (E21)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.language import Language
from resolvers.http import dates

BERLIN = ZoneInfo("Europe/Berlin")
DE, EN = Language.DE, Language.EN


@pytest.mark.parametrize(
    ("at", "german", "english"),
    [
        (
            datetime(2020, 4, 3, 15, tzinfo=UTC),
            "Freitag, 3. April 2020, 17:00 Uhr",
            "Friday, 3 April 2020, 17:00 (CEST)",
        ),
        (
            datetime(2020, 12, 31, 23, 5, tzinfo=UTC),
            "Freitag, 1. Januar 2021, 00:05 Uhr",
            "Friday, 1 January 2021, 00:05 (CET)",
        ),
        (
            datetime(2020, 10, 25, 0, 30, tzinfo=UTC),
            "Sonntag, 25. Oktober 2020, 02:30 Uhr",
            "Sunday, 25 October 2020, 02:30 (CEST)",
        ),
        (
            datetime(2020, 10, 25, 1, 30, tzinfo=UTC),
            "Sonntag, 25. Oktober 2020, 02:30 Uhr",
            "Sunday, 25 October 2020, 02:30 (CET)",
        ),
    ],
)
def test_a_moment_in_both_languages(at: datetime, german: str, english: str) -> None:
    assert dates.moment(at, DE, BERLIN) == german
    assert dates.moment(at, EN, BERLIN) == english


def test_a_day_belongs_to_where_the_community_lives() -> None:
    late = datetime(2020, 3, 31, 22, 30, tzinfo=UTC)

    assert dates.day(late, DE, BERLIN, short=True) == "1. April 2020"
    assert dates.day(late, EN, ZoneInfo("UTC"), short=True) == "31 March 2020"
