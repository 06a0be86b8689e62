"""What a subscription's document says about itself: which field, whether its answers may be shared, where it begins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    VariableNode,
    get_operation_ast,
)
from strawberry import Schema

from resolvers import limits
from resolvers.planner.keeping import Kept
from schema.described import SHARED

KEPT = 500  # documents; a frontend has a handful of subscriptions
LONGEST = 20_000  # characters of a document worth keeping


@dataclass(frozen=True)
class Document:
    """A subscription whose answers follow from event, viewer and variables alone, so that many are told the same."""

    query: str
    name: str | None
    variable: str | None
    """The variable that says where to begin; it makes no difference to what is told."""
    given: str | None
    """Where to begin, when the document itself says so."""
    required: bool
    """The variable cannot be left out."""

    def after(self, variables: Mapping[str, Any]) -> Any:
        """Where this subscriber begins."""
        return variables.get(self.variable, self.given) if self.variable is not None else self.given

    def alike(self, variables: Mapping[str, Any]) -> bytes:
        """The variables as a key: equal for those who are told the same."""
        told = {name: value for name, value in variables.items() if name != self.variable}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)

    def live(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The variables of the execution for many, which begins now."""
        return {n: v for n, v in variables.items() if n != self.variable or self.required}


class Reader:
    """Reads documents once."""

    def __init__(self, schema: Schema) -> None:
        fields = schema._schema.subscription_type
        self._shared = {name for name, field in fields.fields.items() if _is_shared(field)} if fields else set()
        self._kept: Kept[Document | bool] = Kept(KEPT)

    def subscription(self, query: str, name: str | None) -> Document | None:
        """The document when its answers may be shared; None for all others, mistakes included."""
        known = self._kept.get((query, name))
        if known is None:
            known = self._read(query, name) or False
            if len(query) <= LONGEST:
                self._kept.put((query, name), known)
        return known if isinstance(known, Document) else None

    def _read(self, query: str, name: str | None) -> Document | None:
        try:
            document = limits.document(query)
        except (GraphQLError, RecursionError):
            return None
        operation = get_operation_ast(document, name)
        if operation is None or operation.operation is not OperationType.SUBSCRIPTION:
            return None
        (root, *more) = operation.selection_set.selections
        if more or not isinstance(root, FieldNode) or root.name.value not in self._shared or root.directives:
            return None
        return _begins(query, name, document, operation, root)


def _is_shared(field: Any) -> bool:
    definition = field.extensions.get("strawberry-definition")
    return bool(definition is not None and definition.metadata.get(SHARED))


def _begins(
    query: str, name: str | None, document: DocumentNode, operation: OperationDefinitionNode, root: FieldNode
) -> Document | None:
    at = next((argument.value for argument in root.arguments or () if argument.name.value == "after"), None)
    if isinstance(at, StringValueNode):
        return Document(query, name, None, at.value, False)
    if not isinstance(at, VariableNode):
        return Document(query, name, None, None, False) if at is None else None
    declared = next((v for v in operation.variable_definitions or () if v.variable.name.value == at.name.value), None)
    used = sum(1 for variable in _variables(document) if variable == at.name.value)
    if declared is None or used != 2:  # declared once, used once; otherwise it says more than where to begin
        return None
    default = declared.default_value
    given = default.value if isinstance(default, StringValueNode) else None
    if default is not None and given is None:
        return None
    return Document(query, name, at.name.value, given, isinstance(declared.type, NonNullTypeNode))


def _variables(node: Any) -> Iterator[str]:
    """The names of all variables below a node, as often as they occur."""
    left = [node]
    while left:
        one = left.pop()
        if isinstance(one, VariableNode):
            yield one.name.value
        for key in one.keys:
            below = getattr(one, key, None)
            left.extend(below if isinstance(below, list | tuple) else [below] if hasattr(below, "keys") else [])
