"""What managers do against spam: hide a whole wave at once, and bring back by one action what was hidden (E49)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.base import new_id
from models.errors import NotFound
from models.exchange.listing_row import ListingRow
from models.exchange.listing_states import HIDERS, ListingState
from models.members import Person

AT_ONCE = 1_000


class Hidden(NamedTuple):
    """What one action hid; `unhide` takes its id."""

    action: UUID
    listings: int


WAYS_BACK = {ListingState.OPEN: "unhide", ListingState.FILLED: "unhide_filled"}
SEEN = tuple(WAYS_BACK)


class Hiding(ListingRow):
    """The verbs of those who keep the board clean."""

    class Meta:
        abstract = True

    @classmethod
    async def hide(cls, ids: Sequence[UUID], *, by: Viewer, now: datetime, reason: str) -> Hidden:
        """Hide listings. Applications wait meanwhile."""
        return await cls._hide(cls.filter(id__in=list(ids)[:AT_ONCE]), by, now, reason)

    @classmethod
    async def hide_of_new_accounts(cls, since: datetime, *, by: Viewer, now: datetime, reason: str) -> Hidden:
        """Hide whatever accounts that were made since then have listed: a wave of bots in one action."""
        fresh = Person.filter(created_at__gte=since).limit(50_000).values_list("id", flat=True)
        people = list(await fresh)
        return await cls._hide(cls.filter(person_id__in=people, team_id__isnull=True), by, now, reason)

    @classmethod
    async def _hide(cls, rows: QuerySet["Hiding"], by: Viewer, now: datetime, reason: str) -> Hidden:
        require(by, *HIDERS)
        said, action = text.line(reason, "reason"), new_id()
        hidden = 0
        async with in_transaction():
            for state in SEEN:
                listings = await rows.filter(state=state).order_by("id").limit(AT_ONCE).select_for_update()
                ids = [listing.id for listing in listings]
                await cls.filter(id__in=ids).update(hidden_from=state, hidden_in=action)
                await cls.follow_together(listings, "hide", by=by, now=now, note=said)
                hidden += len(ids)
        return Hidden(action, hidden)

    @classmethod
    async def unhide(cls, action: UUID, *, by: Viewer, now: datetime) -> int:
        """Undo one `hide`: each listing goes back to the state it was in. Returns how many did."""
        require(by, *HIDERS)
        back = 0
        async with in_transaction():
            for state, way in WAYS_BACK.items():
                hidden = cls.filter(hidden_in=action, hidden_from=state, state=ListingState.HIDDEN).order_by("id")
                listings = await hidden.select_for_update()
                await cls.follow_together(listings, way, by=by, now=now)
                back += len(listings)
        if not back:
            raise NotFound("action")
        return back
