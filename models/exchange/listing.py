"""A listing: its columns stand in `listing_row.py`, its verbs here, its thirty days in `lasting.py`."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Behind, Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.exchange import content
from models.exchange.content import Wanted
from models.exchange.lasting import Lasting
from models.exchange.listing_row import ListingRow
from models.exchange.listing_states import MANAGERS, ListingState, on_behalf
from models.exchange.refusals import NoAliasHere, NotForOrganisations, PersonOnly, TeamNeeded, TooManyOpen
from models.exchange.words import ListingKind
from models.machine import Actor
from models.members import Alias, AliasContext, Person, PersonState
from models.outbox import AuditEvent
from models.roles import Role
from models.teams import Team, TeamState

MOST_OPEN = 10

__all__ = ["Listing", "ListingRow", "Wanted"]


async def may_act(by: Viewer) -> None:
    """Everybody who is signed in and here; nobody who is restricted, and no organisation (domain.md, 8)."""
    if by.person_id is None:
        raise SignInNeeded()
    if Role.PARTNER in by.roles:
        raise NotForOrganisations()
    if not await Person.filter(id=by.person_id, state=PersonState.ACTIVE).exists():
        raise NotAllowed()


class Listing(Lasting):
    """Who looks for a team, which team looks for people, who shares knowledge."""

    class Meta:
        table = "listing"
        indexes = (("state", "place"), ("state", "expires_at"))

    @classmethod
    async def publish(
        cls,
        purpose: ListingKind,
        wanted: Wanted,
        *,
        by: Viewer,
        now: datetime,
        team_id: UUID | None = None,
        under_alias: bool = False,
        draft: bool = False,
    ) -> Self:
        """List it, open for thirty days; as a draft it waits for `open`. A team's leads speak for the team."""
        await may_act(by)
        assert by.person_id is not None
        listing = cls(purpose=purpose, team_id=team_id, person_id=by.person_id, shown_id=by.person_id)
        content.take(listing, wanted)
        async with in_transaction():
            await cls._may_list(purpose, team_id, by)
            if under_alias:
                await listing._hide_behind_alias()
            await cls._with_team(listing)
            await content.hold_links(listing, by)
            await listing.save(force_create=True)
            await content.write(listing, wanted, by)
            await listing.save()
            await AuditEvent.record(listing, "draft", by=listing._actor(by), now=now, after=ListingState.DRAFT.value)
            if not draft:
                await listing.follow("open", by=listing._actor(by), now=now, note=listing._on_behalf(by))
        return listing

    @classmethod
    async def _may_list(cls, purpose: ListingKind, team_id: UUID | None, by: Viewer) -> None:
        if purpose is ListingKind.SEEKS_TEAM and team_id is not None:
            raise PersonOnly("teamId")
        if purpose is ListingKind.SEEKS_MEMBER and team_id is None:
            raise TeamNeeded("teamId")
        if team_id is not None:
            if not await visible(Team.filter(id=team_id, state=TeamState.LISTED), by).exists():
                raise NotFound("teamId")
            if team_id not in by.leads and not by.roles & MANAGERS:
                raise NotAllowed()
        mine = cls.filter(person_id=by.person_id, team_id=team_id, state=ListingState.OPEN)
        if await mine.count() >= MOST_OPEN:
            raise TooManyOpen()

    async def _hide_behind_alias(self) -> None:
        """Only whoever looks for a team can: people who have been matched want to know with whom."""
        if self.purpose is not ListingKind.SEEKS_TEAM:
            raise NoAliasHere("underAlias")
        alias = await Alias.filter(person_id=self.person_id, context=AliasContext.EXCHANGE).first()
        if alias is None:
            raise NotFound("underAlias")
        self.alias, self.shown_id = alias.name, None

    async def _with_team(self) -> None:
        """A team's listing is in the team's field of action unless it says otherwise, and shows the team alone."""
        if self.team_id is not None:
            team = await Team.get(id=self.team_id)
            self.field_of_action_id, self.shown_id = team.field_of_action_id, None

    @classmethod
    async def update(cls, id: UUID, wanted: Wanted, *, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Change what it says. Applications that wait stay as they are."""
        async with in_transaction():
            listing = await cls._seen(id, by, version)
            content.take(listing, wanted)
            await content.hold_links(listing, by)
            await content.write(listing, wanted, by)
            await listing.follow("edit", by=listing._actor(by), now=now, note=listing._on_behalf(by))
        return listing

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime) -> Self:
        """Follow an edge that needs no more than its name: `open`, `confirm`, `withdraw`, `reopen`."""
        async with in_transaction():
            listing = await cls._seen(id, by)
            if action == "release":
                listing.public_text, listing.links_held = listing.text, False
            await listing.follow(action, by=listing._actor(by), now=now, note=listing._on_behalf(by))
        return listing

    @classmethod
    async def _seen(cls, id: UUID, by: Viewer, version: int | None = None) -> Self:
        """Lock a listing that the viewer may see; to everybody else it does not exist."""
        if not await visible(cls.filter(id=id), by).exists():
            raise NotFound("id")
        return await cls.locked(id, version=version)

    def _actor(self, by: Viewer) -> Actor:
        """Whoever is behind an alias is not named in the audit log, which staff read (E37)."""
        return Behind(by) if self.alias and by.person_id == self.person_id else by

    def _on_behalf(self, by: Viewer) -> str:
        """What the audit log, and with it the person's own log, says of a manager who acts for others."""
        return "on behalf" if on_behalf(self, by) else ""
