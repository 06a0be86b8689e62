"""What a connection answers: edges, pageInfo and totalCount, as far as they were asked for."""

from collections.abc import Hashable, Sequence
from typing import Any

from resolvers.planner.cursors import cursor_maker, edge_maker
from resolvers.planner.rows import Maker
from resolvers.planner.tree import Node, Paging
from schema.paging import Cut, Order, Window


class Place:
    """A connection of the operation with its order: the columns of the order are read along, for cursors."""

    def __init__(
        self, node: Node, paging: Paging, order: Order, window: Window, dialect: str, makers: dict[Hashable, Any]
    ) -> None:
        self.paging, self.window = paging, window
        key = ("cursors", id(node), order.columns, dialect)
        made = makers.get(key)
        if made is None or made[0] != len(node.columns):
            made = makers[key] = _made(node, paging, order, dialect)
        self.cursors: Maker = made[1]
        self.edges: dict[str, Maker] = made[2]


def _made(node: Node, paging: Paging, order: Order, dialect: str) -> tuple[int, Maker, dict[str, Maker]]:
    """The generated functions, for so many columns as the rows have now."""
    for name in order.names:
        node.column("r", node.model._meta.fields_db_projection[name])
    edges = {key: edge_maker(node, what, order, dialect) for key, kind, what in paging.fields if kind == "edges"}
    return len(node.columns), cursor_maker(node, order, dialect), edges


def connection(place: Place, cut: Cut, total: int, parameters: Sequence[Any], lists: Sequence[Any]) -> dict[str, Any]:
    """The answer for one list."""
    answer: dict[str, Any] = {}
    for key, kind, what in place.paging.fields:
        if kind == "__typename":
            answer[key] = what
        elif kind == "totalCount":
            answer[key] = total
        elif kind == "pageInfo":
            answer[key] = _info(place, cut, what, parameters, lists)
        else:
            answer[key] = place.edges[key](cut.rows, parameters, *lists) if cut.rows else []
    return answer


def _info(
    place: Place, cut: Cut, what: Sequence[tuple[str, str]], parameters: Sequence[Any], lists: Sequence[Any]
) -> dict[str, Any]:
    window = place.window
    ends = [cut.rows[0], cut.rows[-1]] if cut.rows else []
    cursors = place.cursors(ends, parameters, *lists) if ends else (None, None)
    told = {
        "__typename": "PageInfo",
        "hasNextPage": window.before is not None if window.backwards else cut.more,
        "hasPreviousPage": cut.more if window.backwards else window.after is not None,
        "startCursor": cursors[0],
        "endCursor": cursors[1],
    }
    return {key: told[name] for key, name in what}
