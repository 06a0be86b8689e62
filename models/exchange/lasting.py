"""The thirty days of a listing: confirmed by one click, ended when nobody does, its links let go in time."""

from datetime import datetime
from typing import Self

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.exchange.hiding import Hiding
from models.exchange.listing_states import ListingState
from models.exchange.tokens import Confirmation


class Lasting(Hiding):
    """The verbs of the mailed link and of the sweep."""

    class Meta:
        abstract = True

    @classmethod
    async def to_confirm(cls, token: str) -> Confirmation[Self]:
        """For showing the page of a mailed link: changes nothing (E7). Raises `LinkInvalid`."""
        return await Confirmation.read(token, cls)

    @classmethod
    async def confirm_by_link(cls, token: str, *, now: datetime) -> Self:
        """One click on day 23: another thirty days (C5.1). A second click changes nothing. Raises `LinkInvalid`."""
        async with in_transaction():
            asked = await Confirmation.read(token, cls, lock=True)
            if asked.is_new:
                await asked.listing.follow("confirm", by=SYSTEM, now=now, note="by the mailed link")
        return asked.listing

    @classmethod
    async def expire_due(cls, *, now: datetime, most: int = 100) -> int:
        """End what was not confirmed in time, each in a transaction of its own. Returns how many."""
        due = cls.filter(state=ListingState.OPEN, expires_at__lte=now).order_by("expires_at").limit(most)
        ended = 0
        for row in await due.only("id"):
            async with in_transaction():
                listing = await cls.filter(id=row.id).select_for_update().first()
                if listing and (await listing.decide("expire", by=SYSTEM, now=now)).allowed:
                    await listing.follow("expire", by=SYSTEM, now=now)
                    ended += 1
        return ended

    @classmethod
    async def let_links_go(cls, *, most: int = 500) -> int:
        """Show the links of accounts that are no longer new."""
        held = await cls.filter(links_held=True, person__links_held=False).limit(most).only("id")
        for row in held:
            async with in_transaction():
                listing = await cls.locked(row.id)
                listing.public_text, listing.links_held = listing.text, False
                await listing.save()
        return len(held)
