"""The list of members: in today's order, which says nothing about anybody (E43)."""

import hashlib
from datetime import date
from enum import StrEnum

from models import sql
from models.members.person import PRIME


class PersonOrder(StrEnum):
    """How a list of members is sorted. Shuffled anew each day, the same for everybody, unless somebody asks."""

    SHUFFLED = "shuffled"
    HANDLE = "handle"

    @property
    def columns(self) -> tuple[str, ...]:
        return {"shuffled": ("turn", "id"), "handle": ("handle", "id")}[self.value]


async def reshuffle(day: date) -> int:
    """Put the members into the order of a day. A second call for the same day changes nothing. Returns how many."""
    seed = hashlib.sha256(f"members {day.isoformat()}".encode()).digest()
    factor = 1 + int.from_bytes(seed[:8], "big") % (PRIME - 1)
    shift = int.from_bytes(seed[8:16], "big") % PRIME
    return await sql.changed(f"UPDATE person SET turn = (shuffle_key * $1 + $2) % {PRIME}", factor, shift)
