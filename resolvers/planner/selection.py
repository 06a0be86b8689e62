"""From a validated operation to a tree: which columns, which joins, which lists. Compiled once per document.

A tree knows no viewer and no values. What is not in the declarations of `schema/binding.py` is `Declined`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from tortoise.models import Model

from resolvers.planner.shapes import Declined
from resolvers.planner.values import Reading, read_as
from schema.binding import BINDINGS, Binding, Relation
from schema.localised import LocalisedText

Arguments = Callable[[VariableValues | None], dict[str, Any]]
"""The arguments of a field for the variables of a request."""


@dataclass(frozen=True)
class Constant:
    key: str
    value: str


@dataclass(frozen=True)
class Column:
    key: str
    index: int
    reading: Reading
    null: bool


@dataclass(frozen=True)
class Text:
    """A localised text in the language that an argument names; `language` is its place among the parameters."""

    key: str
    de: int
    en: int
    language: int


@dataclass(frozen=True)
class Object:
    """What a join brought, or a value object: null when the column at `present` is."""

    key: str
    present: int | None
    fields: Sequence[Any]


@dataclass(frozen=True)
class Many:
    """A list of each row; `parent` is the column that holds the row's id."""

    key: str
    edge: int
    parent: int


@dataclass
class Join:
    """A to-one relation in the same statement. `model` is the target, `scoped` asks for what the viewer may see."""

    alias: str
    model: type[Model]
    on: str
    scoped: bool


@dataclass
class Paging:
    """What of a connection was asked for, by the keys of the answer."""

    fields: list[tuple[str, str, Any]] = field(default_factory=list)
    """(key, "edges" | "pageInfo" | "totalCount" | "__typename", what of it)."""
    arguments: Arguments = lambda variables: {}

    def asks(self, name: str) -> bool:
        return any(kind == name for _, kind, _ in self.fields)


@dataclass
class Edge:
    """One more statement for all parents at once."""

    relation: Relation
    parent_model: type[Model]
    parent: int
    """The column of the parents' rows that holds their id."""
    node: "Node"
    paging: Paging | None = None


@dataclass
class Node:
    """Rows of one model and what is read of them."""

    model: type[Model]
    alias: str = "r"
    columns: list[str] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    fields: list[Any] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def settle(self) -> None:
        """A row of which nothing is read is still a row: it has its id."""
        if not self.columns:
            self.column("r", self.model._meta.db_pk_column)

    def column(self, alias: str, name: str) -> int:
        """The index of a column in the rows; asked for twice it is read once."""
        text = f'{alias}."{name}"'
        if text not in self.columns:
            self.columns.append(text)
        return self.columns.index(text)


class Selection:
    """Walks one operation. `skips` are the values of the variables that `@skip` and `@include` use."""

    def __init__(self, document: DocumentNode, skips: Mapping[str, Any]) -> None:
        self._skips = skips
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._aliases = 0
        self.languages: list[Arguments] = []
        """Parameters of the generated functions: the language that each localised text is asked for in."""

    def collect(self, sets: Sequence[SelectionSetNode], of: GraphQLObjectType) -> dict[str, list[FieldNode]]:
        """The fields of a selection by the key of the answer, fragments expanded, in the order of the answer."""
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
                continue
            inner: FragmentDefinitionNode | InlineFragmentNode
            if isinstance(selected, FragmentSpreadNode):
                inner = self._fragments[selected.name.value]
            elif isinstance(selected, InlineFragmentNode):
                inner = selected
            else:
                raise Declined("an unknown selection")
            if inner.type_condition and inner.type_condition.name.value != of.name:
                raise Declined("an abstract type")
            self._collect(inner.selection_set, of, found)

    def _included(self, selected: Any) -> bool:
        for directive in selected.directives or ():
            name = directive.name.value
            if name not in ("skip", "include"):
                raise Declined(f"@{name}")
            given = directive.arguments[0].value
            value = self._skips.get(given.name.value) if isinstance(given, VariableNode) else given.value
            if bool(value) == (name == "skip"):
                return False
        return True

    def node(self, of: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Node:
        """The tree of a bound type's selection."""
        node = Node(_binding(of).model)
        node.fields.extend(self._fields(node, of, sets, "r"))
        node.settle()
        return node

    def _fields(self, node: Node, of: GraphQLObjectType, sets: Sequence[SelectionSetNode], alias: str) -> Iterator[Any]:
        binding = _binding(of)
        for key, nodes in self.collect(sets, of).items():
            name = nodes[0].name.value
            if name == "__typename":
                yield Constant(key, of.name)
                continue
            declared = of.fields[name]
            yield self._field(node, binding, declared, key, nodes, alias)

    def _field(
        self, node: Node, binding: Binding, declared: GraphQLField, key: str, nodes: list[FieldNode], alias: str
    ) -> Any:
        python_name = _definition(declared).python_name
        sets = [each.selection_set for each in nodes if each.selection_set]
        if python_name in binding.columns:
            return self._plain(node, binding.model, binding.columns[python_name], declared.type, key, alias)
        if python_name in binding.texts:
            return self._localised(node, binding.texts[python_name].columns, declared, key, sets, alias)
        if python_name in binding.relations:
            relation = binding.relations[python_name]
            if relation.many:
                return self._many(node, binding.model, relation, declared, key, nodes, alias)
            return self._one(node, binding.model, relation, declared, key, sets, alias)
        raise Declined(f"{binding.model.__name__}.{python_name} is computed")

    def _plain(self, node: Node, model: type[Model], name: str, of: GraphQLOutputType, key: str, alias: str) -> Column:
        column = model._meta.fields_map[name]
        if column.null and is_non_null_type(of):
            raise Declined(f"{model.__name__}.{name} may be null where the schema says it is not")
        index = node.column(alias, model._meta.fields_db_projection[name])
        return Column(key, index, read_as(column, of), bool(column.null))

    def _localised(
        self,
        node: Node,
        columns: tuple[str, str],
        declared: GraphQLField,
        key: str,
        sets: Sequence[SelectionSetNode],
        alias: str,
    ) -> Object:
        of = get_named_type(declared.type)
        assert isinstance(of, GraphQLObjectType)
        if _definition(of).origin is not LocalisedText:
            raise Declined("a text of another kind")
        de, en = (node.column(alias, name) for name in columns)
        fields: list[Any] = []
        for inner, nodes in self.collect(sets, of).items():
            name = nodes[0].name.value
            if name == "__typename":
                fields.append(Constant(inner, of.name))
            elif name in ("de", "en"):
                fields.append(Column(inner, de if name == "de" else en, Reading.TEXT, False))
            else:
                self.languages.append(arguments_of(of.fields[name], nodes[0]))
                fields.append(Text(inner, de, en, len(self.languages) - 1))
        return Object(key, None, fields)

    def _one(
        self,
        node: Node,
        model: type[Model],
        relation: Relation,
        declared: GraphQLField,
        key: str,
        sets: Sequence[SelectionSetNode],
        alias: str,
    ) -> Object:
        own = model._meta.fields_map[relation.column(model)]
        if is_non_null_type(declared.type) and (own.null or relation.scoped):
            raise Declined(f"{model.__name__}.{relation.name} may be absent where the schema says it is not")
        target = relation.target(model)
        self._aliases += 1
        inner = f"j{self._aliases}"
        column = model._meta.fields_db_projection[relation.column(model)]
        on = f'{inner}."{target._meta.db_pk_column}" = {alias}."{column}"'
        node.joins.append(Join(inner, target, on, relation.scoped))
        of = get_named_type(declared.type)
        assert isinstance(of, GraphQLObjectType)
        present = node.column(inner, target._meta.db_pk_column)
        return Object(key, present, list(self._fields(node, of, sets, inner)))

    def _many(
        self,
        node: Node,
        model: type[Model],
        relation: Relation,
        declared: GraphQLField,
        key: str,
        nodes: list[FieldNode],
        alias: str,
    ) -> Many:
        of = get_named_type(declared.type)
        assert isinstance(of, GraphQLObjectType)
        sets = [each.selection_set for each in nodes if each.selection_set]
        if relation.paged:
            inner, paging = self.connection(of, sets)
            paging.arguments = arguments_of(declared, nodes[0])
        else:
            inner, paging = self.node(of, sets), None
        parent = node.column(alias, model._meta.db_pk_column)
        node.edges.append(Edge(relation, model, parent, inner, paging))
        return Many(key, len(node.edges) - 1, parent)

    def connection(self, of: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> tuple[Node, Paging]:
        """The tree of a connection: its nodes, and what of edges, pageInfo and totalCount was asked for."""
        edge = get_named_type(of.fields["edges"].type)
        info = get_named_type(of.fields["pageInfo"].type)
        assert isinstance(edge, GraphQLObjectType)
        assert isinstance(info, GraphQLObjectType)
        bound = get_named_type(edge.fields["node"].type)
        assert isinstance(bound, GraphQLObjectType)
        node, paging = Node(_binding(bound).model), Paging()
        for key, nodes in self.collect(sets, of).items():
            name = nodes[0].name.value
            inner = [each.selection_set for each in nodes if each.selection_set]
            if name == "__typename":
                paging.fields.append((key, name, of.name))
            elif name == "totalCount":
                paging.fields.append((key, name, None))
            elif name == "pageInfo":
                told = [(k, n[0].name.value) for k, n in self.collect(inner, info).items()]
                paging.fields.append((key, name, told))
            else:
                paging.fields.append((key, name, list(self._edge(node, edge, bound, inner))))
        node.settle()
        return node, paging

    def _edge(
        self, node: Node, edge: GraphQLObjectType, bound: GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> Iterator[Any]:
        for key, nodes in self.collect(sets, edge).items():
            name = nodes[0].name.value
            if name == "__typename":
                yield Constant(key, edge.name)
            elif name == "cursor":
                yield key
            else:
                inner = [each.selection_set for each in nodes if each.selection_set]
                yield Object(key, None, list(self._fields(node, bound, inner, "r")))


def is_connection(of: Any) -> bool:
    return isinstance(of, GraphQLObjectType) and {"edges", "pageInfo", "totalCount"} <= set(of.fields)


def is_list(of: GraphQLOutputType) -> bool:
    return is_list_type(of.of_type if is_non_null_type(of) else of)


def arguments_of(declared: GraphQLField, node: FieldNode) -> Arguments:
    """The arguments of a field; worked out once when no variable stands in them."""
    if not any(_has_variable(argument.value) for argument in node.arguments or ()):
        fixed = get_argument_values(declared, node)
        return lambda variables: fixed
    return lambda variables: get_argument_values(declared, node, variables)


def _has_variable(value: Any) -> bool:
    if isinstance(value, VariableNode):
        return True
    inner = [*(getattr(value, "values", None) or ()), *(f.value for f in getattr(value, "fields", None) or ())]
    return any(_has_variable(one) for one in inner)


def _definition(of: Any) -> Any:
    return of.extensions["strawberry-definition"]


def _binding(of: GraphQLObjectType) -> Binding:
    origin = getattr(of.extensions.get("strawberry-definition"), "origin", None)
    if origin not in BINDINGS:
        raise Declined(f"{of.name} is not bound to rows")
    return BINDINGS[origin]


__all__ = ["Declined", "Node", "Paging", "Selection", "arguments_of", "is_connection", "is_leaf_type", "is_list"]
