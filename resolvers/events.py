"""Subscriptions: the stored event log, read from a cursor on, woken by the bell, authorised again for each event."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import strawberry
from tortoise.expressions import Q
from tortoise.functions import Max, Min

import models
from models.access import visible
from models.errors import NotAllowed, ValidationProblem
from schema.binding import reads, shown
from schema.context import Context, Info
from schema.described import streams
from schema.events import CommunityEvent
from schema.paging import Connection, Page
from schema.scalars import EventCursor

FLOOR = 1.0  # seconds between looks at the log when no bell rings: a lost ring costs one of these
SLICE = 200  # events read at once; a client that was long away is served in slices
IDLE_CHECK = 10  # looks without an event after which the credential is asked for again: sockets end within seconds


class CursorExpired(ValidationProblem):
    code = "CURSOR_EXPIRED"
    de = "Diese Stelle im Ereignisprotokoll ist älter als 30 Tage. Bitte ladet den Stand neu und beginnt ohne `after`."
    en = "This place in the event log is older than 30 days. Please load the state anew and begin without `after`."


class CursorUnknown(ValidationProblem):
    code = "INVALID_CURSOR"
    de = "Diese Stelle gibt es im Ereignisprotokoll nicht."
    en = "There is no such place in the event log."


class Ended(NotAllowed):
    """The session or token was revoked or has expired, or the roles of the viewer changed."""

    code = "AUTHORISATION_ENDED"
    de = "Eure Anmeldung ist zu Ende. Bitte meldet euch neu an."
    en = "Your sign-in has ended. Please sign in again."


async def _ends() -> tuple[int, int]:
    """The lowest and the highest number of the log; (1, 0) when it is empty."""
    found = (
        await models.OutboxEvent.filter(seq__isnull=False)
        .annotate(low=Min("seq"), high=Max("seq"))
        .values("low", "high")
    )
    if not found or found[0]["high"] is None:
        return 1, 0
    return int(found[0]["low"]), int(found[0]["high"])


async def begin(after: str | None) -> int:
    """The number after which to read. Raises `CursorExpired` or `CursorUnknown`; without a cursor: from now on."""
    low, high = await _ends()
    if after is None:
        return high
    if not after.isascii() or not after.isdigit() or len(after) > 18 or int(after) > high:
        raise CursorUnknown("after")
    if int(after) < low - 1:
        raise CursorExpired("after")
    return int(after)


async def authorise(context: Context) -> None:
    """Who is this *now*? Raises `Ended` when the credential that opened the subscription is gone."""
    if context.refresh is None or context.viewer.is_anonymous:
        return
    viewer = await context.refresh()
    if viewer is None:
        raise Ended()
    context.viewer = viewer


async def _still_visible(event: models.OutboxEvent, context: Context) -> bool:
    """Authorise again, for this one event; it is looked up again only when the viewer's rights have changed."""
    before = context.viewer
    await authorise(context)
    if context.viewer == before:
        return True
    return await visible(models.OutboxEvent.filter(id=event.id), context.viewer).exists()


async def follow(
    context: Context, *, after: str | None = None, which: Q | None = None
) -> AsyncIterator[models.OutboxEvent]:
    """The events that the viewer may see, in the order of their numbers, without end.

    `which` narrows them down. Nothing is skipped: the place moves on over what was read, never over what may come.
    """
    place, quiet = await begin(after if context.resume is None else context.resume), 0
    while True:
        _, high = await _ends()
        while place < high:
            await authorise(context)
            top = min(high, place + SLICE)
            rows = models.OutboxEvent.filter(which or Q(), seq__gt=place, seq__lte=top)
            for event in await visible(rows, context.viewer).order_by("seq"):
                if await _still_visible(event, context):
                    context.place = str(event.seq)
                    yield event
            place, quiet = top, 0
        await context.services.heard(FLOOR)
        quiet += 1
        if quiet % IDLE_CHECK == 0:
            await authorise(context)


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
    @streams
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
