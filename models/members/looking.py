"""The list of members: in today's order, which says nothing about anybody (E43)."""

from datetime import date
from enum import StrEnum

from models.shuffling import shuffle


class PersonOrder(StrEnum):
    """How a list of members is sorted. Shuffled anew each day, the same for everybody, unless somebody asks."""

    SHUFFLED = "shuffled"
    HANDLE = "handle"

    @property
    def columns(self) -> tuple[str, ...]:
        return {"shuffled": ("turn", "id"), "handle": ("handle", "id")}[self.value]


async def reshuffle(day: date) -> int:
    """Put the members into the order of a day. A second call for the same day changes nothing. Returns how many."""
    return await shuffle("person", "turn", "members", day)
