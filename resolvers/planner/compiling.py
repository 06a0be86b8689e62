"""From a document to a plan. Compiled once; whatever plain execution has to refuse is declined."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    validate,
)
from strawberry import Schema

from resolvers.budget import refusal
from resolvers.limits import document as document_of
from resolvers.limits import limits_of
from resolvers.planner.arguments import Variables
from resolvers.planner.building import Builder
from resolvers.planner.fields import Constant
from resolvers.planner.plan import Plan
from resolvers.planner.rooting import FIELDS
from resolvers.planner.selection import Selection
from resolvers.planner.shapes import Unplannable


def compiled(schema: Schema, query: str, name: str | None, given: Mapping[str, Any]) -> Plan:
    """Compile an operation. Raises `Declined` with the reason."""
    document = _parsed(schema, query)
    operation = _operation(document, name)
    variables = Variables(schema, operation)
    selection = Selection(schema._schema, document, variables.switches(given))
    builder = Builder(schema, selection)
    root = schema._schema.get_root_type(operation.operation)
    assert root is not None
    compile_field = FIELDS[operation.operation](schema, builder)
    fields = [
        Constant(key, root.name) if nodes[0].name.value == "__typename" else compile_field(root, key, nodes)
        for key, nodes in selection.collect([operation.selection_set], root).items()
    ]
    return Plan(schema, document, variables, fields, builder.leaves.parameters, operation.operation)


def _parsed(schema: Schema, query: str) -> DocumentNode:
    try:
        document = document_of(query)
        fine = not refusal(schema._schema, document, {}, limits_of(schema)) and not validate(schema._schema, document)
    except (GraphQLError, RecursionError) as problem:
        raise Unplannable("a document that is refused") from problem
    if not fine:
        raise Unplannable("a document that is refused")
    return document


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    wanted = [o for o in operations if name is None or (o.name and o.name.value == name)]
    if len(wanted) != 1:
        raise Unplannable("no single operation")
    if wanted[0].directives:
        raise Unplannable("a directive on the operation")
    return wanted[0]
