"""Kontaktbörse: the board, my listings and applications, what teams decide about."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import NOTHING, visible
from models.exchange import ApplicationState, ListingKind, ListingOrder, ListingState, Looking, board
from models.members.fields import languages as codes
from resolvers.exchange.verbs import ExchangeMutation
from schema.binding import reads
from schema.context import Info
from schema.exchange import Application, Listing
from schema.paging import Connection, Page

__all__ = ["ExchangeMutation", "ExchangeQuery"]


@strawberry.type
class ExchangeQuery:
    @reads(Connection[Listing])
    def contact_board(
        self,
        info: Info,
        kind: ListingKind | None = None,
        skills: list[UUID] | None = None,
        languages: list[str] | None = None,
        most_hours: int | None = None,
        field_of_action: str | None = None,
        order: ListingOrder = ListingOrder.SHUFFLED,
    ) -> Page[models.Listing]:
        """What is open, in an order that is shuffled each day and means nothing, unless you ask for another.

        Any of the skills and languages will do; `mostHours` is what you can give in a week; the field by its key.
        """
        looking = Looking(kind, skills or (), codes(languages or ()), most_hours, field_of_action)
        return Page(visible(board(looking), info.context.viewer), order=order.columns)

    @reads(Listing | None)
    def listing(self, info: Info, id: UUID) -> QuerySet[models.Listing]:
        """One listing, as far as you may see it."""
        return visible(models.Listing.filter(id=id), info.context.viewer)

    @reads(Connection[Listing])
    def my_listings(self, info: Info, states: list[ListingState] | None = None) -> Page[models.Listing]:
        """What you have listed, for yourself or for a team, the latest first."""
        me = info.context.viewer.person_id
        rows = models.Listing.filter(person_id=me) if me else models.Listing.filter(NOTHING)
        rows = rows.filter(state__in=[state.value for state in states]) if states else rows
        return Page(visible(rows, info.context.viewer), order=("-id",))

    @reads(Connection[Application])
    def my_applications(self, info: Info, states: list[ApplicationState] | None = None) -> Page[models.Application]:
        """Your applications with what is suggested to you and who has invited you, the latest first."""
        me = info.context.viewer.person_id
        rows = models.Application.filter(person_id=me) if me else models.Application.filter(NOTHING)
        rows = rows.filter(state__in=[state.value for state in states]) if states else rows
        return Page(visible(rows, info.context.viewer), order=("-id",))

    @reads(Connection[Application])
    def applications(
        self,
        info: Info,
        team_id: UUID | None = None,
        listing_id: UUID | None = None,
        states: list[ApplicationState] | None = None,
    ) -> Page[models.Application]:
        """What you decide about, and your own, the first to come first; community managers see all."""
        rows = models.Application.all()
        rows = rows.filter(team_id=team_id) if team_id else rows
        rows = rows.filter(listing_id=listing_id) if listing_id else rows
        rows = rows.filter(state__in=[state.value for state in states]) if states else rows
        return Page(visible(rows, info.context.viewer), order=("id",))
