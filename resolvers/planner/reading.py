"""Running a tree: rows, then what belongs to them, for all parents at once; then the generated functions."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.queryset import QuerySet

from models.access import visible
from resolvers.planner.composing import Composer, Leaf, Statement
from resolvers.planner.connections import Place, connection
from resolvers.planner.rows import list_maker
from resolvers.planner.statements import Statements
from resolvers.planner.tree import Edge, Node, Parameter, Values
from schema.binding import PAGE_ARGUMENTS
from schema.context import Context
from schema.paging import FIRST, Cut, Window

Rows = Sequence[Sequence[Any]]
Woven = Mapping[Edge, int]
"""Edges that a statement has woven in, and the columns in which their rows stand."""

NONE: list[Any] = []
NOTHING: Woven = {}


@dataclass(frozen=True)
class Looker:
    """What a resolver sees of `info`."""

    context: Any


@dataclass
class Asked:
    """One request."""

    context: Context
    values: Values
    given: Sequence[Parameter]
    statements: Statements
    makers: dict[Hashable, Any]
    event: Any = None
    """What a subscription has to tell."""
    parameters: Sequence[Any] = ()
    """What generated functions get: a value for each of `given`."""

    def __post_init__(self) -> None:
        self.afresh()

    def afresh(self) -> None:
        """Work the parameters out again: a verb may have changed who asks."""
        self.parameters = [one(self.values, self.context) for one in self.given]


async def shown(asked: Asked, node: Node, rows: Sequence[Any], woven: Woven = NOTHING) -> list[Any]:
    """A dictionary for each row."""
    if not rows:
        return []
    lists = await lists_of(asked, node, rows, woven)
    key = ("list", id(node), asked.statements.dialect)
    make = asked.makers.get(key)
    if make is None:
        make = asked.makers[key] = list_maker(node, asked.statements.dialect)
    made: list[Any] = make(rows, asked.parameters, *lists)
    return made


async def lists_of(asked: Asked, node: Node, rows: Sequence[Any], woven: Woven = NOTHING) -> list[Callable[[Any], Any]]:
    """What each edge of these rows shows, as a function of the parent's id. `woven` edges have come with the rows."""
    found = []
    for edge in node.edges:
        parents = list({row[edge.parent]: None for row in rows if row[edge.parent] is not None})
        given = [one for row in rows for one in row[woven[edge]]] if edge in woven else None
        read = _pages if edge.paging is not None else _items
        found.append(await read(asked, edge, parents, given))
    return [*found, *[await batch.read(asked, rows) for batch in node.batches]]


async def _items(asked: Asked, edge: Edge, parents: Sequence[Any], given: Rows | None) -> Callable[[Any], Any]:
    by_parent: dict[Any, list[Any]] = {}
    if parents:
        rows = await asked.statements.run(_all(asked, edge), parents) if given is None else given
        child = edge.child
        for row, one in zip(rows, await shown(asked, edge.node, rows), strict=True):
            parent = row[child]
            if parent in by_parent:
                by_parent[parent].append(one)
            else:
                by_parent[parent] = [one]
    return lambda parent: by_parent.get(parent, NONE)


async def _pages(asked: Asked, edge: Edge, parents: Sequence[Any], given: Rows | None) -> Callable[[Any], Any]:
    paging, place = edge.paging, place_of(asked, edge)
    assert paging is not None
    by_parent: dict[Any, list[Any]] = {}
    counts: dict[Any, int] = {}
    if given is None:
        page = _page(asked, edge, place.window)  # an invalid cursor is refused even when only the count is asked for
        given = await asked.statements.run(page, parents) if parents and paging.reads else NONE
    for row in given:
        by_parent.setdefault(row[edge.child], []).append(row)
    if parents and paging.counts:
        counts = {row[0]: int(row[1]) for row in await asked.statements.run(_count(asked, edge), parents)}
    cuts = {parent: Cut.of(rows, place.window) for parent, rows in by_parent.items()}
    lists = await lists_of(asked, edge.node, [row for cut in cuts.values() for row in cut.rows])
    none = Cut(NONE, False)
    return lambda parent: connection(place, cuts.get(parent, none), counts.get(parent, 0), asked.parameters, lists)


def window_of(asked: Asked, edge: Edge) -> Window:
    """Which part of a connection the request asks for. Raises `PageSize`."""
    assert edge.paging is not None
    given = edge.paging.arguments(asked.values)
    return Window(**{name: given.get(name) for name in PAGE_ARGUMENTS}).checked(edge.relation.first or FIRST)


def place_of(asked: Asked, edge: Edge) -> Place:
    """The same with its order, whose columns the edge reads from now on."""
    assert edge.paging is not None
    window = window_of(asked, edge)
    return Place(edge.node, edge.paging, edge.order, window, asked.statements.dialect, asked.makers)


def _all(asked: Asked, edge: Edge) -> Statement:
    """The statement of a plain list."""
    return asked.statements.kept(edge, edge.scoped, lambda composer: composer.related(leaf_of(composer, edge)))


def _page(asked: Asked, edge: Edge, window: Window) -> Statement:
    """The statement of a page for each parent."""

    def made(composer: Composer) -> Statement:
        return composer.related(leaf_of(composer, edge, window))

    return asked.statements.kept((edge, window), edge.scoped, made)


def _count(asked: Asked, edge: Edge) -> Statement:
    """The statement of the numbers of all rows."""

    def made(composer: Composer) -> Statement:
        return composer.counts(edge, _related(composer, edge).filter(edge.order.listed()))

    return asked.statements.kept((edge, "count"), edge.scoped, made)


def leaf_of(composer: Composer, edge: Edge, window: Window | None = None) -> Leaf:
    """The rows of an edge: a page of them, or a plain list."""
    rows = _related(composer, edge)
    if window is None:
        return Leaf(edge, rows.order_by(*edge.order.columns), edge.relation.first)
    return Leaf(edge, edge.order.applied(rows, window), window.size + 1)


def _related(composer: Composer, edge: Edge) -> QuerySet[Any]:
    rows = edge.relation.target(edge.parent_model).filter(**edge.relation.where)
    return visible(rows, composer.viewer) if edge.relation.scoped else rows
