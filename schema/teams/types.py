"""Teams: a group with a solution, who belongs to it, and how it is doing."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

import models
from models.access import Viewer, manages
from models.teams import LeadOfferState, LinkState, MembershipState, Mood, Stage, TeamRole, TeamState
from schema.binding import bound, relation
from schema.derived import derived
from schema.members import Person
from schema.paging import Connection
from schema.scalars import Url

if TYPE_CHECKING:
    from schema.programme import FieldOfAction, ProgrammeBlock, Success


@bound(models.TeamLink)
class TeamLink:
    """Where a team can be found. Links of new accounts are held until somebody has seen them, or for three days."""

    id: UUID
    label: str
    url: Url
    state: LinkState
    """Only `SHOWN` is public; leads and staff see the others as well."""
    held_until: datetime | None
    team: Annotated["Team", strawberry.lazy("schema.teams.types")] | None = relation("team", scoped=True)


@bound(models.BlockMembership)
class BlockMembership:
    """A team in a Baustein."""

    id: UUID
    created_at: datetime
    block: Annotated["ProgrammeBlock", strawberry.lazy("schema.programme")]


@bound(models.CheckIn)
class CheckIn:
    """How a team said it was doing: read by the team and by staff, compared by nobody."""

    id: UUID
    mood: Mood
    succeeded: str
    """What went well."""
    helps: str
    """What would help."""
    at: datetime
    person: Person | None = relation("person", scoped=True)


def _may_read(person_id: UUID, team_id: UUID, viewer: Viewer) -> bool:
    """What was said between a person and the leads is for the two, and for managers."""
    return manages(viewer) or person_id == viewer.person_id or team_id in viewer.leads


@bound(models.TeamMembership)
class TeamMembership:
    """One person in one team: invited, asking, active, or gone."""

    id: UUID
    role: TeamRole
    state: MembershipState
    created_at: datetime
    joined_at: datetime | None
    person: Person | None = relation("person", scoped=True)
    team: "Team"

    @derived("message", "person_id", "team_id")
    def message(message: str, person_id: UUID, team_id: UUID, viewer: Viewer) -> str | None:
        """What was written with the invitation or the request; for the person, the leads and managers."""
        return message if _may_read(person_id, team_id, viewer) else None

    @derived("reason", "person_id", "team_id")
    def reason(reason: str, person_id: UUID, team_id: UUID, viewer: Viewer) -> str | None:
        """Why a request was turned down or a membership ended; for the person, the leads and managers."""
        return reason if _may_read(person_id, team_id, viewer) else None


@bound(models.LeadOffer)
class LeadOffer:
    """The lead of a team, offered to a member: nothing changes until they accept."""

    id: UUID
    state: LeadOfferState
    stays: bool
    """Whether the one who offers goes on leading, together with the other."""
    created_at: datetime
    person: Person | None = relation("person", scoped=True)
    team: "Team"


@bound(models.Team)
class Team:
    """A group with a solution. Invented teams of the demo have a `slug` that starts with `demo-`."""

    id: UUID
    slug: str
    """The stable public name, as in addresses. An older one still finds the team."""
    name: str
    pitch: str
    stage: Stage
    state: TeamState
    open_to_help: bool
    """Whether the team would like to hear from people who want to help."""
    version: int
    created_at: datetime
    field_of_action: Annotated["FieldOfAction", strawberry.lazy("schema.programme")] | None
    links: list[TeamLink] = relation("links", order="position,id", first=10, scoped=True)
    block_memberships: list[BlockMembership] = relation("block_memberships", order="id", first=20)
    """The Bausteine that the team takes part in."""
    memberships: list[TeamMembership] = relation(
        "memberships", order="id", where={"state": "active"}, first=100, scoped=True
    )
    """Who belongs to it. Members see their own teams', leads and staff all of them."""
    requests: list[TeamMembership] = relation(
        "memberships", order="id", where={"state": "requested"}, first=100, scoped=True
    )
    """Who asks to join, the longest waiting first; for the leads and managers, and your own."""
    invitations: list[TeamMembership] = relation(
        "memberships", order="id", where={"state": "invited"}, first=100, scoped=True
    )
    """Who is invited and has not answered; for the leads and managers, and your own."""
    lead_offers: list[LeadOffer] = relation(
        "lead_offers", order="id", where={"state": "offered"}, first=20, scoped=True
    )
    """Offers of the lead that wait for an answer; for the leads and managers, and your own."""
    check_ins: Connection[CheckIn] = relation("check_ins", order="-at,-id", first=10, scoped=True)
    """How the team said it was doing, newest first; for its members and staff."""
    successes: Connection[Annotated["Success", strawberry.lazy("schema.programme")]] = relation(
        "successes", order="-as_of,-id", where={"state__in": ["published", "corrected"]}, first=10
    )

    @derived("next_checkin_at", "id")
    def next_checkin_at(next_checkin_at: datetime | None, id: UUID, viewer: Viewer) -> datetime | None:
        """When the team is asked next how it is doing; for its members and staff."""
        return next_checkin_at if viewer.is_staff or id in viewer.teams else None
