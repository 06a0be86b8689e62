"""What is suggested to whom, and founder circles."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import NOTHING, visible
from models.exchange.circles.building import propose_for
from models.signin import viewer_of
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.exchange import suggesting as s
from schema.paging import Connection, Page

MOST = 10


@strawberry.type
class SuggestionQuery:
    @reads(list[s.Suggestion])
    def suggested_teams(self, info: Info) -> QuerySet[models.Suggestion]:
        """Up to five roles of teams that may fit you, with reasons. For everybody who has agreed to matching; made anew
        each night and within a minute of a change of yours."""
        me = info.context.viewer.person_id
        rows = models.Suggestion.filter(person_id=me) if me else models.Suggestion.filter(NOTHING)
        return visible(rows.filter(listing__state="open"), info.context.viewer).order_by("place", "id").limit(MOST)

    @reads(list[s.Suggestion])
    def suggested_people(self, info: Info, role_id: UUID) -> QuerySet[models.Suggestion]:
        """Up to five listings of people who may fit a role of your team, with reasons; for its leads."""
        rows = models.Suggestion.filter(role_id=role_id, listing__state="open")
        return visible(rows, info.context.viewer).order_by("place", "id").limit(MOST)

    @reads(Connection[s.CircleSeat])
    def my_founder_circles(self, info: Info) -> Page[models.CircleSeat]:
        """Where you are asked to found a team together, the latest first."""
        return Page(visible(models.CircleSeat.all(), info.context.viewer), order=("-id",))

    @reads(Connection[s.FounderCircle])
    def founder_circles(self, info: Info) -> Page[models.FounderCircle]:
        """Circles that you were asked to join, the latest first; community managers see all."""
        return Page(visible(models.FounderCircle.all(), info.context.viewer), order=("-id",))


@strawberry.type
class SuggestionMutation:
    @verb(s.ProposeFounderCirclePayload, limit="5/day")
    async def propose_founder_circle(
        self, info: Info, input: s.ProposeFounderCircleInput
    ) -> s.ProposeFounderCirclePayload:
        """Ask for a circle around you now instead of on Monday. The others are asked, and not told who you are."""
        circle = await propose_for(info.context.viewer, info.context.now, field_of_action_id=input.field_of_action_id)
        return s.ProposeFounderCirclePayload(circle=shown(circle))

    @verb(s.JoinFounderCirclePayload)
    async def join_founder_circle(self, info: Info, input: s.JoinFounderCircleInput) -> s.JoinFounderCirclePayload:
        """Say yes. With the third yes it is a team, and you see each other."""
        viewer, now = info.context.viewer, info.context.now
        seat = await models.CircleSeat.answer(input.id, True, by=viewer, now=now)
        # Whoever has just come in sees the team in this very answer.
        again = await viewer_of(seat.person_id, now=now, credential_id=viewer.credential_id)
        info.context.viewer = again or viewer
        return s.JoinFounderCirclePayload(seat=shown(seat))

    @verb(s.DeclineFounderCirclePayload)
    async def decline_founder_circle(
        self, info: Info, input: s.DeclineFounderCircleInput
    ) -> s.DeclineFounderCirclePayload:
        """Say no; nobody learns of it, and you are left alone for four weeks."""
        seat = await models.CircleSeat.answer(input.id, False, by=info.context.viewer, now=info.context.now)
        return s.DeclineFounderCirclePayload(seat=shown(seat))

    @verb(s.DissolveFounderCirclePayload)
    async def dissolve_founder_circle(
        self, info: Info, input: s.DissolveFounderCircleInput
    ) -> s.DissolveFounderCirclePayload:
        """End a proposal; community managers."""
        circle = await models.FounderCircle.dissolve(input.id, by=info.context.viewer, now=info.context.now)
        return s.DissolveFounderCirclePayload(circle=shown(circle))
