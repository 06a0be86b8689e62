"""Values that Python has already (a payload, a problem, an event) by a selection; the rows among them are read.

All values of one place are shown together, so rows among them are read by one statement, however many. What a verb
answers is shown whoever may see it: they have just acted on it. What belongs to it is scoped as ever.
"""

import asyncio
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type
from graphql import is_list_type as is_list
from graphql import is_non_null_type as is_required
from strawberry import Schema

from resolvers.planner.arguments import arguments_of, converter
from resolvers.planner.leaves import definition, writer
from resolvers.planner.reading import Asked, Looker
from resolvers.planner.selection import Selection, Sets, inner
from resolvers.planner.showers import Shower, each, leaves, present, rows, whichever
from schema.binding import BINDINGS

if TYPE_CHECKING:
    from resolvers.planner.building import Builder

Read = Callable[[Any], Any]


class Shows:
    """Builds the showers of one operation."""

    def __init__(self, schema: Schema, selection: Selection, builder: "Builder") -> None:
        self._schema, self._selection, self._builder = schema, selection, builder

    def of(self, declared: Any, sets: Sets) -> Shower:
        """The shower of a field's type: null, one or many."""
        required = is_required(declared)
        bare, named = declared.of_type if required else declared, get_named_type(declared)
        if is_list(bare):
            return present(each(self.of(bare.of_type, sets)), required)
        if is_leaf_type(named):
            return leaves(writer(declared))
        return present(self._one(named, sets), required)

    def _one(self, named: Any, sets: Sets) -> Shower:
        if is_abstract_type(named):
            types = self._schema._schema.get_possible_types(named)
            return whichever({_class_of(one): self._one(one, sets) for one in types})
        if definition(named).origin in BINDINGS:
            return rows(self._builder.node(named, sets))
        return self._object(named, sets)

    def _object(self, of: GraphQLObjectType, sets: Sets) -> Shower:
        parts = [self._part(of, key, nodes) for key, nodes in self._selection.collect(sets, of).items()]
        keys = [key for key, _, _ in parts]

        async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
            columns = [await below(asked, [read(value) for value in values]) for _, read, below in parts]
            told = zip(*columns, strict=True) if columns else [() for _ in values]
            return [dict(zip(keys, row, strict=True)) for row in told]

        return show

    def _part(self, of: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> tuple[str, Read, Shower]:
        """(key, what it is read from, how that is shown)."""
        name = nodes[0].name.value
        if name == "__typename":
            return key, lambda value: of.name, leaves(str)
        declared: GraphQLField = of.fields[name]
        field = definition(declared)
        if field.base_resolver is not None:
            return key, lambda value: value, self.resolved(declared, nodes)
        attribute = field.python_name
        return key, lambda value: getattr(value, attribute), self.of(declared.type, inner(nodes))

    def resolved(self, declared: GraphQLField, nodes: Sequence[Any]) -> Shower:
        """A field of a plain object with Python of its own: asked for all objects at once, so that loaders batch."""
        field, own = definition(declared), arguments_of(declared, nodes[0])
        resolver, converted = field.base_resolver.wrapped_func, converter(self._schema, field.arguments)
        looks, below = "info" in inspect.signature(resolver).parameters, self.of(declared.type, inner(nodes))

        async def show(asked: Asked, values: Sequence[Any]) -> Sequence[Any]:
            await asked.statements.aside()
            given = converted(own(asked.values)) | ({"info": Looker(asked.context)} if looks else {})
            found = [resolver(value, **given) for value in values]
            waiting = await asyncio.gather(*[one for one in found if inspect.isawaitable(one)])
            told = iter(waiting)
            return await below(asked, [next(told) if inspect.isawaitable(one) else one for one in found])

        return show


def _class_of(of: GraphQLObjectType) -> Any:
    """Of what class values of a type are: its rows', or its own."""
    origin = definition(of).origin
    return BINDINGS[origin].model if origin in BINDINGS else origin
