"""What is asked of a team by those who keep it."""

from uuid import UUID

import strawberry

from models.teams import Mood, Stage
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.teams.types import CheckIn, Team, TeamLink


@given
class TeamLinkInput:
    """A link as it is written down: https only."""

    url: str
    label: str = ""
    """What it is called; the host's name when empty."""


@given
class FoundTeamInput(Given):
    name: str
    pitch: str
    """What you do, in one sentence of up to 280 characters."""
    stage: Stage = Stage.IDEA
    field_of_action_id: UUID | None = None
    open_to_help: bool = True
    links: list[TeamLinkInput] = strawberry.field(default_factory=list)


@answer
class FoundTeamPayload(Payload):
    team: Team | None
    """A draft, led by you; `listTeam` shows it to everybody."""


@given
class EditTeamInput(Given):
    """What is left out stays as it is."""

    id: UUID
    name: str | None = None
    pitch: str | None = None
    stage: Stage | None = None
    field_of_action_id: UUID | None = None
    open_to_help: bool | None = None
    links: list[TeamLinkInput] | None = None
    """All links in their order; those that are missing go."""
    slug: str | None = None
    """A new address; the old one leads on to it for ever."""
    version: int | None = None
    """The version you have seen; refused when somebody was faster."""


@answer
class EditTeamPayload(Payload):
    team: Team | None


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


@given
class ArchiveTeamInput(Given):
    id: UUID


@answer
class ArchiveTeamPayload(Payload):
    team: Team | None


@given
class HideTeamInput(Given):
    id: UUID


@answer
class HideTeamPayload(Payload):
    team: Team | None


@given
class CheckInTeamInput(Given):
    id: UUID
    mood: Mood
    succeeded: str = ""
    """What went well."""
    helps: str = ""
    """What would help."""


@answer
class CheckInTeamPayload(Payload):
    check_in: CheckIn | None


@given
class ReleaseTeamLinkInput(Given):
    id: UUID


@answer
class ReleaseTeamLinkPayload(Payload):
    link: TeamLink | None


@given
class HideTeamLinkInput(Given):
    id: UUID


@answer
class HideTeamLinkPayload(Payload):
    link: TeamLink | None


@given
class SetTeamBlocksInput(Given):
    id: UUID
    block_ids: list[UUID]
    """All Bausteine of the team; those that are missing end."""


@answer
class SetTeamBlocksPayload(Payload):
    team: Team | None
