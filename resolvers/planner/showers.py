"""The parts that showers are made of: leaves, nulls, lists, one of several classes, rows."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from resolvers.planner.reading import Asked, shown
from resolvers.planner.shapes import NotNow
from resolvers.planner.tree import Node

Shower = Callable[[Asked, Sequence[Any]], Awaitable[Sequence[Any]]]
"""From values to what the answer shows of each."""


def leaves(write: Callable[[Any], Any]) -> Shower:
    async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        return [write(value) for value in values]

    return show


def present(show: Shower, required: bool) -> Shower:
    """Null is null, unless the schema says that there is something: that is plain execution's to tell."""

    async def some(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        there = [value for value in values if value is not None]
        if required and len(there) < len(values):
            raise NotNow("null where the schema says something")
        told = iter(await show(asked, there) if there else ())
        return [None if value is None else next(told) for value in values]

    return some


def each(show: Shower) -> Shower:
    async def many(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        told = iter(await show(asked, [one for each in values for one in each]))
        return [[next(told) for _ in each] for each in values]

    return many


def whichever(shows: dict[Any, Shower]) -> Shower:
    """By the class of the value, of which an abstract type has one each."""

    async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        kinds = {type(value): None for value in values}
        if strange := [kind.__name__ for kind in kinds if kind not in shows]:
            raise NotNow(f"a {strange[0]} among others")
        told = {k: iter(await shows[k](asked, [value for value in values if type(value) is k])) for k in kinds}
        return [next(told[type(value)]) for value in values]

    return show


def rows(node: Node) -> Shower:
    """Rows by their ids, however many, by one statement."""
    key = node.column("r", node.model._meta.db_pk_column)

    async def show(asked: Asked, given: Sequence[Any]) -> Sequence[Any]:
        if any(not isinstance(row, node.model) for row in given):
            raise NotNow("something else than a row")
        ids = list({row.pk: None for row in given})
        statement = asked.statements.kept((node, "these"), node.scoped, lambda composer: composer.these(node))
        found = await asked.statements.run(statement, ids)
        told = {str(row[key]): one for row, one in zip(found, await shown(asked, node, found), strict=True)}
        if any(str(one) not in told for one in ids):
            raise NotNow("a row that is gone")
        return [told[str(row.pk)] for row in given]

    return show
