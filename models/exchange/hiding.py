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


SEEN = [ListingState.OPEN, ListingState.FILLED]


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
        async with in_transaction():
            ids = await rows.filter(state__in=SEEN).order_by("id").limit(AT_ONCE).values_list("id", flat=True)
            for id in ids:
                listing = await cls.locked(id)  # type: ignore[arg-type]
                listing.hidden_from, listing.hidden_in = listing.state, action
                await listing.follow("hide", by=by, now=now, note=said)
        return Hidden(action, len(ids))

    @classmethod
    async def unhide(cls, action: UUID, *, by: Viewer, now: datetime) -> int:
        """Undo one `hide`: each listing goes back to the state it was in. Returns how many did."""
        require(by, *HIDERS)
        async with in_transaction():
            hidden = cls.filter(hidden_in=action, state=ListingState.HIDDEN).order_by("id")
            ids = await hidden.values_list("id", flat=True)
            if not ids:
                raise NotFound("action")
            for id in ids:
                listing = await cls.locked(id)  # type: ignore[arg-type]
                back = "unhide" if listing.hidden_from is ListingState.OPEN else "unhide_filled"
                await listing.follow(back, by=by, now=now)
        return len(ids)
