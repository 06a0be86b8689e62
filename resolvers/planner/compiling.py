"""From a document to a plan. Compiled once; whatever plain execution has to refuse is declined."""

import inspect
from collections.abc import Mapping, Sequence
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
from resolvers.planner.arguments import Variables, arguments_of, converter
from resolvers.planner.building import Builder
from resolvers.planner.fields import Constant
from resolvers.planner.leaves import definition
from resolvers.planner.plan import Plan, Root
from resolvers.planner.selection import Selection, inner
from resolvers.planner.shapes import Computed, Unplannable
from schema.binding import PAGE_ARGUMENTS, Read


def compiled(schema: Schema, query: str, name: str | None, given: Mapping[str, Any]) -> Plan:
    """Compile an operation. Raises `Declined` with the reason."""
    document = _parsed(schema, query)
    operation = _operation(document, name)
    variables = Variables(schema, operation)
    selection = Selection(document, variables.of(given))
    builder = Builder(schema, selection)
    root = schema._schema.query_type
    assert root is not None
    fields = [
        _root(schema, selection, builder, root, key, nodes)
        for key, nodes in selection.collect([operation.selection_set], root).items()
    ]
    return Plan(schema, document, variables, fields, builder.leaves.parameters)


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
    if len(wanted) != 1 or wanted[0].operation is not OperationType.QUERY:
        raise Unplannable("no single query")
    if wanted[0].directives:
        raise Unplannable("a directive on the operation")
    return wanted[0]


def _root(
    schema: Schema, selection: Selection, builder: Builder, root: GraphQLObjectType, key: str, nodes: Sequence[Any]
) -> Any:
    name = nodes[0].name.value
    if name == "__typename":
        return Constant(key, root.name)
    if name not in root.fields:
        raise Unplannable("introspection")
    declared = root.fields[name]
    read = definition(declared).metadata.get("read")
    if not isinstance(read, Read):
        raise Computed(f"Query.{name} is no read")
    of = get_named_type(declared.type)
    assert isinstance(of, GraphQLObjectType)
    paging = None
    if is_connection(of):
        node, paging = builder.connection(of, inner(nodes))
    else:
        node = builder.node(of, inner(nodes))
    pages_itself = paging is None or "first" in inspect.signature(read.resolver).parameters
    own = [a for a in definition(declared).arguments if pages_itself or a.python_name not in PAGE_ARGUMENTS]
    return Root(
        key=key,
        resolver=read.resolver,
        arguments=arguments_of(declared, nodes[0]),
        converted=converter(schema, own),
        pages_itself=pages_itself,
        many=is_list(declared.type),
        node=node,
        paging=paging,
        required=is_non_null_type(declared.type),
    )


def is_connection(of: GraphQLObjectType) -> bool:
    return {"edges", "pageInfo", "totalCount"} <= set(of.fields)


def is_list(of: GraphQLOutputType) -> bool:
    return is_list_type(of.of_type if is_non_null_type(of) else of)
