"""DataLoaders made from the `relation()` declarations: one statement for all parents, whatever their number."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from pypika_tortoise.analytics import RowNumber
from pypika_tortoise.enums import Order as Direction
from pypika_tortoise.queries import QueryBuilder
from strawberry.dataloader import DataLoader
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models import sql
from models.access import Viewer, visible
from schema.binding import Relation
from schema.paging import Cut, Order, Window

Batch = Callable[[list[Any]], Awaitable[list[Any]]]

PLACE = "place__"
"""The column of a row's number among its siblings; no model has one of this name."""


class Shared(DataLoader[Any, Any]):
    """Many wait for one row. When one of them is given up, because its sibling failed, the others still get it."""

    def load(self, key: Any) -> Awaitable[Any]:
        return asyncio.shield(super().load(key))


class RelationLoaders:
    """The loaders of one request, made as they are asked for.

    `cache=False` for WebSockets: their context lives as long as the connection, and a cache would go stale.
    """

    def __init__(self, viewer: Callable[[], Viewer], *, cache: bool = True) -> None:
        self._viewer, self._cache = viewer, cache
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}

    def by(self, name: Hashable, batch: Batch) -> DataLoader[Any, Any]:
        if name not in self._made:
            self._made[name] = Shared(load_fn=batch, cache=self._cache)
        return self._made[name]

    def row(self, model: type[Model], scoped: bool = False) -> DataLoader[Any, Any]:
        async def batch(ids: list[Any]) -> list[Any]:
            rows = model.filter(pk__in=ids)
            found = {row.pk: row for row in await (visible(rows, self._viewer()) if scoped else rows)}
            return [found.get(one) for one in ids]

        return self.by(("row", model, scoped), batch)

    def many(self, relation: Relation, model: type[Model]) -> DataLoader[Any, Any]:
        async def batch(ids: list[Any]) -> list[Any]:
            rows = self._related(relation, model, ids)
            order = Order.of(rows.model, relation.order)
            key = relation.column(model)
            if relation.first is not None:
                found = await first_of_each(rows.order_by(*order.columns), key, order.columns, relation.first)
            else:
                found = list(await rows.order_by(*order.columns))
            by_parent = _grouped(found, key)
            return [by_parent[one] for one in ids]

        return self.by(("many", model, relation), batch)

    def slices(self, relation: Relation, model: type[Model], window: Window) -> DataLoader[Any, Any]:
        async def batch(ids: list[Any]) -> list[Any]:
            rows = self._related(relation, model, ids)
            order = Order.of(rows.model, relation.order)
            key = relation.column(model)
            wanted = order.reversed() if window.backwards else order.columns
            found = await first_of_each(order.applied(rows, window), key, wanted, window.size + 1)
            by_parent = _grouped(found, key)
            return [Cut.of(by_parent[one], window) for one in ids]

        return self.by(("slices", model, relation, window), batch)

    def counts(self, relation: Relation, model: type[Model]) -> DataLoader[Any, Any]:
        async def batch(ids: list[Any]) -> list[Any]:
            rows, key = self._related(relation, model, ids), relation.column(model)
            listed = rows.filter(Order.of(rows.model, relation.order).listed())
            counted = dict(await listed.annotate(items=Count("id")).group_by(key).values_list(key, "items"))
            return [counted.get(one, 0) for one in ids]

        return self.by(("counts", model, relation), batch)

    def _related(self, relation: Relation, model: type[Model], ids: list[Any]) -> QuerySet[Any]:
        rows = relation.target(model).filter(**{f"{relation.column(model)}__in": ids}, **relation.where)
        return visible(rows, self._viewer()) if relation.scoped else rows


def _grouped(rows: list[Any], key: str) -> defaultdict[Any, list[Any]]:
    by_parent: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        by_parent[getattr(row, key)].append(row)
    return by_parent


async def first_of_each(rows: QuerySet[Any], key: str, order: tuple[str, ...], most: int) -> list[Any]:
    """The first rows per parent, by a window over the queryset; both databases speak it."""
    query = rows._clone()
    query._choose_db_if_not_chosen()
    query._make_query()
    table, model = query.model._meta.basetable, query.model
    place = RowNumber().over(table[key])
    for column in order:
        name = column.lstrip("-")
        place = place.orderby(table[name], order=Direction.desc if column.startswith("-") else Direction.asc)
    inner = query.query.select(place.as_(PLACE)).as_("ranked")
    outer = type(query.query)().from_(inner).select("*").where(inner[PLACE] <= most).orderby(inner[PLACE])
    statement, values = _parametrised(outer)
    _, found = await sql.connection().execute_query(statement, values)
    return [model._init_from_db(**_columns(row)) for row in found]


def _parametrised(query: QueryBuilder) -> tuple[str, list[Any]]:
    statement, values = query.get_parameterized_sql()
    return statement, list(values)


def _columns(row: Any) -> dict[str, Any]:
    found = dict(row)
    del found[PLACE]
    return found
