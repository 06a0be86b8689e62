"""Stories: the public feed, the editors' desk, the team's consent."""

from collections.abc import AsyncIterator
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.errors import NotFound
from models.language import Language
from models.stories import StoryState
from resolvers.events import about, follow
from resolvers.stories.verbs import StoryMutation
from schema.binding import reads, shown
from schema.context import Info
from schema.described import broadcasts
from schema.paging import Connection, Page
from schema.scalars import EventCursor
from schema.stories import Story, StoryConsent, StoryTransition

SLUG_MOST = 100  # the column's; PostgreSQL and Tortoise raise for what it cannot hold


@strawberry.type
class StoryQuery:
    @reads(Connection[Story])
    def lighthouses(self, info: Info, language: Language | None = None) -> Page[models.Story]:
        """Published lighthouse stories, newest first; those told in a language, if one is named."""
        told = visible(models.Story.lighthouses(language), info.context.viewer)
        return Page(told, order=("-published_at", "-id"))

    @reads(Story | None)
    def story(self, info: Info, id: UUID) -> QuerySet[models.Story]:
        """A story: a public one, one of your team's or your own; staff see them all."""
        return visible(models.Story.filter(id=id), info.context.viewer)

    @reads(Story | None)
    def story_by_slug(self, info: Info, slug: str) -> QuerySet[models.Story]:
        """A story by its public name, as in its address."""
        known = slug if len(slug) <= SLUG_MOST and "\x00" not in slug else ""
        return visible(models.Story.filter(slug=known), info.context.viewer)

    @reads(Connection[Story])
    def stories(
        self, info: Info, states: list[StoryState] | None = None, team_id: UUID | None = None
    ) -> Page[models.Story]:
        """Every story that you may see, in any state, the latest first: the desk's board."""
        rows = models.Story.filter(state__in=[s.value for s in states]) if states else models.Story.all()
        if team_id is not None:
            rows = rows.filter(team_id=team_id)
        return Page(visible(rows, info.context.viewer), order=("-id",))

    @reads(Connection[StoryConsent])
    def consent_requests(self, info: Info) -> Page[models.StoryConsent]:
        """What your teams were asked to consent to, the latest first; staff see all requests."""
        rows = visible(models.StoryConsent.all(), info.context.viewer)
        return Page(rows, order=("-id",))


@strawberry.type
class StorySubscription:
    @broadcasts
    async def story_transitioned(
        self, info: Info, story_id: UUID, after: EventCursor | None = None
    ) -> AsyncIterator[StoryTransition]:
        """What happens to a story, as far as you may see it.

        Pass the `cursor` of the last transition you saw as `after` to go on behind it.
        """
        if not await visible(models.Story.filter(id=story_id), info.context.viewer).exists():
            raise NotFound("storyId")
        async for event in follow(info.context, after=after, which=about(models.Story.kind, story_id)):
            story = await visible(models.Story.filter(id=story_id), info.context.viewer).first()
            state = StoryState(event.type.partition(".")[2])
            yield StoryTransition(
                cursor=EventCursor(str(event.seq)), type=event.type, state=state, at=event.at, story=shown(story)
            )


__all__ = ["StoryMutation", "StoryQuery", "StorySubscription"]
