"""The link of the reminder on day 23: made again from the row, so no mail job and no table holds it.

It confirms this listing this once. Whoever is forwarded the mail can at most keep a listing on the board for thirty
days more.
"""

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from models import vault
from models.exchange.listing_states import ListingState
from models.exchange.refusals import LinkInvalid
from models.notifications.kinds import signed_token

KIND = "listing.expiring"
MAC = 32  # characters of base64url, 192 bits
SHAPE = re.compile(rf"(?P<id>[0-9a-f]{{32}})(?P<mac>[\w-]{{{MAC}}})", re.ASCII)
CONFIRMABLE = (ListingState.OPEN, ListingState.EXPIRED)

L = TypeVar("L", bound=Any)


def path(listing: Any) -> str:
    """Where the mailed link leads."""
    return f"/exchange/confirm/{signed_token(KIND, listing.id, listing.confirmations)}"


@dataclass(frozen=True)
class Confirmation(Generic[L]):
    """A listing that a link asks to confirm; `is_new` says that it has not been confirmed since the mail."""

    listing: L
    is_new: bool

    @classmethod
    async def read(cls, given: str, model: type[L], *, lock: bool = False) -> "Confirmation[L]":
        """Raises `LinkInvalid` for whatever is wrong with it."""
        found = SHAPE.fullmatch(given[:200])
        if found is None:
            raise LinkInvalid("token")
        rows = model.filter(id=UUID(found["id"]))
        listing = await (rows.select_for_update() if lock else rows).first()
        if listing is None or listing.state not in CONFIRMABLE:
            raise LinkInvalid("token")
        is_new = _proved(found["mac"], listing.id, listing.confirmations)
        was_used = _proved(found["mac"], listing.id, listing.confirmations - 1)
        if not is_new and not (was_used and listing.is_open):
            raise LinkInvalid("token")
        return cls(listing, is_new)


def _proved(mac: str, *parts: object) -> bool:
    # Every key is compared, so the time says nothing about which one it was.
    matches = [vault.same(mac, right[:MAC]) for right in vault.tokens(KIND, *parts)]
    return any(matches)
