"""Teams: root fields."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

import models
from models.access import visible
from models.errors import NotFound
from models.teams import TeamState
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.paging import Connection, Page
from schema.teams import ListTeamInput, ListTeamPayload, RestTeamInput, RestTeamPayload, Team


async def _follow(info: Info, id: UUID, action: str) -> models.Team:
    viewer = info.context.viewer
    async with in_transaction():
        if not await visible(models.Team.filter(id=id), viewer).exists():
            raise NotFound("id")
        team = await models.Team.locked(id)
        await team.follow(action, by=viewer, now=info.context.now)
    return team


@strawberry.type
class TeamQuery:
    @reads(Team | None)
    def team(self, info: Info, id: UUID | None = None, slug: str | None = None) -> QuerySet[models.Team]:
        """A team by its id or its slug."""
        found = models.Team.filter(id=id) if id else models.Team.filter(slug=slug or "")
        return visible(found, info.context.viewer)

    @reads(Connection[Team])
    def teams(self, info: Info) -> Page[models.Team]:
        """Listed teams by name: a neutral order, nobody is ranked (E43)."""
        rows = visible(models.Team.filter(state=TeamState.LISTED), info.context.viewer)
        return Page(rows, order=("name", "id"))


@strawberry.type
class TeamMutation:
    @verb(ListTeamPayload)
    async def list_team(self, info: Info, input: ListTeamInput) -> ListTeamPayload:
        """Show a team in the public list; its leads and community managers."""
        return ListTeamPayload(team=shown(await _follow(info, input.id, "list")))

    @verb(RestTeamPayload)
    async def rest_team(self, info: Info, input: RestTeamInput) -> RestTeamPayload:
        """Mark a team as resting; its leads and community managers."""
        return RestTeamPayload(team=shown(await _follow(info, input.id, "rest")))
