"""The demo's contact board: something of each kind, in two languages, and nobody's application left in the air."""

from collections import Counter
from datetime import datetime

import models
from leuchtturm.seeds import seed
from models.exchange import ListingKind


async def test_the_board_is_lively(database: str, now: datetime) -> None:
    await seed(now)

    listings = await models.Listing.all()
    kinds = Counter(listing.purpose for listing in listings)
    assert min(kinds[kind] for kind in ListingKind) >= 3
    assert {listing.language.value for listing in listings} == {"de", "en"}
    assert {listing.state.value for listing in listings} == {"open", "filled"}
    states = {application.state.value for application in await models.Application.all()}
    assert states == {"suggested", "applied", "joined", "declined", "expired"}
    assert all(listing.opened_at and listing.opened_at <= now for listing in listings)
    assert all(listing.taken <= listing.seats for listing in listings)
