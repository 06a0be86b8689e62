"""The list of teams: filtered, in today's order, which says nothing about anybody (E43)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tortoise.queryset import QuerySet

from models.shuffling import shuffle
from models.teams.states import Stage, TeamState
from models.teams.team import Team


class TeamOrder(StrEnum):
    """How a list of teams is sorted. Shuffled anew each day, the same for everybody, unless somebody asks."""

    SHUFFLED = "shuffled"
    NAME = "name"
    NEWEST = "newest"

    @property
    def columns(self) -> tuple[str, ...]:
        return {"shuffled": ("place", "id"), "name": ("name", "id"), "newest": ("-created_at", "-id")}[self.value]


@dataclass(frozen=True)
class Looking:
    """What somebody looks for; None leaves it open. Field and Baustein by their keys."""

    stage: Stage | None = None
    field_of_action: str | None = None
    block: str | None = None
    open_to_help: bool | None = None


def listed(looking: Looking) -> QuerySet[Team]:
    """Listed teams. A team is in a Baustein once, so the join gives no team twice."""
    rows = Team.filter(state=TeamState.LISTED)
    if looking.stage is not None:
        rows = rows.filter(stage=looking.stage)
    if looking.field_of_action is not None:
        rows = rows.filter(field_of_action__key=looking.field_of_action)
    if looking.block is not None:
        rows = rows.filter(block_memberships__block__key=looking.block)
    if looking.open_to_help is not None:
        rows = rows.filter(open_to_help=looking.open_to_help)
    return rows


async def reshuffle(day: date) -> int:
    """Put the teams into the order of a day. A second call for the same day changes nothing. Returns how many.

    One statement once a day, so that the order is a column: pages have plain cursors and an index, and every reader
    of the day sees the same list. Whoever turns a page at that very moment may see a team twice.
    """
    return await shuffle("team", "place", "teams", day)
