"""A team answers the listing of somebody who looks for a team: with a role of its own."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, visible
from models.errors import NotAllowed, NotFound
from models.exchange import telling
from models.exchange.application_row import ANSWER_WITHIN
from models.exchange.application_states import ApplicationState
from models.exchange.applying import MESSAGE_MAX, Applying
from models.exchange.listing import Listing, may_act
from models.exchange.listing_states import MANAGERS, ListingState
from models.exchange.refusals import AlreadyMet, InviteInstead, ListingClosed
from models.exchange.words import ListingKind
from models.outbox import AuditEvent
from models.teams import MembershipState, TeamMembership

A = ApplicationState


class Inviting(Applying):
    """The verbs of teams that ask first."""

    class Meta:
        abstract = True

    @classmethod
    async def invite(cls, listing_id: UUID, seeker_id: UUID, message: str, *, by: Viewer, now: datetime) -> Self:
        """A team answers the listing of somebody who looks for a team: with one of its own open roles.

        The person applies with one click and is in. Inviting somebody again changes nothing.
        """
        said = text.prose(message, "message", MESSAGE_MAX, required=False)
        async with in_transaction():
            await may_act(by)
            seeker = await visible(Listing.filter(id=seeker_id, state=ListingState.OPEN), by).first()
            if seeker is None or seeker.purpose is not ListingKind.SEEKS_TEAM:
                raise NotFound("seekerId")
            listing = await cls._of_their_team(listing_id, by)
            application = await cls._to_invite(listing, seeker)
            if application.invited_by_id is None:
                application.invited_by_id, application.invitation = by.person_id, said
                application.due_at = now + ANSWER_WITHIN
                application.unseen = await application.is_kept_apart()
                await application.save()
                await AuditEvent.record(application, "invite", by=by, now=now, after=A.SUGGESTED.value)
                if not application.unseen:
                    await telling.invited(application, listing, now)
        return application

    @classmethod
    async def _of_their_team(cls, listing_id: UUID, by: Viewer) -> Listing:
        if not await visible(Listing.filter(id=listing_id), by).exists():
            raise NotFound("listingId")
        listing = await Listing.locked(listing_id, "listingId")
        if listing.purpose is not ListingKind.SEEKS_MEMBER:
            raise InviteInstead("listingId")
        if listing.team_id not in by.leads and not by.roles & MANAGERS:
            raise NotAllowed()
        if not listing.is_open:
            raise ListingClosed("listingId")
        return listing

    @classmethod
    async def _to_invite(cls, listing: Listing, seeker: Listing) -> Self:
        """The one row of the two; whoever looks for a team under an alias is invited by it."""
        known_as = {"team_id": listing.team_id, "person_id": seeker.person_id}
        known = await cls.filter(listing_id=listing.id, person_id=seeker.person_id).select_for_update().first()
        met = known is not None and known.state is not A.SUGGESTED
        if met or await TeamMembership.filter(**known_as, state=MembershipState.ACTIVE).exists():
            raise AlreadyMet("seekerId")
        if known is None:
            known = cls.fresh(listing, seeker.person_id)
            await known.save(force_create=True)
        known.alias, known.shown_id = seeker.alias, seeker.shown_id
        return known
