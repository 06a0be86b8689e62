"""The log of events as a list and as a stream."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import strawberry
from tortoise.expressions import Q

import models
from models.access import visible
from models.errors import ValidationProblem
from resolvers.events.following import follow
from schema.binding import reads, shown
from schema.context import Info
from schema.described import broadcasts
from schema.events import CommunityEvent
from schema.paging import Connection, Page
from schema.scalars import EventCursor


def of_topics(topics: Sequence[str] | None) -> Q:
    """Events of these kinds: `story` means all of a story's, `story.published` that one."""
    wanted = Q()
    for topic in topics or ():
        wanted |= Q(type=topic) if "." in topic else Q(subject_kind=topic)
    return wanted


def about(kind: str, id: UUID) -> Q:
    """Events of one row."""
    return Q(subject_kind=kind, subject_id=id)


class TooManyTopics(ValidationProblem):
    code = "TOO_MANY_TOPICS"
    de = "Bitte höchstens 20 Themen mit je höchstens 80 Zeichen."
    en = "Please at most 20 topics of at most 80 characters."


def _checked(topics: Sequence[str] | None) -> None:
    if len(topics or ()) > 20 or any(len(topic) > 80 for topic in topics or ()):
        raise TooManyTopics("topics")


@strawberry.type
class EventQuery:
    @reads(Connection[CommunityEvent])
    def community_events(self, info: Info, topics: list[str] | None = None) -> Page[models.OutboxEvent]:
        """The event log, oldest first, as far as you may see it: what a subscription would have told you."""
        _checked(topics)
        rows = visible(models.OutboxEvent.filter(of_topics(topics), seq__isnull=False), info.context.viewer)
        return Page(rows, order=("seq", "id"))


@strawberry.type
class EventSubscription:
    @broadcasts
    async def community_events(
        self, info: Info, topics: list[str] | None = None, after: EventCursor | None = None
    ) -> AsyncIterator[CommunityEvent]:
        """What happens in the community, as far as you may see it, in order.

        `topics` are kinds (`story`) or types (`story.published`). Pass the `cursor` of the last event you saw as
        `after` to go on behind it: nothing is missed and nothing told twice. A cursor older than 30 days is refused
        with CURSOR_EXPIRED.
        """
        _checked(topics)
        async for event in follow(info.context, after=after, which=of_topics(topics)):
            yield shown(event)
