"""From the selection of a bound type to a tree: which columns, which joins, which lists.

What is not in the declarations of `schema/binding.py` is `Declined`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_non_null_type
from strawberry import Schema
from tortoise.models import Model

from resolvers.planner.arguments import arguments_of
from resolvers.planner.batches import Batches
from resolvers.planner.fields import Constant, Many, Object
from resolvers.planner.leaves import Leaves, binding_of, definition
from resolvers.planner.selection import Selection, Sets, inner
from resolvers.planner.shapes import Computed
from resolvers.planner.showing import Shows
from resolvers.planner.tree import Edge, Join, Node, Paging
from schema.binding import Binding, Relation


class Builder:
    """Builds the trees of one operation."""

    def __init__(self, schema: Schema, selection: Selection) -> None:
        self._selection = selection
        self.leaves, self.shows = Leaves(schema, selection), Shows(schema, selection, self)
        self._batches = Batches(schema, self.shows)
        self._aliases = 0

    def node(self, of: GraphQLObjectType, sets: Sets) -> Node:
        """The tree of a bound type's selection."""
        node = Node(binding_of(of).model)
        node.fields.extend(self._fields(node, of, sets, "r"))
        node.settle()
        return node

    def _fields(self, node: Node, of: GraphQLObjectType, sets: Sets, alias: str) -> Iterator[Any]:
        binding = binding_of(of)
        for key, nodes in self._selection.collect(sets, of).items():
            name = nodes[0].name.value
            if name == "__typename":
                yield Constant(key, of.name)
            else:
                yield self._field(node, binding, of.fields[name], key, nodes, alias)

    def _field(
        self, node: Node, binding: Binding, declared: GraphQLField, key: str, nodes: list[FieldNode], alias: str
    ) -> Any:
        name, model = definition(declared).python_name, binding.model
        if name in binding.columns:
            return self.leaves.plain(node, model, binding.columns[name], declared.type, key, alias)
        if name in binding.texts:
            return self.leaves.localised(node, binding.texts[name].columns, declared, key, inner(nodes), alias)
        if name in binding.derived and is_leaf_type(get_named_type(declared.type)):
            return self.leaves.derived(node, model, binding.derived[name], declared, nodes, alias)
        if later := binding.derived.get(name) or binding.batched.get(name):
            return self._batches.later(node, model, later, declared, nodes, alias)
        if name in binding.relations:
            relation = binding.relations[name]
            build = self._many if relation.many else self._one
            return build(node, model, relation, declared, key, nodes, alias)
        raise Computed(f"{model.__name__}.{name} is computed")

    def _one(
        self,
        node: Node,
        model: type[Model],
        relation: Relation,
        declared: GraphQLField,
        key: str,
        nodes: list[FieldNode],
        alias: str,
    ) -> Object:
        target = relation.target(model)
        self._aliases += 1
        joined = f"j{self._aliases}"
        column = model._meta.fields_db_projection[relation.column(model)]
        on = f'{joined}."{target._meta.db_pk_column}" = {alias}."{column}"'
        node.joins.append(Join(joined, target, on, relation.scoped))
        of = get_named_type(declared.type)
        assert isinstance(of, GraphQLObjectType)
        present = node.column(joined, target._meta.db_pk_column)
        fields = list(self._fields(node, of, inner(nodes), joined))
        return Object(key, present, fields, is_non_null_type(declared.type))

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
        if relation.paged:
            rows, paging = self.connection(of, inner(nodes))
            paging.arguments = arguments_of(declared, nodes[0])
        else:
            rows, paging = self.node(of, inner(nodes)), None
        parent = node.column(alias, model._meta.db_pk_column)
        child = rows.column("r", rows.model._meta.fields_db_projection[relation.column(model)])
        node.edges.append(Edge(relation, model, parent, child, rows, paging))
        return Many(key, len(node.edges) - 1, parent)

    def connection(self, of: GraphQLObjectType, sets: Sets) -> tuple[Node, Paging]:
        """The tree of a connection: its nodes, and what of edges, pageInfo and totalCount was asked for."""
        edge, info = get_named_type(of.fields["edges"].type), get_named_type(of.fields["pageInfo"].type)
        assert isinstance(edge, GraphQLObjectType)
        assert isinstance(info, GraphQLObjectType)
        bound = get_named_type(edge.fields["node"].type)
        assert isinstance(bound, GraphQLObjectType)
        node, paging = Node(binding_of(bound).model), Paging()
        for key, nodes in self._selection.collect(sets, of).items():
            name = nodes[0].name.value
            what: Any = of.name if name == "__typename" else None
            if name == "pageInfo":
                what = [(k, n[0].name.value) for k, n in self._selection.collect(inner(nodes), info).items()]
            elif name == "edges":
                what = list(self._edge(node, edge, bound, inner(nodes)))
            paging.fields.append((key, name, what))
        node.settle()
        return node, paging

    def _edge(
        self, node: Node, edge: GraphQLObjectType, bound: GraphQLObjectType, sets: Sequence[Any]
    ) -> Iterator[Any]:
        for key, nodes in self._selection.collect(sets, edge).items():
            name = nodes[0].name.value
            if name == "__typename":
                yield Constant(key, edge.name)
            elif name == "cursor":
                yield key
            else:
                yield Object(key, None, list(self._fields(node, bound, inner(nodes), "r")))
