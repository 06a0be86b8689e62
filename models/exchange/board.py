"""The board: what is open, filtered, in today's order. The order says nothing about anybody (E43)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.exchange.listing import Listing
from models.exchange.listing_row import ListingLanguage, ListingSkill
from models.exchange.listing_states import ListingState
from models.exchange.words import ListingKind
from models.shuffling import shuffle


class ListingOrder(StrEnum):
    """How the board is sorted. Shuffled anew each day, the same for everybody, unless somebody asks."""

    SHUFFLED = "shuffled"
    NEWEST = "newest"

    @property
    def columns(self) -> tuple[str, ...]:
        return {"shuffled": ("place", "id"), "newest": ("-opened_at", "-id")}[self.value]


@dataclass(frozen=True)
class Looking:
    """What somebody looks for; None and nothing leave it open. Of skills and languages any one will do.

    The field of action by its key.
    """

    kind: ListingKind | None = None
    skills: Sequence[UUID] = ()
    languages: Sequence[str] = ()
    most_hours: int | None = None
    field_of_action: str | None = None


def board(looking: Looking) -> QuerySet[Listing]:
    """Open listings. One skill and one language are a join, which the planner knows; more are a subquery."""
    rows = Listing.filter(state=ListingState.OPEN)
    if looking.kind is not None:
        rows = rows.filter(purpose=looking.kind)
    if looking.most_hours is not None:
        rows = rows.filter(Q(hours_per_week__lte=looking.most_hours) | Q(hours_per_week__isnull=True))
    if looking.field_of_action is not None:
        rows = rows.filter(field_of_action__key=looking.field_of_action)
    if len(looking.skills) == 1:
        rows = rows.filter(skills__skill_id=looking.skills[0])
    elif looking.skills:
        named = ListingSkill.filter(skill_id__in=list(looking.skills))
        rows = rows.filter(id__in=Subquery(named.values("listing_id")))
    if len(looking.languages) == 1:
        rows = rows.filter(languages__code=looking.languages[0].lower()[:3])
    elif looking.languages:
        spoken = ListingLanguage.filter(code__in=[code.lower()[:3] for code in looking.languages])
        rows = rows.filter(id__in=Subquery(spoken.values("listing_id")))
    return rows


async def reshuffle(day: date) -> int:
    """Put the open listings into the order of a day, the same for everybody. Returns how many there are."""
    return await shuffle("listing", "place", "listings", day, "state = 'open'")
