"""Values that Python has already (a payload, a problem, an event) by a selection; the rows among them are read.

All values of one place are shown together, so rows among them are read by one statement, however many. What a verb
answers is shown whoever may see it: they have just acted on it. What belongs to it is scoped as ever.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type
from graphql import is_list_type as is_list
from graphql import is_non_null_type as is_required
from strawberry import Schema

from resolvers.planner.leaves import definition, writer
from resolvers.planner.reading import Asked, shown
from resolvers.planner.selection import Selection, Sets, inner
from resolvers.planner.shapes import Computed, NotNow
from resolvers.planner.tree import Node
from schema.binding import BINDINGS

if TYPE_CHECKING:
    from resolvers.planner.building import Builder

Shower = Callable[[Asked, Sequence[Any]], Awaitable[Sequence[Any]]]
"""From values to what the answer shows of each."""


class Shows:
    """Builds the showers of one operation."""

    def __init__(self, schema: Schema, selection: Selection, builder: "Builder") -> None:
        self._schema, self._selection, self._builder = schema, selection, builder

    def of(self, declared: Any, sets: Sets) -> Shower:
        """The shower of a field's type: null, one or many."""
        required = is_required(declared)
        bare, named = declared.of_type if required else declared, get_named_type(declared)
        if is_list(bare):
            return _present(_each(self.of(bare.of_type, sets)), required)
        if is_leaf_type(named):
            return _leaves(writer(declared))
        return _present(self._one(named, sets), required)

    def _one(self, named: Any, sets: Sets) -> Shower:
        if is_abstract_type(named):
            types = self._schema._schema.get_possible_types(named)
            return _whichever({definition(one).origin: self._object(one, sets) for one in types})
        if definition(named).origin in BINDINGS:
            return _rows(self._builder.node(named, sets))
        return self._object(named, sets)

    def _object(self, of: GraphQLObjectType, sets: Sets) -> Shower:
        parts = [self._part(of, key, nodes) for key, nodes in self._selection.collect(sets, of).items()]
        keys = [key for key, _, _ in parts]

        async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
            columns = [await below(asked, [read(value) for value in values]) for _, read, below in parts]
            told = zip(*columns, strict=True) if columns else [() for _ in values]
            return [dict(zip(keys, row, strict=True)) for row in told]

        return show

    def _part(self, of: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> tuple[str, Callable[[Any], Any], Shower]:
        """(key, what it is read from, how that is shown)."""
        name = nodes[0].name.value
        if name == "__typename":
            return key, lambda value: of.name, _leaves(str)
        declared: GraphQLField = of.fields[name]
        field = definition(declared)
        if field.base_resolver is not None:
            raise Computed(f"{of.name}.{name} is computed")
        attribute = field.python_name
        return key, lambda value: getattr(value, attribute), self.of(declared.type, inner(nodes))


def _leaves(write: Callable[[Any], Any]) -> Shower:
    async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        return [write(value) for value in values]

    return show


def _present(show: Shower, required: bool) -> Shower:
    """Null is null, unless the schema says that there is something: that is plain execution's to tell."""

    async def some(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        there = [value for value in values if value is not None]
        if required and len(there) < len(values):
            raise NotNow("null where the schema says something")
        told = iter(await show(asked, there) if there else ())
        return [None if value is None else next(told) for value in values]

    return some


def _each(show: Shower) -> Shower:
    async def many(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        told = iter(await show(asked, [one for each in values for one in each]))
        return [[next(told) for _ in each] for each in values]

    return many


def _whichever(shows: dict[Any, Shower]) -> Shower:
    """By the class of the value, of which an abstract type has one each."""

    async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
        kinds = {type(value): None for value in values}
        if strange := [kind.__name__ for kind in kinds if kind not in shows]:
            raise NotNow(f"a {strange[0]} among others")
        told = {k: iter(await shows[k](asked, [value for value in values if type(value) is k])) for k in kinds}
        return [next(told[type(value)]) for value in values]

    return show


def _rows(node: Node) -> Shower:
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
