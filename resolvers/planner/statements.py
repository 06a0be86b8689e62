"""SQL for a tree: one statement for the rows of a queryset, one more for each edge of all parents at once.

Two dialects: PostgreSQL takes the parents' ids as an array and a `LATERAL` page of each, SQLite as JSON and a window.
Statements are composed once per shape; parameters follow in the order of their slots.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from tortoise.queryset import QuerySet

from models import sql
from models.access import Viewer, visible
from resolvers.planner.rendering import SLOT, placed, rendered
from resolvers.planner.tree import Edge, Node
from schema.context import Context

KEPT = 2_000
PARENTS = object()
"""Stands for the parents' ids in a statement that was composed for all requests."""


class Statements:
    """The statements of one request: who asks, which dialect, how many were run."""

    _composed: OrderedDict[Hashable, str] = OrderedDict()

    def __init__(self, context: Context) -> None:
        self._context, self._connection = context, sql.connection()
        self.dialect = self._connection.capabilities.dialect
        self.ran = 0
        self.rows = 0

    @property
    def viewer(self) -> Viewer:
        """Who asks now: a mutation may have signed them in."""
        return self._context.viewer

    async def these(self, node: Node, ids: Sequence[Any]) -> list[Any]:
        """The rows with these ids, in any order, whoever may see them."""
        joins, values = self._joins(node)
        meta = node.model._meta
        among = self._among(f'r."{meta.db_pk_column}"')
        text = f'SELECT {", ".join(node.columns)} FROM "{meta.db_table}" r{joins} WHERE {among}'
        return await self._run(text, [*values, self._ids(ids)])

    async def of(self, rows: QuerySet[Any], node: Node) -> list[Any]:
        """The rows of a queryset with the columns and joins of the tree."""
        base, values = rendered(rows, self.dialect)
        joins, joined = self._joins(node)
        order = _order(rows._orderings)
        text = f"SELECT {', '.join(node.columns)} FROM ({base}) r{joins}{order}"
        return await self._run(text, [*values, *joined])

    async def count(self, rows: QuerySet[Any]) -> int:
        base, values = rendered(rows, self.dialect)
        found = await self._run(f"SELECT COUNT(*) FROM ({base}) r", values)
        return int(found[0][0])

    async def items(self, edge: Edge, parents: Sequence[Any], rows: Callable[[], QuerySet[Any]]) -> list[Any]:
        """The rows of a plain list. What no viewer and no value changes is composed once per plan."""
        if edge.relation.scoped or any(join.scoped for join in edge.node.joins):
            return await self.related(edge, rows(), parents, edge.relation.first)
        made = edge.composed.get(self.dialect)
        if made is None:
            made = edge.composed[self.dialect] = self._related(edge, rows(), PARENTS, edge.relation.first)
        text, values = made
        return await self._run(text, [self._ids(parents) if value is PARENTS else value for value in values])

    async def related(self, edge: Edge, rows: QuerySet[Any], parents: Sequence[Any], most: int | None) -> list[Any]:
        """The rows of an edge for all parents, at most so many of each."""
        return await self._run(*self._related(edge, rows, self._ids(parents), most))

    def _related(self, edge: Edge, rows: QuerySet[Any], parents: Any, most: int | None) -> tuple[str, list[Any]]:
        key = edge.key
        base, values = rendered(rows, self.dialect)
        joins, joined = self._joins(edge.node)
        order = _order(rows._orderings)
        if most is None:
            inner = f"({base}) r"
            where = f" WHERE {self._among(f'r.{key}')}"
            text = f"SELECT {', '.join(edge.node.columns)} FROM {inner}{joins}{where}{order}"
            return text, [*values, *joined, parents]
        pages, given = self._pages(edge, base, values, key, rows._orderings, parents, most)
        text = f"SELECT {', '.join(edge.node.columns)} FROM {pages} r{joins}{order}"
        return text, [*given, *joined]

    async def counts(self, edge: Edge, rows: QuerySet[Any], parents: Sequence[Any]) -> dict[Any, int]:
        key = edge.key
        base, values = rendered(rows, self.dialect)
        text = f"SELECT r.{key}, COUNT(*) FROM ({base}) r WHERE {self._among(f'r.{key}')} GROUP BY r.{key}"
        return {row[0]: int(row[1]) for row in await self._run(text, [*values, self._ids(parents)])}

    def _pages(
        self,
        edge: Edge,
        base: str,
        values: Sequence[Any],
        key: str,
        orderings: Any,
        parents: Any,
        most: int,
    ) -> tuple[str, list[Any]]:
        order = _order(orderings, "b")
        if self.dialect == "sqlite":
            ranked = (
                f"(SELECT * FROM (SELECT b.*, ROW_NUMBER() OVER (PARTITION BY b.{key}{order}) AS place__"
                f" FROM ({base}) b WHERE {self._among(f'b.{key}')}) WHERE place__ <= {SLOT})"
            )
            return ranked, [*values, parents, most]
        lateral = (
            f"(SELECT page.* FROM unnest({SLOT}::uuid[]) parent(id) CROSS JOIN LATERAL"
            f" (SELECT b.* FROM ({base}) b WHERE b.{key} = parent.id{order} LIMIT {SLOT}) page)"
        )
        return lateral, [parents, *values, most]

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

    def _ids(self, parents: Sequence[Any]) -> Any:
        return json.dumps([str(one) for one in parents]) if self.dialect == "sqlite" else list(parents)

    async def _run(self, text: str, values: Sequence[Any]) -> list[Any]:
        composed = self._composed.get((self.dialect, text))
        if composed is None:
            composed = self._composed[self.dialect, text] = placed(text, self.dialect)
            if len(self._composed) > KEPT:
                self._composed.popitem(last=False)
        self.ran += 1
        _, found = await self._connection.execute_query(composed, list(values))
        self.rows += len(found)
        return list(found)


def _order(orderings: Any, alias: str = "r") -> str:
    terms = [f'{alias}."{name}" {getattr(way, "value", way)}' for name, way in orderings]
    return f" ORDER BY {', '.join(terms)}" if terms else ""
