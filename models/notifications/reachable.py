"""Who may be told anything at all."""

from collections.abc import Iterable
from uuid import UUID

from models import sql

HEARS = ("active", "restricted", "dormant")
HEARS_ANSWERS = (*HEARS, "erasure_requested")
"""Whoever has asked to be erased still gets what they wait for: that the erasure is done, or called off."""
SLICE = 500

# The table is named and not imported: members, too, are told things, and lie above this module.
_WHO = "SELECT id FROM person WHERE id IN ({places}) AND state IN ({states})"


async def state_of(person_id: UUID) -> str | None:
    """The state of one person's account; None when it is gone."""
    found = await sql.rows("SELECT state FROM person WHERE id = $1", person_id)
    return str(found[0]["state"]) if found else None


async def locale_of(person_id: UUID) -> str:
    """The language of one person, as it is stored."""
    found = await sql.rows("SELECT locale FROM person WHERE id = $1", person_id)
    return str(found[0]["locale"]) if found else ""


async def reachable(people: Iterable[UUID], *, transactional: bool = False) -> list[UUID]:
    """Those of the people who hear from us, in the order given: nobody suspended, erased or not verified yet."""
    asked, heard = list(people), set[UUID]()
    states = ", ".join(f"'{state}'" for state in (HEARS_ANSWERS if transactional else HEARS))
    for start in range(0, len(asked), SLICE):
        some = asked[start : start + SLICE]
        places = ", ".join(f"${n}" for n in range(1, len(some) + 1))
        found = await sql.rows(_WHO.replace("{places}", places).replace("{states}", states), *some)
        heard.update(UUID(str(row["id"])) for row in found)
    return [person for person in asked if person in heard]
