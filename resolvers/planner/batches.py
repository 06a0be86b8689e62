"""Fields whose values are asked for when the rows are there, for all rows at once: objects, decisions, counts.

`@batched` asks as it likes; so does `viewerCan`. `@derived` that answers objects has all it needs in the row.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField
from strawberry import Schema
from tortoise.models import Model

from resolvers.planner.arguments import arguments_of, converter
from resolvers.planner.fields import Later
from resolvers.planner.leaves import definition
from resolvers.planner.reading import Asked
from resolvers.planner.selection import inner
from resolvers.planner.showers import Shower
from resolvers.planner.tree import Node
from resolvers.planner.values import loader
from schema.batched import Batched
from schema.derived import Derived

if TYPE_CHECKING:
    from resolvers.planner.showing import Shows

Ask = Callable[[Asked, Sequence[Any], dict[str, Any]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True)
class Batch:
    """What is asked for about the rows of a node. `on` is the column of the id of the row that it is about."""

    on: int
    arguments: Callable[[Any], dict[str, Any]]
    ask: Ask
    show: Shower

    async def read(self, asked: Asked, rows: Sequence[Any]) -> Callable[[Any], Any]:
        """What is shown, as a function of the id."""
        each = {row[self.on]: row for row in rows if row[self.on] is not None}
        if not each:
            return {}.get
        found = await self.ask(asked, list(each.values()), self.arguments(asked.values))
        return dict(zip(each, await self.show(asked, found), strict=True)).__getitem__


@dataclass(frozen=True)
class Batches:
    """Builds the batches of one operation."""

    schema: Schema
    shows: "Shows"

    def later(
        self,
        node: Node,
        model: type[Model],
        what: Derived | Batched,
        declared: GraphQLField,
        nodes: list[FieldNode],
        alias: str,
    ) -> Later:
        """The field in the answer; adds its batch to the node."""
        own, converted = arguments_of(declared, nodes[0]), converter(self.schema, definition(declared).arguments)
        on = node.column(alias, model._meta.db_pk_column)
        ask = _derived(node, model, what, alias) if isinstance(what, Derived) else _batched(node, model, what, alias)
        show = self.shows.of(declared.type, inner(nodes))
        node.batches.append(Batch(on, lambda values: converted(own(values)), ask, show))
        return Later((nodes[0].alias or nodes[0].name).value, len(node.batches) - 1, on)


def _columns(node: Node, model: type[Model], names: Sequence[str], alias: str) -> Callable[[Any], list[Any]]:
    """The values of columns, as Python has them, from a raw row."""
    meta = model._meta
    places = [node.column(alias, meta.fields_db_projection[name]) for name in names]
    loads = [loader(meta.fields_map[name]) for name in names]
    both = list(zip(places, loads, strict=True))
    return lambda row: [row[i] if load is None or row[i] is None else load(row[i]) for i, load in both]


def _derived(node: Node, model: type[Model], derived: Derived, alias: str) -> Ask:
    values = _columns(node, model, derived.columns, alias)

    async def ask(asked: Asked, rows: Sequence[Any], arguments: dict[str, Any]) -> Sequence[Any]:
        given = {**arguments, **derived.given(asked.context.services.site, asked.context.viewer)}
        return [derived.function(*values(row), **given) for row in rows]

    return ask


def _batched(node: Node, model: type[Model], batched: Batched, alias: str) -> Ask:
    key = _key(node, model, batched, alias)

    async def ask(asked: Asked, rows: Sequence[Any], arguments: dict[str, Any]) -> Sequence[Any]:
        await asked.statements.aside()  # it asks the database by connections of its own
        return await batched.function([key(row) for row in rows], asked.context, **arguments)

    return ask


def _key(node: Node, model: type[Model], batched: Batched, alias: str) -> Callable[[Any], Any]:
    if batched.columns:
        values = _columns(node, model, batched.columns, alias)
        return (lambda row: values(row)[0]) if len(batched.columns) == 1 else lambda row: tuple(values(row))
    places = {name: node.column(alias, name) for name in model._meta.fields_db_projection.values()}
    return lambda row: model._init_from_db(**{name: row[place] for name, place in places.items()})
