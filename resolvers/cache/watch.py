"""What this process knows about writes: by looks at the database, each good for a moment only.

Whoever serves something that was kept needs a look that began at most `TRUST` ago. So a write is seen by every process
within that time, with or without Redis; a ring of the bell makes the next one look at once. A process that nobody asks
does not look at all.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

import structlog

from models import touches

TRUST = 0.25  # seconds; a look costs a process less than 0.1 ms of CPU
REMEMBERED = 200  # writers of a table; with more this process begins to remember anew
PAUSE = 1.0  # seconds without a look after one that failed
PATIENCE = 1.0  # seconds for a look; a database that is slower has other worries

log = structlog.get_logger("leuchtturm.cache")


class Watch:
    """Numbers its looks. What was made after look 7 holds while no table that it was made of was touched since."""

    def __init__(self, news: Callable[[], int] = lambda: 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._news, self._clock = news, clock
        self.number = 0
        self.last: touches.Look | None = None
        self.watched: frozenset[str] = frozenset()
        self._began, self._heard, self._doubts = float("-inf"), -1, 0
        self._latest = 0
        """The last look that found anything touched at all."""
        self._cleared, self._again = 0, float("-inf")
        self._touched: dict[str, int] = {}
        """The last look that found the table touched."""
        self._first: touches.Snapshot | None = None
        """What was visible when this process began to remember writers; None on SQLite."""
        self._writers: dict[str, list[int]] = {}
        """The transactions that touched a table since then."""
        self._looking: asyncio.Task[None] | None = None

    @property
    def fresh(self) -> bool:
        """Whether the last look is recent enough to serve by it."""
        return self._clock() - self._began < TRUST and self._heard == self._news() + self._doubts

    def doubt(self) -> None:
        """Somebody in this process may have written: whoever asks next looks first."""
        self._doubts += 1

    async def refresh(self) -> bool:
        """Look unless the last look is recent enough. False when the database does not answer: keep out of the way."""
        asked, heard = self._clock(), self._news() + self._doubts
        if asked < self._again:
            return False
        for _ in range(2):
            if self._began >= asked - TRUST and self._heard >= heard:
                return True
            # The look under way may have begun too early for us; the second one has not.
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look(), name="look")
            try:
                await asyncio.shield(self._looking)
            except Exception as problem:
                self._blind(problem)
                return False
        return self._began >= asked - TRUST and self._heard >= heard

    def _blind(self, problem: Exception) -> None:
        """Told once per loss of sight; the next look waits a moment, so that nobody pays for it with each request."""
        if self._again == float("-inf"):
            log.warning("the cache cannot look at the database; everything is read afresh", exc_info=problem)
        self._again = self._clock() + PAUSE

    async def _look(self) -> None:
        began, heard = self._clock(), self._news() + self._doubts
        async with asyncio.timeout(PATIENCE):
            found = await touches.look(self.last)
            if found.touched is None:
                self.watched = await touches.watched()
        self.number += 1
        if found.touched is None:
            self._cleared = self.number
        if found.touched != {}:
            self._latest = self.number
        for name, writers in (found.touched or {}).items():
            self._touched[name] = self.number
            self._writers.setdefault(name, []).extend(writers)
        if found.touched is None or max(map(len, self._writers.values()), default=0) > REMEMBERED:
            self._first = touches.Snapshot.of(found.look.place) if found.look.server else None
            self._writers.clear()
        self._began, self._heard, self.last, self._again = began, heard, found.look, float("-inf")

    def holds(self, tables: Iterable[str], number: int) -> bool:
        """Whether none of the tables was touched since the look with this number."""
        if number >= self._latest:
            return True
        return number >= self._cleared and all(self._touched.get(name, 0) <= number for name in tables)

    @property
    def server(self) -> str:
        """Which run of which database server the last look was at."""
        return self.last.server if self.last is not None else ""

    @property
    def place(self) -> str:
        """The last look as other processes understand it; "" where they cannot."""
        return self.last.place if self.last is not None and self.last.server else ""

    def agrees(self, tables: Iterable[str], place: str) -> bool:
        """Whether whoever looked from there has seen every write to the tables that this process knows of.

        What was written before this process began to look it does not know: then the other one must have seen all that
        was visible to it.
        """
        theirs = touches.Snapshot.of(place)
        if self._first is None or not theirs.covers(self._first):
            return False
        return all(theirs.sees(writer) for name in tables for writer in self._writers.get(name, ()))
