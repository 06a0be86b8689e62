"""What else might fit somebody: their own list of suggestions, filled up by today's order of the board (E43)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from models.exchange.listing import Listing
from models.exchange.listing_states import ListingState
from models.exchange.suggesting.rows import Suggestion
from models.exchange.words import ListingKind
from models.members import Person, blocked
from models.teams import MembershipState, TeamMembership

LOOKED_AT = 100


async def pick_for(person_id: UUID, *, now: datetime, count: int) -> list[Listing]:
    """Open roles that this person has not met yet, in a language of theirs, where nobody keeps them apart.

    Their list comes first: it was made with the same rules, and is empty for whoever did not agree to matching.
    """
    listed = Suggestion.filter(person_id=person_id).order_by("place", "id").limit(LOOKED_AT)
    order: list[Any] = list(await listed.values_list("listing_id", flat=True))
    places: dict[UUID, int] = {id: place for place, id in enumerate(order)}
    person = await Person.get(id=person_id)
    mine = TeamMembership.filter(person_id=person_id, state=MembershipState.ACTIVE)
    not_these = set(await mine.values_list("team_id", flat=True))
    if others := await blocked(person_id):
        with_them = TeamMembership.filter(person_id__in=list(others), state=MembershipState.ACTIVE)
        not_these |= set(await with_them.values_list("team_id", flat=True))
    rows = Listing.filter(purpose=ListingKind.SEEKS_MEMBER, state=ListingState.OPEN, expires_at__gt=now)
    met = await rows.filter(applications__person_id=person_id).values_list("id", flat=True)
    fresh = rows.exclude(id__in=list(met)) if met else rows
    fresh = fresh.exclude(team_id__in=list(not_these)) if not_these else fresh
    found = await fresh.order_by("place", "id").limit(LOOKED_AT).prefetch_related("languages")
    spoken = set(person.languages)
    missing = [id for id in places if id not in {row.id for row in found}]
    found += await fresh.filter(id__in=missing).prefetch_related("languages") if missing else []
    found.sort(key=lambda row: places.get(row.id, len(places)))
    return [row for row in found if not spoken or not row.languages or _codes(row) & spoken][:count]


def _codes(listing: Listing) -> set[str]:
    return {language.code for language in listing.languages}
