"""A stranger's context that notes what an answer is made of: the tables, and what of the request was looked at.

Nothing has to be declared to be kept. What a plan reads it reads by statements, and what a root field decides by it
takes from its context; both pass here.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from models.access import ANONYMOUS, Viewer
from resolvers.cache.counts import Counts
from resolvers.cache.naming import tables_named
from schema.context import Context, Outcome


class Witness:
    """Stands for a `Context`. Its viewer is nobody, whatever becomes of the original meanwhile."""

    def __init__(self, context: Context, counts: Counts) -> None:
        self._context, self._counts = context, counts
        self.viewer: Viewer = ANONYMOUS
        self.services = _Services(context.services, self)
        self.done: dict[str, Outcome] = {}
        self.noting = self
        self.tables: set[str] = set()
        self.looked_at: set[str] = set()
        """What beside the viewer and the site a resolver asked for: the clock, the address, the language …"""

    def __getattr__(self, name: str) -> Any:
        self.looked_at.add(name)
        return getattr(self._context, name)

    @property
    def as_context(self) -> Context:
        return cast(Context, self)

    def reads(self, statement: str) -> None:
        self.tables |= tables_named(statement)

    def elsewhere(self) -> None:
        self.looked_at.add("rows")

    async def counted(self, statement: str, values: Sequence[Any], count: Callable[[], Awaitable[int]]) -> int:
        self.reads(statement)
        return await self._counts.of(statement, tuple(values), tables_named(statement), count)


class _Services:
    """The site is the same for everybody and as long as the process runs; nothing else of the services is."""

    def __init__(self, services: Any, witness: Witness) -> None:
        self._services, self._witness = services, witness
        self.site = services.site

    def __getattr__(self, name: str) -> Any:
        self._witness.looked_at.add(f"services.{name}")
        return getattr(self._services, name)
