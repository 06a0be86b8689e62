"""How many rows a list has. Counting grows with the table (100 ms at a million rows) where a page does not.

Pages of one list share its count until one of its tables is written to.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from resolvers.cache.shelf import Shelf
from resolvers.cache.watch import Watch

ROOM = 1_000_000  # bytes: some thousand lists


class Counts:
    """Counts by statement and values, each with the look before it was counted."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._known = Shelf[tuple[int, int]](ROOM)

    async def of(
        self, statement: str, values: tuple[Any, ...], tables: frozenset[str], count: Callable[[], Awaitable[int]]
    ) -> int:
        look, key = self._watch.number, (statement, values)
        known = self._known.get(key)
        if known is not None and self._watch.holds(tables, known[1]):
            return known[0]
        counted = await count()
        if tables <= self._watch.watched:
            self._known.put(key, (counted, look), len(statement) + 100 * len(values))
        return counted
