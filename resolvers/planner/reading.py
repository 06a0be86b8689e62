"""Running a tree: rows, then what belongs to them, for all parents at once; then the generated functions."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.queryset import QuerySet

from models.access import visible
from resolvers.planner.connections import Place, connection
from resolvers.planner.rows import list_maker
from resolvers.planner.statements import Statements
from resolvers.planner.tree import Edge, Node, Paging, Values
from schema.binding import PAGE_ARGUMENTS
from schema.context import Context
from schema.paging import FIRST, Cut, Page, Window

NONE: list[Any] = []


@dataclass
class Asked:
    """One request."""

    context: Context
    values: Values
    parameters: Sequence[Any]
    statements: Statements
    makers: dict[Hashable, Any]


async def shown(asked: Asked, node: Node, rows: Sequence[Any]) -> list[Any]:
    """A dictionary for each row."""
    if not rows:
        return []
    lists = await _lists(asked, node, rows)
    key = ("list", id(node), asked.statements.dialect)
    make = asked.makers.get(key)
    if make is None:
        make = asked.makers[key] = list_maker(node, asked.statements.dialect)
    made: list[Any] = make(rows, asked.parameters, *lists)
    return made


async def page(asked: Asked, found: Page[Any], node: Node, paging: Paging) -> dict[str, Any]:
    """What a connection at the root answers."""
    rows = found.queryset()  # an invalid cursor is refused even when only the count is asked for
    place = Place(node, paging, found.order, found.window, asked.statements.dialect, asked.makers)
    cut, total = Cut(NONE, False), 0
    if paging.reads:
        cut = Cut.of(await asked.statements.of(rows, node), found.window)
    if paging.counts:
        total = await asked.statements.count(found.rows.filter(found.order.listed()).order_by())
    lists = await _lists(asked, node, cut.rows)
    return connection(place, cut, total, asked.parameters, lists)


async def _lists(asked: Asked, node: Node, rows: Sequence[Any]) -> list[Callable[[Any], Any]]:
    """What each edge of these rows shows, as a function of the parent's id."""
    found = []
    for edge in node.edges:
        parents = list({row[edge.parent]: None for row in rows if row[edge.parent] is not None})
        read = _pages if edge.paging is not None else _items
        found.append(await read(asked, edge, parents))
    return found


async def _items(asked: Asked, edge: Edge, parents: Sequence[Any]) -> Callable[[Any], Any]:
    by_parent: dict[Any, list[Any]] = {}
    if parents:
        rows = await asked.statements.items(edge, parents, lambda: _related(asked, edge).order_by(*edge.order.columns))
        child = edge.child
        for row, one in zip(rows, await shown(asked, edge.node, rows), strict=True):
            parent = row[child]
            if parent in by_parent:
                by_parent[parent].append(one)
            else:
                by_parent[parent] = [one]
    return lambda parent: by_parent.get(parent, NONE)


async def _pages(asked: Asked, edge: Edge, parents: Sequence[Any]) -> Callable[[Any], Any]:
    paging, order = edge.paging, edge.order
    assert paging is not None
    given = paging.arguments(asked.values)
    window = Window(**{name: given.get(name) for name in PAGE_ARGUMENTS}).checked(edge.relation.first or FIRST)
    related = _related(asked, edge)
    wanted = order.applied(related, window)
    place = Place(edge.node, paging, order, window, asked.statements.dialect, asked.makers)
    by_parent: dict[Any, list[Any]] = {}
    counts: dict[Any, int] = {}
    if parents and paging.reads:
        for row in await asked.statements.related(edge, wanted, parents, window.size + 1):
            by_parent.setdefault(row[edge.child], []).append(row)
    if parents and paging.counts:
        counts = await asked.statements.counts(edge, related.filter(order.listed()), parents)
    cuts = {parent: Cut.of(rows, window) for parent, rows in by_parent.items()}
    lists = await _lists(asked, edge.node, [row for cut in cuts.values() for row in cut.rows])
    none = Cut(NONE, False)
    return lambda parent: connection(place, cuts.get(parent, none), counts.get(parent, 0), asked.parameters, lists)


def _related(asked: Asked, edge: Edge) -> QuerySet[Any]:
    rows = edge.relation.target(edge.parent_model).filter(**edge.relation.where)
    return visible(rows, asked.context.viewer) if edge.relation.scoped else rows
