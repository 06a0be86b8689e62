"""From a document to a plan. Compiled once; whatever plain execution has to refuse is declined."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)
from strawberry import Schema

from resolvers.budget import refusal
from resolvers.limits import TOKENS, limits_of
from resolvers.planner.acting import Act
from resolvers.planner.arguments import Variables, arguments_of, converter
from resolvers.planner.building import Builder
from resolvers.planner.fields import Constant
from resolvers.planner.leaves import definition
from resolvers.planner.plan import Plan
from resolvers.planner.roots import Root
from resolvers.planner.selection import Selection, inner
from resolvers.planner.shapes import Computed, Unplannable
from resolvers.planner.tree import Node, Paging
from schema.binding import PAGE_ARGUMENTS, Read


def compiled(schema: Schema, query: str, name: str | None, given: Mapping[str, Any]) -> Plan:
    """Compile an operation. Raises `Declined` with the reason."""
    document = _parsed(schema, query)
    operation = _operation(document, name)
    variables = Variables(schema, operation)
    selection = Selection(schema._schema, document, variables.switches(given))
    builder = Builder(schema, selection)
    acts = operation.operation is OperationType.MUTATION
    root = schema._schema.mutation_type if acts else schema._schema.query_type
    assert root is not None
    compile_field = _Acts(schema, builder) if acts else _Reads(schema, builder)
    fields = [
        Constant(key, root.name) if nodes[0].name.value == "__typename" else compile_field(root, key, nodes)
        for key, nodes in selection.collect([operation.selection_set], root).items()
    ]
    return Plan(schema, document, variables, fields, builder.leaves.parameters, acts)


def _parsed(schema: Schema, query: str) -> DocumentNode:
    try:
        document = parse(query, max_tokens=TOKENS)
        fine = not refusal(schema._schema, document, {}, limits_of(schema)) and not validate(schema._schema, document)
    except (GraphQLError, RecursionError) as problem:
        raise Unplannable("a document that is refused") from problem
    if not fine:
        raise Unplannable("a document that is refused")
    return document


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    wanted = [o for o in operations if name is None or (o.name and o.name.value == name)]
    if len(wanted) != 1 or wanted[0].operation is OperationType.SUBSCRIPTION:
        raise Unplannable("no single query or mutation")
    if wanted[0].directives:
        raise Unplannable("a directive on the operation")
    return wanted[0]


@dataclass
class _Acts:
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
class _Reads:
    """Root fields of a query."""

    schema: Schema
    builder: Builder

    def __call__(self, root: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> Root:
        name = nodes[0].name.value
        if name not in root.fields:
            raise Unplannable("introspection")
        declared = root.fields[name]
        read = definition(declared).metadata.get("read")
        if not isinstance(read, Read):
            raise Computed(f"Query.{name} is no read")
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


def is_connection(of: GraphQLObjectType) -> bool:
    return {"edges", "pageInfo", "totalCount"} <= set(of.fields)


def is_list(of: GraphQLOutputType) -> bool:
    return is_list_type(of.of_type if is_non_null_type(of) else of)
