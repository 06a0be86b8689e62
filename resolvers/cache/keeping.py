"""Answers to strangers, each made once: by whoever asks first, for everybody who asks meanwhile and afterwards."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from resolvers import metrics
from resolvers.cache.counts import Counts
from resolvers.cache.kept import Kept, Key, Made
from resolvers.cache.shared import Shared
from resolvers.cache.shelf import Shelf
from resolvers.cache.watch import Watch

KNOWN = 2_000  # operations of which something is remembered: a number each

Make = Callable[[], Awaitable[Made | None]]
"""Executes the operation; None when it has to run plainly, which is never kept."""


class Keeping:
    """The kept answers of one process."""

    def __init__(self, watch: Watch, room: int, shared: Shared | None = None) -> None:
        self.watch, self.counts = watch, Counts(watch)
        self._shelf, self._shared = Shelf[Kept](room), shared
        self._flights: dict[Key, asyncio.Task[Kept | Made | None]] = {}
        self._posting: set[asyncio.Task[None]] = set()
        self._passed, self._by_language = _Few(), _Few()

    @property
    def used(self) -> int:
        """Bytes."""
        return self._shelf.used

    async def answer(self, key: Key, language: str, make: Make) -> Kept | Made | None:
        """The answer, kept or made; None when the caller has to execute the operation. Raises what making raises."""
        if key.operation in self._passed:
            return None
        if not self.watch.fresh and not await self.watch.refresh():
            metrics.KEPT.labels("blind").inc()
            return None
        if key.operation in self._by_language:
            key = key._replace(language=language)
        known = self._shelf.get(key)
        if known is not None and self.watch.holds(known.tables, known.look):
            metrics.KEPT.labels("hit").inc()
            return known
        if flight := self._flights.get(key):
            return await self._joined(flight)
        return await self._led(key, language, make, stale=known is not None)

    async def _led(self, key: Key, language: str, make: Make, *, stale: bool) -> Kept | Made | None:
        """The flight belongs to nobody: whoever began it may leave without harm to the others."""
        flight = asyncio.create_task(self._fly(key, language, make, stale=stale), name="make an answer")
        self._flights[key] = flight
        flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return await asyncio.shield(flight)

    async def _joined(self, flight: "asyncio.Task[Kept | Made | None]") -> Kept | Made | None:
        """What the flight brings, if it may be shared and still holds; what failed for others may succeed for us."""
        await asyncio.wait([flight])
        if flight.cancelled() or flight.exception() is not None:
            return None
        brought = flight.result()
        if not isinstance(brought, Kept) or not await self.watch.refresh():
            return None
        if not self.watch.holds(brought.tables, brought.look):
            return None
        metrics.KEPT.labels("joined").inc()
        return brought

    async def _fly(self, key: Key, language: str, make: Make, *, stale: bool) -> Kept | Made | None:
        # Before anything is read: whatever is written from here on makes the answer stale, seen in it or not.
        look, place, server = self.watch.number, self.watch.place, self.watch.server
        if place and (found := await self._elsewhere(key, server)):
            metrics.KEPT.labels("shared").inc()
            return self._keep(key, language, found)
        made = await make()
        if made is None or made.tables is None or not made.tables <= self.watch.watched:
            self._passed.add(key.operation)
            metrics.KEPT.labels("passed").inc()
            return made
        metrics.KEPT.labels("stale" if stale else "miss").inc()
        if made.empty:
            return made
        if place and self._shared is not None:
            named = key._replace(language=language) if made.by_language else key
            self._post(self._shared.put(named.digest, server, place, made))
        return self._keep(key, language, Kept(made.body, made.tables, look, made.by_language))

    def _keep(self, key: Key, language: str, kept: Kept) -> Kept:
        if kept.by_language:
            self._by_language.add(key.operation)
            key = key._replace(language=language)
        self._shelf.put(key, kept, key.size + len(kept.body))
        metrics.KEPT_BYTES.set(self._shelf.used)
        return kept

    async def _elsewhere(self, key: Key, server: str) -> Kept | None:
        """What another process made, as far as it still holds by our own looks."""
        found = await self._shared.get(key.digest, server) if self._shared is not None else None
        if found is None:
            return None
        place, made = found
        tables = made.tables or frozenset()
        if made.by_language and not key.language:
            return None
        if not tables <= self.watch.watched or not self.watch.agrees(tables, place):
            return None
        return Kept(made.body, tables, self.watch.number, made.by_language)

    def _post(self, putting: Coroutine[Any, Any, None]) -> None:
        """For the other processes, while ours answers."""
        posting = asyncio.create_task(putting, name="share an answer")
        self._posting.add(posting)
        posting.add_done_callback(self._posting.discard)


class _Few:
    """The operations that were last added, as numbers: two with one number are treated alike, which harms neither."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[int, None] = OrderedDict()

    def __contains__(self, operation: object) -> bool:
        return hash(operation) in self._numbers

    def add(self, operation: object) -> None:
        self._numbers[hash(operation)] = None
        if len(self._numbers) > KNOWN:
            self._numbers.popitem(last=False)
