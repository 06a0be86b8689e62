"""What others do with an application: leads and owners decide, managers on behalf, and we when nobody does."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.exchange import telling
from models.exchange.application_row import ANSWER_WITHIN
from models.exchange.application_states import WAITING, ApplicationState
from models.exchange.applying import MESSAGE_MAX, Applying
from models.exchange.listing import Listing
from models.exchange.listing_states import MANAGERS, ListingState
from models.exchange.picking import pick_for
from models.exchange.refusals import AlreadyApplied, AlreadyInTeam, InviteInstead, ListingClosed, NotAReason
from models.exchange.words import CHOSEN, ListingKind, Reason
from models.members import HumanStep, blocked_pairs
from models.outbox import AuditEvent
from models.roles import Role
from models.teams import MembershipState, TeamMembership

OTHERS_OFFERED = 3
A = ApplicationState


class Deciding(Applying):
    """The verbs of those who decide."""

    class Meta:
        abstract = True

    @classmethod
    async def accept(cls, id: UUID, *, by: Viewer, now: datetime, reply: str = "") -> Self:
        """Say yes. The seat is taken and the person is in the team in this transaction; the last seat closes the rest.

        Raises `NoSeatLeft` when others were faster.
        """
        said = text.prose(reply, "reply", MESSAGE_MAX, required=False)
        async with in_transaction():
            application, listing = await cls.both_locked(id, by)
            application._decided(by, now, said)
            application.shown_id = application.person_id
            await application.follow("accept", by=by, now=now, note=application._note())
            await application.settle(listing, now)
        return application

    @classmethod
    async def decline(cls, id: UUID, reason: Reason, *, by: Viewer, now: datetime, reply: str = "") -> Self:
        """Say no, with a reason; the person gets kind words of ours and, if there is one, the reply."""
        if reason not in CHOSEN:
            raise NotAReason("reason")
        said = text.prose(reply, "reply", MESSAGE_MAX, required=False)
        async with in_transaction():
            application, listing = await cls.both_locked(id, by)
            application._decided(by, now, said)
            application.reason = reason
            await application.follow("decline", by=by, now=now, note=application._note(), reason=reason.value)
            await telling.declined(application, listing, reason, now)
        return application

    @classmethod
    async def arrange(cls, id: UUID, *, by: Viewer, now: datetime, joins: bool = True) -> Self:
        """The human step before somebody below 16 is matched: a community manager lets it come about, or not (E14)."""
        async with in_transaction():
            application, listing = await cls.both_locked(id, by)
            if joins:
                if application.owner_id is not None:
                    await HumanStep.take(application.person_id, application.owner_id, by=by, now=now)
                await application.follow("join", by=by, now=now, note="arranged")
                await telling.joined(application, listing, now, tell_owners=True)
            else:
                application.reason = Reason.NOT_ARRANGED
                await application.follow("decline", by=by, now=now, note="not arranged")
                await telling.declined(application, listing, Reason.NOT_ARRANGED, now)
        return application

    def _decided(self, by: Viewer, now: datetime, reply: str) -> None:
        self.decided_at, self.decided_by_id, self.reply = now, by.person_id, reply
        theirs = Role.TEAM_LEAD in by.roles_on(self) if self.team_id else by.person_id == self.owner_id
        self.on_behalf = not theirs

    def _note(self) -> str:
        return "on behalf" if self.on_behalf else ""

    @classmethod
    async def invite(cls, listing_id: UUID, seeker_id: UUID, message: str, *, by: Viewer, now: datetime) -> Self:
        """A team answers the listing of somebody who looks for a team: with one of its own open roles.

        The person applies with one click and is in. Inviting somebody again changes nothing.
        """
        if by.person_id is None:
            raise SignInNeeded()
        said = text.prose(message, "message", MESSAGE_MAX, required=False)
        async with in_transaction():
            seeker = await visible(Listing.filter(id=seeker_id, state=ListingState.OPEN), by).first()
            if seeker is None or seeker.purpose is not ListingKind.SEEKS_TEAM:
                raise NotFound("seekerId")
            listing = await cls._of_their_team(listing_id, by)
            application = await cls._to_invite(listing, seeker.person_id)
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
    async def _to_invite(cls, listing: Listing, person_id: UUID) -> Self:
        member = TeamMembership.filter(team_id=listing.team_id, person_id=person_id, state=MembershipState.ACTIVE)
        if await member.exists():
            raise AlreadyInTeam("seekerId")
        known = await cls.filter(listing_id=listing.id, person_id=person_id).select_for_update().first()
        if known is not None and known.state is not A.SUGGESTED:
            raise AlreadyApplied("seekerId")
        if known is None:
            known = cls.fresh(listing, person_id)
            await known.save(force_create=True)
        return known

    @classmethod
    async def expire_due(cls, *, now: datetime, most: int = 100) -> int:
        """Answer kindly where nobody did within seven days, each in a transaction of its own. Returns how many."""
        due = cls.filter(state__in=WAITING, due_at__lte=now).order_by("due_at").limit(most)
        ended = 0
        for id in await due.values_list("id", flat=True):
            async with in_transaction():
                application, listing = await cls.both_locked(id, SYSTEM)  # type: ignore[arg-type]
                if application.state in WAITING and application.due_at and application.due_at <= now:
                    await application._ran_out(listing, now)
                    ended += 1
        return ended

    async def _ran_out(self, listing: Listing, now: datetime) -> None:
        if self.state is A.SUGGESTED:
            await self.follow("expire", by=SYSTEM, now=now)
            return
        self.reason, self.decided_at = Reason.NO_ANSWER, now
        await self.follow("expire", by=SYSTEM, now=now)
        others = await pick_for(self.person_id, now=now, count=OTHERS_OFFERED)
        for other in others:
            await type(self).suggest(other, self.person_id, now=now)
        await telling.unanswered(self, listing, [other.title for other in others], now)

    @classmethod
    async def keep_apart(cls, *, now: datetime) -> int:
        """Take open applications out of sight whose two sides have since said that they must not meet (E38)."""
        wished = {person for pair in await blocked_pairs() for person in pair}
        rows = cls.filter(state__in=WAITING, unseen=False, person_id__in=list(wished))
        hidden = 0
        for application in await rows if wished else []:
            if await application.is_kept_apart():
                hidden += await cls.filter(id=application.id, state__in=WAITING).update(unseen=True)
                await telling.nothing_more(application, now)
        return hidden
