"""What happens on the board when somebody goes: a team that is archived, a person who leaves or is suspended."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Behind, Viewer
from models.exchange.application import Application
from models.exchange.application_states import ApplicationState
from models.exchange.listing import Listing
from models.exchange.listing_states import ListingState

ON_THE_BOARD = [ListingState.DRAFT, ListingState.OPEN, ListingState.EXPIRED]
STANDING = [ApplicationState.SUGGESTED, ApplicationState.APPLIED, ApplicationState.ACCEPTED]


async def team_gone(team_id: UUID, *, now: datetime) -> None:
    """Its listings are withdrawn, and whoever waits is told. A second time there is nothing to do."""
    await _withdraw([row.id for row in await Listing.filter(team_id=team_id, state__in=ON_THE_BOARD).only("id")], now)


async def person_gone(person_id: UUID, *, now: datetime) -> None:
    """Their own listings and applications are withdrawn; kept seats are free again."""
    own = Listing.filter(person_id=person_id, team_id__isnull=True, state__in=ON_THE_BOARD)
    await _withdraw([row.id for row in await own.only("id")], now)
    they = Viewer(person_id=person_id)
    for row in await Application.filter(person_id=person_id, state__in=STANDING).only("id"):
        async with in_transaction():
            application, _ = await Application.both_locked(row.id, SYSTEM)
            if application.state in STANDING:
                await application.follow("withdraw", by=Behind(they), now=now, note="the person has left")


async def _withdraw(ids: list[UUID], now: datetime) -> None:
    for id in ids:
        async with in_transaction():
            listing = await Listing.locked(id)
            if listing.state in ON_THE_BOARD:
                await listing.follow("withdraw", by=SYSTEM, now=now, note="whose listing it was has left")
