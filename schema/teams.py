"""Teams: a group with a solution, and who belongs to it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

import models
from models.teams import MembershipState, Stage, TeamRole, TeamState
from schema.binding import bound, relation
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.members import Person
from schema.paging import Connection

if TYPE_CHECKING:
    from schema.programme import FieldOfAction, Success


@bound(models.TeamMembership)
class TeamMembership:
    """One person in one team."""

    id: UUID
    role: TeamRole
    state: MembershipState
    created_at: datetime
    person: Person | None = relation("person", scoped=True)
    team: "Team"


@bound(models.Team)
class Team:
    """A group with a solution. Invented teams of the demo have a `slug` that starts with `demo-`."""

    id: UUID
    slug: str
    """The stable public name, as in addresses."""
    name: str
    pitch: str
    stage: Stage
    state: TeamState
    version: int
    created_at: datetime
    field_of_action: Annotated["FieldOfAction", strawberry.lazy("schema.programme")] | None
    memberships: list[TeamMembership] = relation(
        "memberships", order="id", where={"state": "active"}, first=100, scoped=True
    )
    """Who belongs to it. Members see their own teams', leads and staff all of them."""
    successes: Connection[Annotated["Success", strawberry.lazy("schema.programme")]] = relation(
        "successes", order="-as_of,-id", where={"state__in": ["published", "corrected"]}, first=10
    )


@given
class ListTeamInput(Given):
    id: UUID


@answer
class ListTeamPayload(Payload):
    team: Team | None


@given
class RestTeamInput(Given):
    id: UUID


@answer
class RestTeamPayload(Payload):
    team: Team | None
