"""The columns of an application, and what happens with it in the transactions of others."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models import sql
from models.access import SYSTEM
from models.base import Moment
from models.exchange import telling
from models.exchange.application_states import ApplicationState, transitions
from models.exchange.listing_states import ListingState
from models.exchange.refusals import NoSeatLeft
from models.exchange.words import ListingKind, Reason
from models.machine import Stateful, Table
from models.members import Person, alone_with, blocked
from models.teams import MembershipState, TeamMembership

ANSWER_WITHIN = timedelta(days=7)
A = ApplicationState


class ApplicationRow(Stateful):
    """One person and one listing. One row for ever: whoever comes again is the same row.

    `shown` is the person where the others may see them: at once, or under an alias from acceptance on (E37).
    `unseen` keeps it from the other side without a word; it runs to its end as if nobody answered (E38).
    `owner_id` decides about a person's listing; a team's is decided by its leads.
    """

    kind = "application"
    transitions: ClassVar[Table] = transitions

    listing: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Listing", related_name="applications", on_delete=fields.RESTRICT, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="applications", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="applications", on_delete=fields.RESTRICT, db_index=True
    )
    shown: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="shown_applications", null=True, on_delete=fields.SET_NULL
    )
    listing_id: UUID
    team_id: UUID | None
    person_id: UUID
    shown_id: UUID | None
    owner_id = fields.UUIDField(null=True, db_index=True)
    alias = fields.CharField(max_length=120, default="")
    """The name under which the person applied; "" for their own."""
    message = fields.TextField(default="")
    state = fields.CharEnumField(ApplicationState, max_length=24, default=ApplicationState.SUGGESTED)
    reason: Any = fields.CharEnumField(Reason, max_length=24, null=True)
    reply = fields.TextField(default="")
    """What whoever decided wrote to the person."""
    invited_by_id = fields.UUIDField(null=True)
    invitation = fields.TextField(default="")
    unseen = fields.BooleanField(default=False, db_default=False)
    applied_at = Moment(null=True)
    due_at = Moment(null=True, db_index=True)
    decided_at = Moment(null=True)
    decided_by_id = fields.UUIDField(null=True)
    on_behalf = fields.BooleanField(default=False, db_default=False)
    """A community manager decided for those whose listing it is; the person and the team see that."""

    class Meta:
        abstract = True

    async def its_listing(self, *, lock: bool = False) -> Any:
        """The listing as it is now, within this transaction."""
        listing: Any = getattr(self._meta.fields_map["listing"], "related_model")  # noqa: B009  # it stands above this
        return await (listing.locked(self.listing_id) if lock else listing.get(id=self.listing_id))

    async def is_kept_apart(self) -> bool:
        """Whether one of the two sides does not want to meet the other: anybody in the team counts (E38)."""
        others = await blocked(self.person_id)
        if not others:
            return False
        if self.team_id is None:
            return self.owner_id in others
        inside = TeamMembership.filter(team_id=self.team_id, state=MembershipState.ACTIVE, person_id__in=list(others))
        return await inside.exists()

    async def needs_a_human(self, now: datetime) -> bool:
        """Somebody below 16 would be alone with somebody, or among people whom nobody has looked at (E14)."""
        if self.owner_id is not None:
            return await alone_with(self.person_id, self.owner_id, now=now) is not None
        return (await Person.get(id=self.person_id)).is_young(now.date())

    async def take_seat(self) -> None:
        """Count one more seat, if there is one: the database decides, whoever else is deciding (E30)."""
        taken = await sql.changed(
            "UPDATE listing SET taken = taken + 1, updated_at = {now} WHERE id = $1 AND taken < seats", self.listing_id
        )
        if taken != 1:
            raise NoSeatLeft("id")

    async def free_seat(self, now: datetime) -> None:
        """Give a kept seat back; the others who wait are still there for it (E29)."""
        await sql.changed(
            "UPDATE listing SET taken = taken - 1, updated_at = {now} WHERE id = $1 AND taken > 0", self.listing_id
        )

    async def enter_team(self, now: datetime) -> None:
        """Become a member of the team, in the very transaction of joining."""
        if self.team_id is None or (await self.its_listing()).purpose is not ListingKind.SEEKS_MEMBER:
            return
        await TeamMembership.enter(self.team_id, self.person_id, now=now)

    async def fill_listing(self, now: datetime) -> None:
        """The last seat closes the listing, and with it the applications that still wait (C5.3)."""
        listing = await self.its_listing(lock=True)
        kept = await type(self).filter(listing_id=self.listing_id, state=A.ACCEPTED).exists()
        if listing.taken < listing.seats or kept:
            return
        if listing.state is ListingState.OPEN:
            await listing.follow("fill", by=SYSTEM, now=now)
        else:
            await listing.close_applications(Reason.SEAT_FILLED, now)

    async def closed(self, reason: Reason, now: datetime) -> None:
        """End an open application for a reason that is nobody's decision about the person."""
        self.reason, self.decided_at = reason, now
        await self.follow("close", by=SYSTEM, now=now, reason=reason.value)
        await telling.declined(self, await self.its_listing(), reason, now)
