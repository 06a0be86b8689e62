"""Relay connections with opaque keyset cursors: a cursor holds the values of the order, not an offset."""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.errors import ValidationProblem
from schema.described import answer

FIRST = 20  # what a page holds when nobody says
MOST = 100  # what a page may hold: a list of 100 is a screenful of screens, more is an export

Node = TypeVar("Node")
M = TypeVar("M", bound=Model)


class InvalidCursor(ValidationProblem):
    code = "INVALID_CURSOR"
    de = "Diese Seitenmarke gehört nicht zu dieser Liste. Bitte beginnt von vorn."
    en = "This cursor does not belong to this list. Please start from the beginning."


class PageSize(ValidationProblem):
    code = "PAGE_SIZE"
    de = f"Eine Seite hat 1 bis {MOST} Einträge; bitte entweder `first` oder `last` angeben."
    en = f"A page has 1 to {MOST} items; please give either `first` or `last`."


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for; the arguments of a connection field."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def checked(self, usual: int = FIRST) -> "Window":
        """With the usual page size where none is given. Raises `PageSize`."""
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 1 <= size <= MOST:
                raise PageSize(name)
        if self.first is not None and self.last is not None:
            raise PageSize("last")
        return self if self.first or self.last else replace(self, first=usual)

    @property
    def size(self) -> int:
        return self.first or self.last or FIRST

    @property
    def backwards(self) -> bool:
        return self.last is not None


def _packed(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _unpacked(value: Any, column: Any) -> Any:
    kind = column.field_type
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:  # no moment of ours: a cursor that somebody made up
            raise ValueError(value)
        return moment
    if kind is UUID:
        return UUID(value)
    if kind in (int, str, float) and not isinstance(value, kind):
        raise ValueError(value)
    return column.to_python_value(value)


@dataclass(frozen=True)
class Order:
    """Columns of a keyset order, `-` for descending; `id` closes it. Rows without a value in it are not listed."""

    model: type[Model]
    columns: tuple[str, ...]

    @classmethod
    def of(cls, model: type[Model], text: str | Sequence[str]) -> "Order":
        columns = tuple(c.strip() for c in text.split(",")) if isinstance(text, str) else tuple(text)
        if columns[-1].lstrip("-") != "id":
            columns = (*columns, "-id" if columns[-1].startswith("-") else "id")
        return cls(model, columns)

    @property
    def names(self) -> list[str]:
        return [column.lstrip("-") for column in self.columns]

    def reversed(self) -> tuple[str, ...]:
        return tuple(c[1:] if c.startswith("-") else "-" + c for c in self.columns)

    def cursor(self, row: Any) -> str:
        """The place of a row in this order."""
        text = json.dumps([",".join(self.columns), *(_packed(getattr(row, n)) for n in self.names)])
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def values(self, cursor: str, path: str) -> list[Any]:
        """What `cursor` holds. Raises `InvalidCursor` for a foreign or broken one."""
        try:
            order, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if order != ",".join(self.columns) or len(values) != len(self.columns):
                raise ValueError(order)
            fields = self.model._meta.fields_map
            return [_unpacked(v, fields[n]) for v, n in zip(values, self.names, strict=True)]
        except (ValueError, TypeError, RecursionError) as problem:
            raise InvalidCursor(path) from problem

    def beyond(self, values: Sequence[Any], *, back: bool) -> Q:
        """Rows that come after the place (before it, going `back`)."""
        found, same = Q(), Q()
        for index, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            name = column.lstrip("-")
            less = column.startswith("-") != back
            step = same & Q(**{f"{name}__{'lt' if less else 'gt'}": value})
            found = step if index == 0 else found | step
            same = same & Q(**{name: value})
        # Said once more for the first column alone, so that an index on it bounds the scan.
        first = self.columns[0].lstrip("-")
        less = self.columns[0].startswith("-") != back
        return Q(**{f"{first}__{'lte' if less else 'gte'}": values[0]}) & found

    def listed(self) -> Q:
        """Without the rows that have no value in the order: the two databases sort NULL differently."""
        fields = self.model._meta.fields_map
        present: dict[str, Any] = {f"{name}__isnull": False for name in self.names if fields[name].null}
        return Q(**present)

    def applied(self, rows: QuerySet[M], window: Window) -> QuerySet[M]:
        """The rows of the window in reading direction, without its limit."""
        rows = rows.filter(self.listed())
        if window.after is not None:
            rows = rows.filter(self.beyond(self.values(window.after, "after"), back=False))
        if window.before is not None:
            rows = rows.filter(self.beyond(self.values(window.before, "before"), back=True))
        return rows.order_by(*(self.reversed() if window.backwards else self.columns))


@dataclass(frozen=True)
class Placed:
    """A row with its place: what an edge shows."""

    node: Any
    order: Order

    @cached_property
    def cursor(self) -> str:
        return self.order.cursor(self.node)


@dataclass(frozen=True)
class Cut:
    """One page that was read: rows in list order, and whether there are more at the far end."""

    rows: list[Any]
    more: bool

    @classmethod
    def of(cls, rows: list[Any], window: Window) -> "Cut":
        """From up to `size + 1` rows in reading direction: one more than wanted answers `hasNextPage`."""
        kept = rows[: window.size]
        return cls(kept[::-1] if window.backwards else kept, len(rows) > window.size)


@dataclass
class Slice:
    """What a connection field answers: read once when edges or pageInfo are asked for, counted when totalCount is."""

    order: Order
    window: Window
    read: Callable[[], Awaitable[Cut]]
    count: Callable[[], Awaitable[int]]
    _cut: Any = field(default=None, repr=False)

    async def cut(self) -> Cut:
        """The page; asked for twice at once, it is read once."""
        import asyncio

        if self._cut is None:
            self._cut = asyncio.ensure_future(self.read())
        found: Cut = await self._cut
        return found


class Page(Generic[M]):
    """A lazy page of a queryset: what a root field returns for a connection. Nothing is read before it is asked for."""

    def __init__(
        self,
        rows: QuerySet[M],
        *,
        order: str | Sequence[str],
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> None:
        self.rows = rows
        self.order = Order.of(rows.model, order)
        self.window = Window(first, after, last, before).checked()

    def within(self, window: Window) -> "Page[M]":
        """The same list, another part of it. Raises `PageSize`."""
        return Page(self.rows, order=self.order.columns, **vars(window))

    def queryset(self) -> QuerySet[M]:
        """The rows to read: one more than wanted."""
        return self.order.applied(self.rows, self.window).limit(self.window.size + 1)

    def slice(self) -> Slice:
        async def read() -> Cut:
            return Cut.of(list(await self.queryset()), self.window)

        async def count() -> int:
            return await self.rows.filter(self.order.listed()).count()

        self.queryset()  # an invalid cursor is refused even when only the count is asked for
        return Slice(self.order, self.window, read, count)


@answer
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    """Paging forward: exact. Paging backwards: whether `before` was given."""
    has_previous_page: bool
    """Paging backwards: exact. Paging forward: whether `after` was given."""
    start_cursor: str | None
    end_cursor: str | None


def _page_info(cut: Cut, order: Order, window: Window) -> PageInfo:
    return PageInfo(
        has_next_page=window.before is not None if window.backwards else cut.more,
        has_previous_page=cut.more if window.backwards else window.after is not None,
        start_cursor=order.cursor(cut.rows[0]) if cut.rows else None,
        end_cursor=order.cursor(cut.rows[-1]) if cut.rows else None,
    )


@answer
class Edge(Generic[Node]):
    """One item of a list with its place."""

    node: Node
    cursor: str


async def _edges(root: Any) -> Any:
    cut = await root.cut()
    return [Placed(row, root.order) for row in cut.rows]


async def _info(root: Any) -> Any:
    return _page_info(await root.cut(), root.order, root.window)


async def _total(root: Any) -> int:
    counted: int = await root.count()
    return counted


@answer
class Connection(Generic[Node]):
    """A list in pages, after the Relay Cursor Connections specification."""

    edges: list[Edge[Node]] = strawberry.field(resolver=_edges)
    page_info: PageInfo = strawberry.field(resolver=_info)
    total_count: int = strawberry.field(
        resolver=_total, description="Items of the whole list; counted only when asked for."
    )
