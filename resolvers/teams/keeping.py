"""What is done to a team by those who keep it, and by staff."""

from collections.abc import Sequence
from typing import overload
from uuid import UUID

import strawberry

import models
from models.teams import keeping
from models.teams.founding import Words
from models.teams.links import Address
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.teams import inputs as i


@overload
def addresses(links: None) -> None: ...


@overload
def addresses(links: Sequence[i.TeamLinkInput]) -> list[Address]: ...


def addresses(links: Sequence[i.TeamLinkInput] | None) -> list[Address] | None:
    return None if links is None else [Address(link.url, link.label) for link in links]


async def act(info: Info, id: UUID, action: str) -> models.Team:
    return await models.Team.act(id, action, by=info.context.viewer, now=info.context.now)


@strawberry.type
class KeepingMutation:
    @verb(i.FoundTeamPayload, limit="10/day")
    async def found_team(self, info: Info, input: i.FoundTeamInput) -> i.FoundTeamPayload:
        """Found a team: a draft that you lead, and that only its people see until you list it."""
        words = Words(input.name, input.pitch, input.field_of_action_id, input.stage, input.open_to_help)
        team = await models.Team.found(
            words, links=addresses(input.links), by=info.context.viewer, now=info.context.now
        )
        return i.FoundTeamPayload(team=shown(team))

    @verb(i.EditTeamPayload)
    async def edit_team(self, info: Info, input: i.EditTeamInput) -> i.EditTeamPayload:
        """Change what a team says about itself; its leads and community managers."""
        words = Words(input.name, input.pitch, input.field_of_action_id, input.stage, input.open_to_help)
        team = await models.Team.edit(
            input.id,
            words,
            links=addresses(input.links),
            slug=input.slug,
            version=input.version,
            by=info.context.viewer,
            now=info.context.now,
        )
        return i.EditTeamPayload(team=shown(team))

    @verb(i.ListTeamPayload)
    async def list_team(self, info: Info, input: i.ListTeamInput) -> i.ListTeamPayload:
        """Show a team in the public list, or wake it up; its leads and community managers."""
        return i.ListTeamPayload(team=shown(await act(info, input.id, "list")))

    @verb(i.RestTeamPayload)
    async def rest_team(self, info: Info, input: i.RestTeamInput) -> i.RestTeamPayload:
        """Mark a team as resting: it keeps its page and is asked nothing; its leads and community managers."""
        return i.RestTeamPayload(team=shown(await act(info, input.id, "rest")))

    @verb(i.ArchiveTeamPayload)
    async def archive_team(self, info: Info, input: i.ArchiveTeamInput) -> i.ArchiveTeamPayload:
        """End a team for good: it is not shown any more; its leads and community managers."""
        return i.ArchiveTeamPayload(team=shown(await act(info, input.id, "archive")))

    @verb(i.HideTeamPayload)
    async def hide_team(self, info: Info, input: i.HideTeamInput) -> i.HideTeamPayload:
        """Take a team off the list and out of sight; `listTeam` by community managers undoes it."""
        return i.HideTeamPayload(team=shown(await act(info, input.id, "hide")))

    @verb(i.CheckInTeamPayload, limit="20/day")
    async def check_in_team(self, info: Info, input: i.CheckInTeamInput) -> i.CheckInTeamPayload:
        """Say how your team is doing; any of its members may. A team that rests wakes up by it."""
        row = await models.Team.check_in(
            input.id,
            input.mood,
            succeeded=input.succeeded,
            helps=input.helps,
            by=info.context.viewer,
            now=info.context.now,
        )
        return i.CheckInTeamPayload(check_in=shown(row))

    @verb(i.SetTeamBlocksPayload)
    async def set_team_blocks(self, info: Info, input: i.SetTeamBlocksInput) -> i.SetTeamBlocksPayload:
        """Say which Bausteine a team takes part in; staff."""
        team = await keeping.set_blocks(input.id, input.block_ids, by=info.context.viewer, now=info.context.now)
        return i.SetTeamBlocksPayload(team=shown(team))

    @verb(i.ReleaseTeamLinkPayload)
    async def release_team_link(self, info: Info, input: i.ReleaseTeamLinkInput) -> i.ReleaseTeamLinkPayload:
        """Show a link that was held or hidden; community managers."""
        link = await keeping.act_on_link(input.id, "release", by=info.context.viewer, now=info.context.now)
        return i.ReleaseTeamLinkPayload(link=shown(link))

    @verb(i.HideTeamLinkPayload)
    async def hide_team_link(self, info: Info, input: i.HideTeamLinkInput) -> i.HideTeamLinkPayload:
        """Hide a link that nobody should follow; `releaseTeamLink` undoes it; community managers."""
        link = await keeping.act_on_link(input.id, "hide", by=info.context.viewer, now=info.context.now)
        return i.HideTeamLinkPayload(link=shown(link))
