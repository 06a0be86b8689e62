"""`follow`: what a subscription reads, from a cursor on and then as it happens, without a gap and without a repeat.

The line is opened first; then the log is read up to where the line begins; then the line. Whoever falls behind goes
back to the log.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from tortoise.expressions import Q

from models.access import visible
from models.outbox import OutboxEvent
from resolvers import metrics
from resolvers.events.courses import Live, Stretch
from resolvers.events.news import News, news_of
from resolvers.events.standing import Credential, Ended, authorise
from resolvers.events.tail import SLICE
from schema.context import Context

Events = AsyncIterator[OutboxEvent]


async def follow(context: Context, *, after: str | None = None, which: Q | None = None) -> Events:
    """The events that the viewer may see, in the order of their numbers, without end.

    `which` narrows them down. Nothing is skipped: the place moves on over what was read, never over what may come.
    Each event is authorised anew; raises `Ended` when the credential has ended, and what `Tail.begin` raises.
    """
    reading = Reading(news_of(context), context, which or Q())
    course = context.course
    if course is None:
        events = reading.alone(after if context.resume is None else context.resume)
    elif isinstance(course, Stretch):
        events = reading.stretch(course.begin, course.end, course.credential)
    else:
        events = reading.shared(course)
    async with aclosing(events):  # type: ignore[type-var]
        async for event in events:
            context.place = str(event.seq)
            yield event


@dataclass(frozen=True)
class Reading:
    """One subscription's way through the log."""

    news: News
    context: Context
    which: Q

    async def alone(self, after: str | None) -> Events:
        """For one listener."""
        tail = self.news.tail
        async with tail.line(self.which) as line:
            place = line.start if after is None else await tail.begin(after)
            watched = self.news.standing.watched(self.context, line.poke)
            with metrics.LISTENING.track_inprogress(), watched as credential:
                while True:
                    async for event in self.stretch(place, line.start, credential):
                        yield event
                    place = max(place, line.start)
                    while not line.behind:
                        for event in await line.next():
                            if (event.seq or 0) > place and await self._still(event, credential):
                                yield event
                            place = max(place, event.seq or 0)
                        self._current(credential)
                    line.renewed(tail.place)

    async def stretch(self, begin: int, end: int, credential: Credential | None) -> Events:
        """A part of the log, read in slices."""
        while begin < end:
            await authorise(self.context)
            top = min(end, begin + SLICE)
            rows = OutboxEvent.filter(self.which, seq__gt=begin, seq__lte=top)
            for event in await visible(rows, self.context.viewer).order_by("seq"):
                if await self._still(event, credential):
                    yield event
            begin = top

    async def shared(self, live: Live) -> Events:
        """For many: whoever may not see what comes is sent away first, all others see the same."""
        tail = self.news.tail
        async with tail.line(self.which) as line:
            live.joined(line)
            place = line.start
            while True:
                events = await line.next()
                await live.admit()
                if line.behind:
                    line.renewed(tail.place)
                    async for event in self.stretch(place, line.start, None):
                        yield event
                    place = line.start
                elif events:
                    for event in await self.news.seen(events, self.context.viewer):
                        yield event
                    place = events[-1].seq or place
                await live.passed(place)

    async def _still(self, event: OutboxEvent, credential: Credential | None) -> bool:
        """Whether they may see it at this moment."""
        if credential is not None:
            await self.news.standing.fresh([credential])
            self._current(credential)
        return bool(await self.news.seen([event], self.context.viewer))

    def _current(self, credential: Credential | None) -> None:
        if credential is not None:
            if credential.viewer is None:
                raise Ended()
            self.context.viewer = credential.viewer
