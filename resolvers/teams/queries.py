"""Teams as lists and by name; whose member one is."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.exchange.wanting import wanting
from models.teams import LinkState, Stage
from models.teams.looking import Looking, TeamOrder, listed
from schema.binding import reads
from schema.context import Info
from schema.described import enum
from schema.paging import Connection, Page
from schema.teams import Team, TeamLink, TeamMembership

enum(TeamOrder)


@strawberry.type
class TeamQuery:
    @reads(Team | None)
    def team(self, info: Info, id: UUID | None = None, slug: str | None = None) -> QuerySet[models.Team]:
        """A team by its id, or by its slug or one that it had."""
        found = models.Team.filter(id=id) if id else models.Team.at(slug or "")
        return visible(found, info.context.viewer)

    @reads(Connection[Team])
    def teams(
        self,
        info: Info,
        stage: Stage | None = None,
        field_of_action: str | None = None,
        block: str | None = None,
        open_to_help: bool | None = None,
        skill_id: UUID | None = None,
        order: TeamOrder = TeamOrder.SHUFFLED,
    ) -> Page[models.Team]:
        """Listed teams, in an order that is shuffled anew each day: nobody is ranked (E43).

        `fieldOfAction` and `block` are keys, as `fieldsOfAction` and `programmeBlocks` tell them; `skillId` finds teams
        that look for somebody who has the skill.
        """
        found = listed(Looking(stage, field_of_action, block, open_to_help))
        rows = visible(wanting(found, skill_id) if skill_id else found, info.context.viewer)
        return Page(rows, order=order.columns)

    @reads(Connection[TeamMembership])
    def my_memberships(self, info: Info) -> Page[models.TeamMembership]:
        """Your teams, your invitations and your requests, also those that are over; newest first."""
        mine = models.TeamMembership.filter(person_id=info.context.viewer.person_id)
        return Page(visible(mine, info.context.viewer), order=("-id",))

    @reads(Connection[TeamLink])
    def team_links(self, info: Info, state: LinkState = LinkState.HELD) -> Page[models.TeamLink]:
        """Links that wait to be seen, or in another state, the oldest first; for community managers."""
        viewer = info.context.viewer
        links = models.TeamLink.filter(state=state) if viewer.is_staff else models.TeamLink.filter(id__isnull=True)
        return Page(visible(links, viewer), order=("id",))
