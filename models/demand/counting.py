"""How often what was wanted: a plain count, and the mean of a week."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

LEAST = 2
"""Weeks: one alone is no habit."""


class About(NamedTuple):
    """A skill or a field of action; one of the two."""

    skill_id: UUID | None
    field_of_action_id: UUID | None


class Wish(NamedTuple):
    """What was wanted: about what, on which day of the week (Monday is 1), in which language."""

    about: About
    weekday: int
    language: str


class Asked(NamedTuple):
    at: datetime
    wish: Wish
    helped: bool


@dataclass(frozen=True)
class Demand:
    wish: Wish
    asked: int
    unhelped: int
    per_week: float
    planned: int
    """Sessions of the coming week about it in this language, on whatever day."""

    @property
    def suggested(self) -> bool:
        """Worth a session: asked about each week, and there is none, or most went without help."""
        return self.per_week >= 1 and (self.planned == 0 or self.unhelped * 2 > self.asked)


@dataclass(frozen=True)
class Forecast:
    weeks: int
    """How many weeks the counts are of."""
    demands: list[Demand]
    """Most wanted first; empty while it is not known."""

    @property
    def is_known(self) -> bool:
        return self.weeks >= LEAST


def counted(asked: Iterable[Asked], weeks: int, planned: Counter[tuple[About, str]]) -> list[Demand]:
    every, without = Counter[Wish](), Counter[Wish]()
    for each in asked:
        every[each.wish] += 1
        without[each.wish] += not each.helped
    found = [
        Demand(wish, count, without[wish], count / weeks, planned[wish.about, wish.language])
        for wish, count in every.items()
    ]
    return sorted(found, key=lambda demand: (-demand.asked, str(demand.wish)))
