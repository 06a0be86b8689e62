"""What a document may cost: one memoised pass over it before anything runs, in time linear in its length.

Strawberry's own depth and alias limiters expand every fragment afresh, which is exponential (reliability.md, 1.2);
here each fragment is measured once. Lists multiply by their `first` or `last`, or by what they usually hold.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from schema.paging import FIRST

ENDLESS = 10**9


@dataclass(frozen=True)
class Limits:
    """The most that one document may have; each number with room above the largest document of ours."""

    depth: int = 12
    introspection_depth: int = 20  # the standard introspection query is 13 to 15 deep
    aliases: int = 50
    fields: int = 1_000  # after fragments are expanded
    directives: int = 30
    directives_per_node: int = 3
    root_fields: int = 20
    repeats: int = 20  # of one name in a selection: validation compares each pair of them, which is quadratic
    operations: int = 5
    cost: int = 20_000


@dataclass
class Measure:
    """What a selection amounts to, with its fragments expanded."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    worst: int = 0
    cost: int = 0
    roots: int = 0
    repeats: int = 0
    names: Counter[str] = field(default_factory=Counter)
    """How often each name is answered in this very selection."""

    def add(self, other: "Measure") -> None:
        self.depth = max(self.depth, other.depth)
        self.worst = max(self.worst, other.worst)
        self.aliases = min(ENDLESS, self.aliases + other.aliases)
        self.fields = min(ENDLESS, self.fields + other.fields)
        self.directives = min(ENDLESS, self.directives + other.directives)
        self.cost = min(ENDLESS, self.cost + other.cost)
        self.roots = min(ENDLESS, self.roots + other.roots)
        for name, times in other.names.items():
            self.names[name] = min(ENDLESS, self.names[name] + times)
        self.repeats = max(self.repeats, other.repeats)

    def below(self, times: int, name: str, *, alias: bool) -> "Measure":
        """This selection as the body of one field that is answered as `name` and yields `times` objects."""
        return Measure(
            depth=self.depth + 1,
            aliases=self.aliases + alias,
            fields=self.fields + 1,
            directives=self.directives,
            worst=self.worst,
            cost=min(ENDLESS, 1 + times * self.cost),
            roots=1,
            repeats=max(self.repeats, *self.names.values(), 0),
            names=Counter((name,)),
        )


class Meter:
    """Measures one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None) -> None:
        self._schema, self._variables = schema, variables or {}
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[str, Measure] = {}
        self._open: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> Measure:
        found = self._selection(node.selection_set, self._schema.get_root_type(node.operation))
        found.directives += len(node.directives or ())
        return found

    def _selection(self, nodes: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Measure:
        found = Measure()
        for node in nodes.selections if nodes else ():
            own = len(node.directives or ())
            found.directives += own
            found.worst = max(found.worst, own)
            found.add(self._one(node, parent))
        return found

    def _one(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Measure:
        if isinstance(node, FieldNode):
            declared = (
                parent.fields.get(node.name.value)
                if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
                else None
            )
            below = self._selection(node.selection_set, get_named_type(declared.type) if declared else None)
            name = node.alias or node.name
            return below.below(self._times(node, declared), name.value, alias=node.alias is not None)
        if isinstance(node, InlineFragmentNode):
            on = self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent
            return self._selection(node.selection_set, on)
        return self._fragment(node.name.value) if isinstance(node, FragmentSpreadNode) else Measure()

    def _fragment(self, name: str) -> Measure:
        """Measured once; unknown and circular ones count nothing, because validation refuses them."""
        if name in self._open or name not in self._fragments:
            return Measure()
        if name not in self._known:
            self._open.add(name)
            fragment = self._fragments[name]
            self._known[name] = self._selection(
                fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value)
            )
            self._open.discard(name)
        return self._known[name]

    def _times(self, node: FieldNode, declared: GraphQLField | None) -> int:
        """How many objects a field yields: of a connection its page; the edges of a page are not counted again."""
        asked = [a.value for a in node.arguments or () if a.name.value in ("first", "last")]
        for value in asked:
            size = self._integer(value)
            if size is not None:
                return min(max(size, 1), ENDLESS)
        if declared is None or node.name.value == "edges":
            return 1
        named = get_named_type(declared.type)
        if asked or named.name.endswith("Connection"):
            return _usual(declared) or FIRST
        inner = declared.type.of_type if is_non_null_type(declared.type) else declared.type
        return (_usual(declared) or 10) if is_list_type(inner) and not named.name.startswith("__") else 1

    def _integer(self, value: Any) -> int | None:
        if isinstance(value, IntValueNode):
            return int(value.value) if len(value.value) < 12 else ENDLESS
        given = self._variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return given if isinstance(given, int) and not isinstance(given, bool) else None


def _usual(declared: GraphQLField) -> int | None:
    """What the relation declares as its usual page."""
    field = (declared.extensions or {}).get("strawberry-definition")
    relation = getattr(field, "metadata", {}).get("relation")
    return getattr(relation, "first", None)


def objections(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, limits: Limits
) -> Iterator[tuple[str, int, int]]:
    """What is too much about a document: (what, how much, how much is allowed)."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    yield "operations", len(operations), limits.operations
    meter = Meter(schema, document, variables)
    for node in operations[: limits.operations]:
        found = meter.operation(node)
        deepest = limits.introspection_depth if _introspects(node) else limits.depth
        yield "depth", found.depth, deepest
        yield "fields", found.fields, limits.fields
        yield "repeats of one name", max(found.repeats, *found.names.values(), 0), limits.repeats
        yield "aliases", found.aliases, limits.aliases
        yield "directives", found.directives, limits.directives
        yield "directives on one node", found.worst, limits.directives_per_node
        yield "root fields", found.roots, limits.root_fields
        yield "cost", found.cost, limits.cost


def _introspects(node: OperationDefinitionNode) -> bool:
    only = node.selection_set.selections
    return len(only) == 1 and isinstance(only[0], FieldNode) and only[0].name.value in ("__schema", "__type")


def unnamed(document: DocumentNode, name: str | None) -> GraphQLError | None:
    """The error for several operations and none named: Strawberry (0.341) would run the first."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None or len(operations) < 2:
        return None
    message = "Must provide operation name if query contains multiple operations."
    return GraphQLError(message, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})


def refusal(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None, limits: Limits
) -> GraphQLError | None:
    """The error for a document that is too much, or None."""
    for what, got, most in objections(schema, document, variables, limits):
        if got > most:
            return GraphQLError(
                f"This document has {what} {got if got < ENDLESS else 'without end'}; {most} are allowed.",
                extensions={"code": "QUERY_TOO_COMPLEX", "limit": what, "allowed": most},
            )
    return None
