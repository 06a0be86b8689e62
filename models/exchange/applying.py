"""What a person does with an application: apply, also under an alias or to an invitation, and withdraw."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Behind, Viewer, visible
from models.errors import NotFound
from models.exchange import telling
from models.exchange.application_row import ANSWER_WITHIN, ApplicationRow
from models.exchange.application_states import ApplicationState
from models.exchange.listing import Listing, may_act
from models.exchange.listing_states import ListingState
from models.exchange.refusals import (
    AlreadyApplied,
    AlreadyInTeam,
    InviteInstead,
    ListingClosed,
    TooManyOpen,
    YourOwnListing,
)
from models.exchange.words import ListingKind
from models.machine import Actor
from models.members import Alias, AliasContext
from models.outbox import AuditEvent
from models.teams import MembershipState, TeamMembership

MESSAGE_MAX = 2_000
MOST_OPEN = 10  # answers come within a week; more at once is a wish list, and each one is read by somebody
A = ApplicationState


class Applying(ApplicationRow):
    """The verbs of the person."""

    class Meta:
        abstract = True

    @classmethod
    async def apply(
        cls, listing_id: UUID, message: str, *, by: Viewer, now: datetime, under_alias: bool = False
    ) -> Self:
        """Apply. The answer comes within seven days, from people or from us (C5.2).

        Whoever was invited has the team's yes already and joins at once. A wish not to be matched, on either side,
        changes nothing in what this answers: the application is kept from the other side and runs out (E38).
        """
        said = text.prose(message, "message", MESSAGE_MAX, required=False)
        async with in_transaction():
            listing = await cls._listing(listing_id, by)
            application = await cls._row(listing, by)
            invited = application.state is A.SUGGESTED and application.invited_by_id is not None
            if refusal := (await application.decide("apply", by=by, now=now)).refusal:
                raise refusal
            application.message, application.applied_at, application.due_at = said, now, now + ANSWER_WITHIN
            application.reason, application.reply, application.decided_at = None, "", None
            application.decided_by_id, application.on_behalf = None, False
            await application._behind(under_alias)
            application.unseen = await application.is_kept_apart()
            await application.follow("apply", by=application._actor(by), now=now)
            if not application.unseen:
                await application._announced(listing, invited, now)
        return application

    @classmethod
    async def _listing(cls, listing_id: UUID, by: Viewer) -> Listing:
        """The listing, locked, so that nobody fills it meanwhile."""
        await may_act(by)
        if not await visible(Listing.filter(id=listing_id), by).exists():
            raise NotFound("listingId")
        listing = await Listing.locked(listing_id, "listingId")
        if listing.purpose is ListingKind.SEEKS_TEAM:
            raise InviteInstead("listingId")
        if listing.team_id is None and listing.person_id == by.person_id:
            raise YourOwnListing("listingId")
        if listing.state is not ListingState.OPEN:
            raise ListingClosed("listingId")
        member = TeamMembership.filter(team_id=listing.team_id, person_id=by.person_id, state=MembershipState.ACTIVE)
        if listing.team_id is not None and await member.exists():
            raise AlreadyInTeam("listingId")
        return listing

    @classmethod
    async def _row(cls, listing: Listing, by: Viewer) -> Self:
        """The one row of this person and this listing; a new one is written as a suggestion and followed from there."""
        if await cls.filter(person_id=by.person_id, state=A.APPLIED).count() >= MOST_OPEN:
            raise TooManyOpen()
        known = await cls.filter(listing_id=listing.id, person_id=by.person_id).select_for_update().first()
        if known is None:
            assert by.person_id is not None
            known = cls.fresh(listing, by.person_id)
            await known.save(force_create=True)
        elif cls.transitions.edge(known.state, "apply") is None:
            raise AlreadyApplied("listingId")
        return known

    @classmethod
    def fresh(cls, listing: Listing, person_id: UUID) -> Self:
        """A row that is not saved yet."""
        owner = listing.person_id if listing.team_id is None else None
        return cls(listing_id=listing.id, team_id=listing.team_id, person_id=person_id, owner_id=owner)

    async def _behind(self, under_alias: bool) -> None:
        self.alias, self.shown_id = "", self.person_id
        if under_alias:
            alias = await Alias.filter(person_id=self.person_id, context=AliasContext.EXCHANGE).first()
            if alias is None:
                raise NotFound("underAlias")
            self.alias, self.shown_id = alias.name, None

    def _actor(self, by: Viewer) -> Actor:
        """Whoever is behind an alias is not named in the audit log, which staff read (E37)."""
        return Behind(by) if self.alias and by.person_id == self.person_id else by

    async def _announced(self, listing: Listing, invited: bool, now: datetime) -> None:
        if invited:
            self.shown_id, self.decided_at = self.person_id, now
            await self.follow("accept", by=SYSTEM, now=now, note="the team had invited")
            await self.settle(listing, now, tell_owners=True)
        else:
            await telling.applied(self, listing, now)

    async def settle(self, listing: Listing, now: datetime, *, tell_owners: bool = False) -> None:
        """Join at once, or wait for a community manager where somebody is below 16 (E14). The listing is locked."""
        if await self.needs_a_human(now):
            await telling.accepted(self, listing, now)
            return
        await self.follow("join", by=SYSTEM, now=now)
        await telling.joined(self, listing, now, tell_owners=tell_owners)

    @classmethod
    async def withdraw(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take an application back, or say no to a suggestion or an invitation. A kept seat is free again."""
        async with in_transaction():
            application, _ = await cls.both_locked(id, by)
            application.decided_at = now
            await application.follow("withdraw", by=application._actor(by), now=now)
            await telling.nothing_more(application, now)
        return application

    @classmethod
    async def both_locked(cls, id: UUID, by: Viewer) -> tuple[Self, Listing]:
        """The application and its listing, locked in the order that everybody keeps: the listing first."""
        seen = await visible(cls.filter(id=id), by).first()
        if seen is None:
            raise NotFound("id")
        listing = await Listing.locked(seen.listing_id)
        return await cls.locked(id), listing

    @classmethod
    async def suggest(cls, listing: Listing, person_id: UUID, *, now: datetime) -> Self | None:
        """Offer a listing to somebody; None when the two have met already."""
        if await cls.filter(listing_id=listing.id, person_id=person_id).exists():
            return None
        suggestion = cls.fresh(listing, person_id)
        suggestion.due_at = listing.expires_at
        await suggestion.save(force_create=True)
        await AuditEvent.record(suggestion, "suggest", by=SYSTEM, now=now, after=A.SUGGESTED.value)
        return suggestion
