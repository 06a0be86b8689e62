"""SQL for a tree: one statement for the rows of a queryset, one more for each edge of all parents at once.

What belongs to a single object may come with it (`weaving.py`).

Two dialects: PostgreSQL takes the parents' ids as an array and a `LATERAL` page of each, SQLite as JSON and a window.
Parameters follow in the order of their slots; `PARENTS` stands for the ids, which each request has its own of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.queryset import QuerySet

from models.access import Viewer, visible
from resolvers.planner.rendering import SLOT, placed, rendered
from resolvers.planner.tree import Edge, Node

PARENTS = object()
"""Stands for the parents' ids among the values of a statement."""


@dataclass(frozen=True)
class Statement:
    """Finished SQL with the values of its parameters."""

    text: str
    values: Sequence[Any]
    woven: Mapping[Edge, int] = field(default_factory=dict)
    """Edges whose rows stand in a column of the rows, and which one that is."""


@dataclass(frozen=True)
class Leaf:
    """What an edge brings: its rows in their order, and how many of each parent at most."""

    edge: Edge
    rows: QuerySet[Any]
    most: int | None


@dataclass(frozen=True)
class Composer:
    """Composes for one dialect, with the scopes of one viewer."""

    dialect: str
    viewer: Viewer

    def of(
        self,
        rows: QuerySet[Any],
        node: Node,
        most: int | None = None,
        *,
        weave: Sequence[Leaf] = (),
        count: QuerySet[Any] | None = None,
    ) -> Statement:
        """The rows of a queryset with the columns and joins of the tree; `most` where it has no limit of its own.

        Behind the columns come the rows of the edges to `weave`, as arrays, then how many rows `count` has.
        """
        base, values = rendered(rows, self.dialect)
        joins, joined = self._joins(node)
        behind = [self._woven(node, leaf) for leaf in weave]
        if count is not None:
            counted, given = rendered(count, self.dialect)
            behind.append((f"(SELECT COUNT(*) FROM ({counted}) n)", given))
        columns = ", ".join([*node.columns, *(text for text, _ in behind)])
        limit = "" if most is None else f" LIMIT {most}"
        text = f"SELECT {columns} FROM ({base}) r{joins}{_order(rows._orderings)}{limit}"
        places = {leaf.edge: len(node.columns) + i for i, leaf in enumerate(weave)}
        return self._finished(text, [*(one for _, given in behind for one in given), *values, *joined], places)

    def _woven(self, node: Node, leaf: Leaf) -> tuple[str, list[Any]]:
        """An expression that gives the rows of an edge of one parent: on PostgreSQL, an array of records."""
        base, values = rendered(leaf.rows, self.dialect)
        joins, joined = self._joins(leaf.edge.node)
        orderings, parent = leaf.rows._orderings, node.columns[leaf.edge.parent]
        limit, most = ("", []) if leaf.most is None else (f" LIMIT {SLOT}", [leaf.most])
        # `r` means the parents' row until the alias of these rows has been given.
        mine = f"(SELECT b.* FROM ({base}) b WHERE b.{leaf.edge.key} = {parent}{_order(orderings, 'b')}{limit}) r"
        text = f"ARRAY(SELECT ROW({', '.join(leaf.edge.node.columns)}) FROM {mine}{joins}{_order(orderings)})"
        return text, [*values, *most, *joined]

    def these(self, node: Node) -> Statement:
        """The rows with the ids in `PARENTS`, in any order, whoever may see them."""
        joins, values = self._joins(node)
        meta = node.model._meta
        among = self._among(f'r."{meta.db_pk_column}"')
        text = f'SELECT {", ".join(node.columns)} FROM "{meta.db_table}" r{joins} WHERE {among}'
        return self._finished(text, [*values, PARENTS])

    def count(self, rows: QuerySet[Any]) -> Statement:
        base, values = rendered(rows, self.dialect)
        return self._finished(f"SELECT COUNT(*) FROM ({base}) r", values)

    def related(self, leaf: Leaf) -> Statement:
        """The rows of an edge for all parents."""
        edge, orderings, most = leaf.edge, leaf.rows._orderings, leaf.most
        base, values = rendered(leaf.rows, self.dialect)
        joins, joined = self._joins(edge.node)
        order, columns = _order(orderings), ", ".join(edge.node.columns)
        if most is None:
            where = f" WHERE {self._among(f'r.{edge.key}')}"
            return self._finished(f"SELECT {columns} FROM ({base}) r{joins}{where}{order}", [*values, *joined, PARENTS])
        pages, given = self._pages(edge.key, base, values, _order(orderings, "b"), most)
        return self._finished(f"SELECT {columns} FROM {pages} r{joins}{order}", [*given, *joined])

    def counts(self, edge: Edge, rows: QuerySet[Any]) -> Statement:
        """How many rows an edge has, by the parent."""
        base, values = rendered(rows, self.dialect)
        key = edge.key
        text = f"SELECT r.{key}, COUNT(*) FROM ({base}) r WHERE {self._among(f'r.{key}')} GROUP BY r.{key}"
        return self._finished(text, [*values, PARENTS])

    def _pages(self, key: str, base: str, values: Sequence[Any], order: str, most: int) -> tuple[str, list[Any]]:
        if self.dialect == "sqlite":
            ranked = (
                f"(SELECT * FROM (SELECT b.*, ROW_NUMBER() OVER (PARTITION BY b.{key}{order}) AS place__"
                f" FROM ({base}) b WHERE {self._among(f'b.{key}')}) WHERE place__ <= {SLOT})"
            )
            return ranked, [*values, PARENTS, most]
        lateral = (
            f"(SELECT page.* FROM unnest({SLOT}::uuid[]) parent(id) CROSS JOIN LATERAL"
            f" (SELECT b.* FROM ({base}) b WHERE b.{key} = parent.id{order} LIMIT {SLOT}) page)"
        )
        return lateral, [PARENTS, *values, most]

    def _joins(self, node: Node) -> tuple[str, list[Any]]:
        text, values = "", []
        for join in node.joins:
            table = f'"{join.model._meta.db_table}"'
            if join.scoped:
                base, given = rendered(visible(join.model.all(), self.viewer), self.dialect)
                table = f"({base})"
                values += given
            text += f" LEFT JOIN {table} {join.alias} ON {join.on}"
        return text, values

    def _among(self, column: str) -> str:
        return (
            f"{column} IN (SELECT value FROM json_each({SLOT}))"
            if self.dialect == "sqlite"
            else f"{column} = ANY({SLOT}::uuid[])"
        )

    def _finished(self, text: str, values: Sequence[Any], woven: Mapping[Edge, int] | None = None) -> Statement:
        return Statement(placed(text, self.dialect), values, woven or {})


def _order(orderings: Any, alias: str = "r") -> str:
    terms = [f'{alias}."{name}" {getattr(way, "value", way)}' for name, way in orderings]
    return f" ORDER BY {', '.join(terms)}" if terms else ""
