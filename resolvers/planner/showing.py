"""Values that Python has already (a payload, a problem, an event) by a selection; the rows among them are read.

What a verb answers is shown whoever may see it: they have just acted on it. What belongs to it is scoped as ever.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type
from graphql import is_list_type as is_list
from graphql import is_non_null_type as is_required
from strawberry import Schema

from resolvers.planner.building import Builder
from resolvers.planner.leaves import definition, writer
from resolvers.planner.reading import Asked, shown
from resolvers.planner.selection import Selection, Sets, inner
from resolvers.planner.shapes import Computed, NotNow
from resolvers.planner.tree import Node
from schema.binding import BINDINGS

Shower = Callable[[Asked, Any], Awaitable[Any]]
"""From a value to what the answer shows of it."""


class Shows:
    """Builds the showers of one operation."""

    def __init__(self, schema: Schema, selection: Selection, builder: Builder) -> None:
        self._schema, self._selection, self._builder = schema, selection, builder

    def of(self, declared: Any, sets: Sets) -> Shower:
        """The shower of a field's type: null, one or many."""
        bare = declared.of_type if is_required(declared) else declared
        many, named = is_list(bare), get_named_type(declared)
        if getattr(definition(named), "origin", None) in BINDINGS:
            return _of_rows(self._builder.node(named, sets), many, is_required(declared))
        return _present(_each(self.of(bare.of_type, sets)) if many else self._one(named, sets), is_required(declared))

    def _one(self, named: Any, sets: Sets) -> Shower:
        if is_abstract_type(named):
            types = self._schema._schema.get_possible_types(named)
            return _whichever({definition(one).origin: self._object(one, sets) for one in types})
        return self._object(named, sets)

    def _object(self, of: GraphQLObjectType, sets: Sets) -> Shower:
        parts = [self._part(of, key, nodes) for key, nodes in self._selection.collect(sets, of).items()]

        async def show(asked: Asked, value: Any) -> dict[str, Any]:
            return {
                key: read(value) if read is not None else await below(asked, getattr(value, name))
                for key, name, read, below in parts
            }

        return show

    def _part(self, of: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> tuple[str, str, Any, Any]:
        """(key, attribute, how a leaf is read from the value, or else the shower of what the attribute holds)."""
        name = nodes[0].name.value
        if name == "__typename":
            return key, name, lambda value: of.name, None
        declared: GraphQLField = of.fields[name]
        field = definition(declared)
        if field.base_resolver is not None:
            raise Computed(f"{of.name}.{name} is computed")
        if is_leaf_type(get_named_type(declared.type)):
            return key, field.python_name, _leaf(field.python_name, writer(declared.type)), None
        return key, field.python_name, None, self.of(declared.type, inner(nodes))


def _leaf(name: str, write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: write(getattr(value, name))


def _present(show: Shower, required: bool) -> Shower:
    """Null is null, unless the schema says that there is something: that is plain execution's to tell."""

    async def one(asked: Asked, value: Any) -> Any:
        if value is None and required:
            raise NotNow("null where the schema says something")
        return None if value is None else await show(asked, value)

    return one


def _each(show: Shower) -> Shower:
    async def many(asked: Asked, values: Any) -> list[Any]:
        return [await show(asked, value) for value in values]

    return many


def _whichever(shows: dict[Any, Shower]) -> Shower:
    """By the class of the value, of which an abstract type has one each."""

    async def show(asked: Asked, value: Any) -> Any:
        known = shows.get(type(value))
        if known is None:
            raise NotNow(f"a {type(value).__name__} among others")
        return await known(asked, value)

    return show


def _of_rows(node: Node, many: bool, required: bool) -> Shower:
    """Rows by their ids, however many, by one statement."""
    key = node.column("r", node.model._meta.db_pk_column)

    async def show(asked: Asked, given: Sequence[Any]) -> list[Any]:
        if not given:
            return []
        if any(not isinstance(row, node.model) for row in given):
            raise NotNow("something else than a row")
        found = {str(row[key]): row for row in await _read(asked, node, given)}
        if any(str(row.pk) not in found for row in given):
            raise NotNow("a row that is gone")
        return await shown(asked, node, [found[str(row.pk)] for row in given])

    async def one(asked: Asked, row: Any) -> Any:
        return (await show(asked, [row]))[0]

    return _present(show if many else one, required)


async def _read(asked: Asked, node: Node, rows: Sequence[Any]) -> Sequence[Any]:
    statement = asked.statements.kept((node, "these"), node.scoped, lambda composer: composer.these(node))
    return await asked.statements.run(statement, [row.pk for row in rows])
