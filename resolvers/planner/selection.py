"""The selection sets of one operation: fragments expanded, `@skip` and `@include` decided."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

from resolvers.planner.shapes import NotNow, Unplannable
from resolvers.planner.tree import Values

Sets = Sequence[SelectionSetNode]


class Selection:
    """Walks one operation. `skips` are the variables: those that `@skip` and `@include` use are part of the plan."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, skips: Values) -> None:
        self._schema, self._skips = schema, skips
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def collect(self, sets: Sets, of: GraphQLObjectType) -> dict[str, list[FieldNode]]:
        """The fields of a selection by the key of the answer, in the order of the answer."""
        found: dict[str, list[FieldNode]] = {}
        for each in sets:
            self._collect(each, of, found)
        return found

    def _collect(self, each: SelectionSetNode, of: GraphQLObjectType, found: dict[str, list[FieldNode]]) -> None:
        for selected in each.selections:
            if not self._included(selected):
                continue
            if isinstance(selected, FieldNode):
                found.setdefault((selected.alias or selected.name).value, []).append(selected)
            else:
                inner = self._fragment(selected)
                if inner.type_condition is None or self._covers(inner.type_condition.name.value, of):
                    self._collect(inner.selection_set, of, found)

    def _covers(self, name: str, of: GraphQLObjectType) -> bool:
        """Whether a fragment on this type is about objects of that one: itself, its interface, a union with it."""
        named = self._schema.type_map[name]
        return named is of or (is_abstract_type(named) and self._schema.is_sub_type(named, of))

    def _fragment(self, selected: Any) -> FragmentDefinitionNode | InlineFragmentNode:
        if isinstance(selected, FragmentSpreadNode):
            return self._fragments[selected.name.value]
        assert isinstance(selected, InlineFragmentNode)
        return selected

    def _included(self, selected: Any) -> bool:
        for directive in selected.directives or ():
            name = directive.name.value
            if name not in ("skip", "include"):
                raise Unplannable(f"@{name}")
            given = directive.arguments[0].value
            value = self._skips.get(given.name.value) if isinstance(given, VariableNode) else given.value
            if value is None:
                raise NotNow("a directive without a value")
            if bool(value) == (name == "skip"):
                return False
        return True


def inner(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    """What is selected of a field, wherever in the operation."""
    return [each.selection_set for each in nodes if each.selection_set]
