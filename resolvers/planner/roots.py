"""Root fields: what their resolvers give, for the same question of the same viewer asked only once."""

import inspect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.queryset import QuerySet

from models.access import Viewer
from resolvers.planner.composing import Statement
from resolvers.planner.connections import Place, connection
from resolvers.planner.reading import NONE, Asked, Looker, lists_of, shown
from resolvers.planner.shapes import NotNow, Shapeless
from resolvers.planner.statements import KEPT
from resolvers.planner.tree import Arguments, Node, Paging
from resolvers.planner.weaving import leaves, windows
from schema.binding import PAGE_ARGUMENTS
from schema.context import Context
from schema.paging import MOST, Cut, Page, Window


class Looking:
    """The context as a reading resolver sees it; notes whether it looks at more than who asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.further = False

    @property
    def viewer(self) -> Viewer:
        return self._context.viewer

    def __getattr__(self, name: str) -> Any:
        self.further = True
        return getattr(self._context, name)


class Listed:
    """A connection at the root, ready to be read: for the same question of the same viewer it is always the same."""

    def __init__(self, asked: Asked, found: Page[Any], node: Node, paging: Paging) -> None:
        composer = asked.statements.composer
        rows = found.queryset()  # an invalid cursor is refused even when only the count is asked for
        self.place = Place(node, paging, found.order, found.window, composer.dialect, asked.makers)
        self._node = node
        listed = found.rows.filter(found.order.listed()).order_by()
        self._together = paging.counts and asked.context.noting is None
        """The number comes with the rows: nobody is there who may remember it."""
        self._rows = composer.of(rows, node, count=listed if self._together else None) if paging.reads else None
        self._count = composer.count(listed) if paging.counts else None

    async def shown(self, asked: Asked) -> dict[str, Any]:
        """What the connection answers."""
        rows, total = await self._read(asked)
        cut = Cut.of(list(rows), self.place.window)
        lists = await lists_of(asked, self._node, cut.rows)
        return connection(self.place, cut, total, asked.parameters, lists)

    async def _read(self, asked: Asked) -> tuple[Sequence[Any], int]:
        """The rows, and how many the whole list has."""
        rows = NONE if self._rows is None else await asked.statements.run(self._rows)
        if rows and self._together:
            return rows, rows[0][-1]
        return rows, 0 if self._count is None else await asked.statements.number(self._count)


@dataclass(eq=False)
class Root:
    """One root field of the operation."""

    key: str
    resolver: Callable[..., Any]
    arguments: Arguments
    converted: Callable[[dict[str, Any]], dict[str, Any]]
    pages_itself: bool
    """It takes `first`, `after` … itself, or gives no pages."""
    many: bool
    node: Node
    paging: Paging | None
    required: bool

    async def answer(self, asked: Asked) -> Any:
        ready = self._ready(asked)
        if isinstance(ready, Listed):
            return await ready.shown(asked)
        rows = await shown(asked, self.node, await asked.statements.run(ready), ready.woven)
        if self.many:
            return rows
        if not rows and self.required:
            raise NotNow("null where the schema says something")
        return rows[0] if rows else None

    def _ready(self, asked: Asked) -> Statement | Listed:
        """The statements, ready to run; kept when the resolver looked at its arguments and the viewer alone."""
        given = self.arguments(asked.values)
        key = self._key(asked, given)
        known: Statement | Listed | None = KEPT.get(key) if key is not None else None
        if known is not None:
            return known
        looking = Looking(asked.context)
        made = self._made(asked, self.found(looking, given))
        return made if looking.further or key is None else KEPT.put(key, made)

    def _key(self, asked: Asked, given: dict[str, Any]) -> Hashable:
        pages = () if self.many or self.paging is not None else windows(asked, self.node)
        key = (self, asked.statements.who, asked.context.noting is None, *given.items(), *pages)
        try:
            hash(key)
        except TypeError:  # a list among the arguments
            return None
        return key

    def found(self, looking: Looking, given: dict[str, Any]) -> Any:
        """What the resolver gives: a lazy queryset or page, scoped to the viewer."""
        window = None
        if not self.pages_itself:
            window = Window(**{name: given.get(name) for name in PAGE_ARGUMENTS})
            given = {name: value for name, value in given.items() if name not in PAGE_ARGUMENTS}
        found = self.resolver(None, info=Looker(looking), **self.converted(given))
        if inspect.iscoroutine(found):
            found.close()
            raise Shapeless("a root field that awaits")
        return found.within(window) if window is not None and isinstance(found, Page) else found

    def _made(self, asked: Asked, found: Any) -> Statement | Listed:
        composer = asked.statements.composer
        if self.paging is not None:
            if not isinstance(found, Page):
                raise Shapeless("a connection of something else")
            return Listed(asked, found, self.node, self.paging)
        if not isinstance(found, QuerySet):
            raise Shapeless("a root field that is no queryset")
        if not self.many:
            return composer.of(found, self.node, 1, weave=leaves(asked, composer, self.node))
        return composer.of(found, self.node, MOST if found._limit is None else None)
