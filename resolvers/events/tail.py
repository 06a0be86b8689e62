"""The one reader of the log in a process: woken by the bell, by the clock as a floor, it hands events to lines.

However many listen, the log is read once. What a line is about is decided in memory (`matching.py`), once per
condition and event. A line that is not emptied is not filled for ever: its owner goes back to the log.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable, Iterable, Iterator
from contextlib import asynccontextmanager

import structlog
from tortoise.expressions import Q

import models
from resolvers.events.cursors import CursorUnknown, begin, ends, number
from resolvers.events.lines import Line, Lines
from resolvers.events.matching import key
from schema.context import Services

FLOOR = 1.0  # seconds between looks at the log when no bell rings: a lost ring costs one of these
SLICE = 200  # events read at once
RECENT = 500  # events that are kept, so that those who were away for a moment cost no statement

log = structlog.get_logger("leuchtturm.events")


class Tail:
    """Reads while somebody listens, and not otherwise."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.place = 0
        """Up to here the log was read."""
        self._recent: deque[models.OutboxEvent] = deque(maxlen=RECENT)
        self._lines: dict[Hashable, Lines] = {}
        self._opening = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def line(self, which: Q) -> AsyncIterator[Line]:
        """A line of one's own, until the block is left."""
        async with self._opening:
            if self._task is None or self._task.done():
                await self._open()
            # Without a pause between the place and the line: nothing can be read in between.
            line = Line(which, self.place)
            self._lines.setdefault(key(which), Lines(which)).lines.add(line)
        try:
            yield line
        finally:
            self._left(line)

    def _left(self, line: Line) -> None:
        known = self._lines[key(line.which)]
        known.lines.discard(line)
        if not known.lines:
            del self._lines[key(line.which)]
        if not self._lines and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _open(self) -> None:
        _, self.place = await ends()
        self._recent.clear()
        rows = models.OutboxEvent.filter(seq__lte=self.place, seq__isnull=False)
        self._recent.extend(reversed(await rows.order_by("-seq").limit(RECENT)))
        self._task = asyncio.create_task(self._run(), name="tail")

    async def _run(self) -> None:
        away = False
        while True:
            rung = self._services.rung()
            try:
                await self.look()
                away = False
            except Exception as problem:
                if not away:
                    log.warning("the event log cannot be read; trying again each second", exc_info=problem)
                away = True
                await asyncio.sleep(FLOOR)
                continue
            if self._services.rung() == rung:
                await self._services.heard(FLOOR)

    async def look(self) -> None:
        """Read what is new now, and hand it out."""
        async with self._reading:
            while True:
                rows = models.OutboxEvent.filter(seq__gt=self.place)
                events = await rows.order_by("seq").limit(SLICE)
                if not events:
                    return
                told: dict[Lines, list[models.OutboxEvent]] = {}
                while left := [lines for lines in self._lines.values() if lines not in told]:
                    for lines in left:
                        told[lines] = await lines.about(events)
                # No pause from here on: a line that is opened later begins behind these events.
                for lines, theirs in told.items():
                    for line in lines.lines:
                        line.put(*theirs)
                self._recent.extend(events)
                self.place = events[-1].seq or self.place
                if len(events) < SLICE:
                    return

    async def begin(self, after: str) -> int:
        """The number after which to read. Raises `CursorExpired` or `CursorUnknown`. There must be a line."""
        place = number(after)
        if place > self.place:
            await self.look()  # another process may be ahead of us
        if place > self.place:
            raise CursorUnknown("after")
        return place if self.remembers(place) else await begin(after)

    def remembers(self, place: int) -> bool:
        """Whether all events behind this place are kept here."""
        low = self._recent[0].seq if self._recent else None
        return place >= (self.place if low is None else low - 1)

    async def about(self, line: Line, events: Iterable[models.OutboxEvent]) -> list[models.OutboxEvent]:
        """Those of the events that the line is about."""
        return await self._lines[key(line.which)].about(list(events))

    def between(self, place: int, end: int) -> Iterator[models.OutboxEvent]:
        """The kept events behind `place` up to `end`."""
        return (event for event in self._recent if place < (event.seq or 0) <= end)
