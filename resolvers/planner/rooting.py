"""Root fields of the three kinds of operations, from their declarations."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    OperationType,
    get_named_type,
    is_list_type,
    is_non_null_type,
)
from strawberry import Schema

from resolvers.planner.acting import Act
from resolvers.planner.arguments import arguments_of, converter
from resolvers.planner.building import Builder
from resolvers.planner.events import Event
from resolvers.planner.leaves import definition
from resolvers.planner.roots import Root
from resolvers.planner.selection import inner
from resolvers.planner.shapes import Computed, Unplannable
from resolvers.planner.tree import Node, Paging
from schema.binding import PAGE_ARGUMENTS, Read


@dataclass
class Acts:
    """Root fields of a mutation."""

    schema: Schema
    builder: Builder

    def __call__(self, root: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> Act:
        declared = root.fields[nodes[0].name.value]
        verb = definition(declared).metadata.get("verb")
        if verb is None:
            raise Computed(f"Mutation.{nodes[0].name.value} is no verb")
        return Act(
            key=key,
            verb=verb,
            arguments=arguments_of(declared, nodes[0]),
            converted=converter(self.schema, definition(declared).arguments),
            show=self.builder.shows.of(declared.type, inner(nodes)),
        )


@dataclass
class Reads:
    """Root fields of a query."""

    schema: Schema
    builder: Builder

    def __call__(self, root: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> Root | Event:
        name = nodes[0].name.value
        if name not in root.fields:
            raise Unplannable("introspection")
        declared = root.fields[name]
        read = definition(declared).metadata.get("read")
        if not isinstance(read, Read):  # its resolver gives values: they are shown like an event
            return Event(key, self.builder.shows.resolved(declared, nodes))
        of = get_named_type(declared.type)
        assert isinstance(of, GraphQLObjectType)
        node, paging = self._tree(of, nodes)
        pages_itself = paging is None or "first" in inspect.signature(read.resolver).parameters
        own = [a for a in definition(declared).arguments if pages_itself or a.python_name not in PAGE_ARGUMENTS]
        return Root(
            key=key,
            resolver=read.resolver,
            arguments=arguments_of(declared, nodes[0]),
            converted=converter(self.schema, own),
            pages_itself=pages_itself,
            many=is_list(declared.type),
            node=node,
            paging=paging,
            required=is_non_null_type(declared.type),
        )

    def _tree(self, of: GraphQLObjectType, nodes: Sequence[Any]) -> tuple[Node, Paging | None]:
        if is_connection(of):
            return self.builder.connection(of, inner(nodes))
        return self.builder.node(of, inner(nodes)), None


@dataclass
class Events:
    """The root field of a subscription."""

    schema: Schema
    builder: Builder

    def __call__(self, root: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> Event:
        declared = root.fields[nodes[0].name.value]
        return Event(key, self.builder.shows.of(declared.type, inner(nodes)))


FIELDS: dict[OperationType, Callable[[Schema, Builder], Any]] = {
    OperationType.QUERY: Reads,
    OperationType.MUTATION: Acts,
    OperationType.SUBSCRIPTION: Events,
}


def is_connection(of: GraphQLObjectType) -> bool:
    return {"edges", "pageInfo", "totalCount"} <= set(of.fields)


def is_list(of: GraphQLOutputType) -> bool:
    return is_list_type(of.of_type if is_non_null_type(of) else of)
