"""Kontaktbörse: who looks for a team, which team looks for people, who shares knowledge, and how they meet."""

from datetime import datetime
from uuid import UUID

import models
from models.access import Viewer
from models.exchange import ApplicationState, ListingKind, ListingState, Need, Reason, kind_words
from models.language import Language
from schema.binding import bound, column, relation
from schema.derived import derived
from schema.described import enum
from schema.members import Person, Skill
from schema.paging import Connection
from schema.programme import FieldOfAction
from schema.teams import Team

enum(Reason, "ApplicationReason")


@bound(models.ListingSkill)
class ListingSkill:
    """A skill that a listing asks for, or offers."""

    id: UUID
    need: Need
    skill: Skill | None = relation("skill", scoped=True)


@bound(models.ListingLanguage)
class ListingLanguage:
    """A language that is spoken there."""

    code: str
    """ISO 639, such as `de`, `tr` or `gsg` for German Sign Language."""


@bound(models.Listing)
class Listing:
    """An entry of the contact board. Roles of teams are public, listings of people are for members."""

    id: UUID
    version: int
    kind: ListingKind = column("purpose")
    state: ListingState
    title: str
    text: str = column("public_text")
    """Links of new accounts are held back for some days."""
    links_held: bool
    language: Language
    """In which it is written."""
    hours_per_week: int | None
    seats: int
    opened_at: datetime | None
    confirmed_at: datetime | None
    expires_at: datetime | None
    """When it ends unless it is confirmed; thirty days after the last time."""
    alias: str
    """The name that stands there instead of the person's; empty for none."""
    person: Person | None = relation("shown", scoped=True)
    """Of a person's listing who it is; null under an alias, and for strangers."""
    team: Team | None = relation("team", scoped=True)
    field_of_action: FieldOfAction | None
    skills: list[ListingSkill] = relation("skills", order="need,id")
    """What has to be there first, then what would be nice."""
    languages: list[ListingLanguage] = relation("languages", order="code,id")
    applications: Connection["Application"] = relation("applications", order="-id", first=20, scoped=True)
    """Your own, and those that you decide about, the latest first."""

    @derived("seats", "taken")
    def seats_left(seats: int, taken: int) -> int:
        """How many can still join."""
        return seats - taken

    @derived("person_id", "team_id")
    def is_yours(person_id: UUID, team_id: UUID | None, viewer: Viewer) -> bool:
        """Whether you speak for it: as the person, or as a lead of the team."""
        return team_id in viewer.leads if team_id else person_id == viewer.person_id


@bound(models.Application)
class Application:
    """One person and one listing: suggested or invited, applied for, decided, joined."""

    id: UUID
    version: int
    state: ApplicationState
    message: str
    """What the person wrote."""
    invitation: str
    """What the team wrote to somebody it invites."""
    alias: str
    """The name under which the person applied; empty for their own."""
    person: Person | None = relation("shown", scoped=True)
    """Who applied. Under an alias nobody learns it before the application is accepted."""
    team: Team | None = relation("team", scoped=True)
    listing: Listing | None = relation("listing", scoped=True)
    reason: Reason | None
    reply: str
    """What whoever decided wrote to the person."""
    applied_at: datetime | None
    due_at: datetime | None
    """Until when there is an answer; after that we give a kind one."""
    decided_at: datetime | None
    on_behalf: bool
    """A community manager decided on behalf of those whose listing it is."""

    @derived("invited_by_id")
    def is_invitation(invited_by_id: UUID | None) -> bool:
        """Whether the team asked first: applying to it is joining."""
        return invited_by_id is not None

    @derived("person_id")
    def is_yours(person_id: UUID, viewer: Viewer) -> bool:
        """Whether you are the person."""
        return person_id == viewer.person_id

    @derived("reason")
    def kind_words(reason: Reason | None, language: Language) -> str:
        """Why it came to nothing, in a whole and kind sentence; empty while it has not."""
        return kind_words(reason, language) if reason else ""
