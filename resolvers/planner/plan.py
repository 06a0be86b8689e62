"""A plan: the tree of an operation with its generated functions, and how it runs for one request."""

import inspect
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_non_null_type,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from tortoise.queryset import QuerySet

from models.access import visible
from resolvers.budget import refusal
from resolvers.limits import DOCUMENT, TOKENS
from resolvers.planner import rows as generated
from resolvers.planner.selection import (
    Arguments,
    Constant,
    Edge,
    Node,
    Paging,
    Selection,
    arguments_of,
    is_connection,
    is_list,
)
from resolvers.planner.shapes import Declined, NotNow
from resolvers.planner.statements import Statements
from schema.binding import PAGE_ARGUMENTS, Read
from schema.context import Context
from schema.paging import FIRST, MOST, Cut, Order, Page, Window

NONE: list[Any] = []


@dataclass(frozen=True)
class Looker:
    """What a reading resolver sees of `info`: who asks."""

    context: Context


@dataclass
class Asked:
    """One request: variables, languages, statements."""

    context: Context
    variables: VariableValues | None
    languages: list[str]
    statements: Statements


@dataclass
class Root:
    """One root field of the operation."""

    key: str
    read: Read
    arguments: Arguments
    strawberry_arguments: Sequence[Any]
    pages_itself: bool
    many: bool
    node: Node
    paging: Paging | None
    required: bool


@dataclass
class Plan:
    """Runs for everybody who sends the same document; holds no viewer and no value."""

    schema: Schema
    operation: OperationDefinitionNode
    document: DocumentNode
    fields: list[Any]
    """`Root`s, and `Constant`s for `__typename`."""
    languages: list[Arguments]
    makers: dict[Hashable, Any] = field(default_factory=dict)
    judged: set[Hashable] = field(default_factory=set)
    """Values of the variables with which the document is known to be within its limits."""

    async def run(self, context: Context, given: Mapping[str, Any]) -> tuple[dict[str, Any], Statements]:
        """The answer's `data`. Raises `Declined`, or what a resolver refuses, for plain execution to answer."""
        asked = Asked(context, self._variables(given), [], Statements(context.viewer))
        asked.languages = [_language(of(asked.variables)) for of in self.languages]
        data: dict[str, Any] = {}
        for root in self.fields:
            data[root.key] = root.value if isinstance(root, Constant) else await self._root(root, asked)
        return data, asked.statements

    def _variables(self, given: Mapping[str, Any]) -> VariableValues | None:
        self._within_limits(given)
        return coerced(self.schema, self.operation, given)

    def _within_limits(self, given: Mapping[str, Any]) -> None:
        """Judge the document once per set of numbers: nothing else of the variables changes what it costs."""
        numbers = tuple(sorted((name, n) for name, n in given.items() if type(n) is int))
        if numbers in self.judged:
            return
        if refusal(self.schema._schema, self.document, dict(given), DOCUMENT):
            raise NotNow("a document beyond its limits")
        if len(self.judged) > 200:
            self.judged.clear()
        self.judged.add(numbers)

    async def _root(self, root: Root, asked: Asked) -> Any:
        found = self._found(root, asked)
        if root.paging is not None:
            if not isinstance(found, Page):
                raise Declined("a connection of something else")
            return await self._page(found, root, asked)
        if not isinstance(found, QuerySet):
            raise Declined("a root field that is no queryset")
        if not root.many:
            rows = await asked.statements.of(found.limit(1), root.node)
        else:
            rows = await asked.statements.of(found if found._limit is not None else found.limit(MOST), root.node)
        shown = await self._shown(root.node, rows, asked)
        if root.many:
            return shown
        if not shown and root.required:
            raise Declined("nothing where the schema says something")
        return shown[0] if shown else None

    def _found(self, root: Root, asked: Asked) -> Any:
        given = root.arguments(asked.variables)
        window = None
        if root.paging is not None and not root.pages_itself:
            window = Window(**{name: given.get(name) for name in PAGE_ARGUMENTS})
            given = {name: value for name, value in given.items() if name not in PAGE_ARGUMENTS}
        kwargs = given
        if given:
            config, scalars = self.schema.config, self.schema.schema_converter.scalar_registry
            kwargs = convert_arguments(given, list(root.strawberry_arguments), scalar_registry=scalars, config=config)
        found = root.read.resolver(None, info=Looker(asked.context), **kwargs)
        if inspect.iscoroutine(found):
            found.close()
            raise Declined("a root field that awaits")
        return found.within(window) if window is not None and isinstance(found, Page) else found

    async def _page(self, page: Page[Any], root: Root, asked: Asked) -> dict[str, Any]:
        paging = root.paging
        assert paging is not None
        rows = page.queryset()  # an invalid cursor is refused even when only the count is asked for
        cut, total = Cut(NONE, False), 0
        if paging.asks("edges") or paging.asks("pageInfo"):
            self._maker("cursors", root.node, page.order, asked)  # its columns are to be read along
            cut = Cut.of(await asked.statements.of(rows, root.node), page.window)
        if paging.asks("totalCount"):
            total = await asked.statements.count(page.rows.filter(page.order.listed()).order_by())
        lists = await self._lists(root.node, cut.rows, asked)
        return self._connection(root.node, paging, page.order, page.window, cut, total, asked, lists)

    def _connection(
        self,
        node: Node,
        paging: Paging,
        order: Order,
        window: Window,
        cut: Cut,
        total: int,
        asked: Asked,
        lists: Sequence[Any],
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for key, kind, what in paging.fields:
            if kind == "__typename":
                answer[key] = what
            elif kind == "totalCount":
                answer[key] = total
            elif kind == "pageInfo":
                answer[key] = self._info(node, order, window, cut, what, asked, lists)
            else:
                make = self._maker(("edges", key), node, order, asked, what)
                answer[key] = make(cut.rows, asked.languages, *lists) if cut.rows else []
        return answer

    def _info(
        self,
        node: Node,
        order: Order,
        window: Window,
        cut: Cut,
        what: Sequence[tuple[str, str]],
        asked: Asked,
        lists: Sequence[Any],
    ) -> dict[str, Any]:
        ends = [cut.rows[0], cut.rows[-1]] if cut.rows else []
        cursors = self._maker("cursors", node, order, asked)(ends, asked.languages, *lists) if ends else [None, None]
        told = {
            "__typename": "PageInfo",
            "hasNextPage": window.before is not None if window.backwards else cut.more,
            "hasPreviousPage": cut.more if window.backwards else window.after is not None,
            "startCursor": cursors[0],
            "endCursor": cursors[1],
        }
        return {key: told[name] for key, name in what}

    async def _shown(self, node: Node, rows: Sequence[Any], asked: Asked) -> list[Any]:
        if not rows:
            return []
        lists = await self._lists(node, rows, asked)
        shown: list[Any] = self._maker("list", node, None, asked)(rows, asked.languages, *lists)
        return shown

    async def _lists(self, node: Node, rows: Sequence[Any], asked: Asked) -> list[Any]:
        """What each edge of these rows shows, as a function of the parent's id."""
        return [await self._edge(edge, rows, asked) for edge in node.edges]

    async def _edge(self, edge: Edge, rows: Sequence[Any], asked: Asked) -> Any:
        parents = list(dict.fromkeys(row[edge.parent] for row in rows if row[edge.parent] is not None))
        if edge.paging is None:
            return await self._plain_edge(edge, parents, asked)
        return await self._paged_edge(edge, edge.paging, parents, asked)

    async def _plain_edge(self, edge: Edge, parents: Sequence[Any], asked: Asked) -> Any:
        if not parents:
            return lambda parent: []
        order = Order.of(edge.node.model, edge.relation.order)
        related = _related(edge, asked).order_by(*order.columns)
        rows = await asked.statements.related(edge, related, parents, edge.relation.first)
        shown = await self._shown(edge.node, [tuple(row)[1:] for row in rows], asked)
        by_parent: dict[Any, list[Any]] = {}
        for row, one in zip(rows, shown, strict=True):
            by_parent.setdefault(row[0], []).append(one)
        return lambda parent: by_parent.get(parent, [])

    async def _paged_edge(self, edge: Edge, paging: Paging, parents: Sequence[Any], asked: Asked) -> Any:
        given = paging.arguments(asked.variables)
        window = Window(**{name: given.get(name) for name in PAGE_ARGUMENTS}).checked(edge.relation.first or FIRST)
        order = Order.of(edge.node.model, edge.relation.order)
        related = _related(edge, asked)
        wanted = order.applied(related, window)
        by_parent: dict[Any, list[Any]] = {}
        counts: dict[Any, int] = {}
        if parents and (paging.asks("edges") or paging.asks("pageInfo")):
            self._maker("cursors", edge.node, order, asked)
            for row in await asked.statements.related(edge, wanted, parents, window.size + 1):
                by_parent.setdefault(row[0], []).append(tuple(row)[1:])
        if parents and paging.asks("totalCount"):
            counts = await asked.statements.counts(edge, related.filter(order.listed()), parents)
        cuts = {parent: Cut.of(rows, window) for parent, rows in by_parent.items()}
        lists = await self._lists(edge.node, [row for cut in cuts.values() for row in cut.rows], asked)
        none = Cut(NONE, False)
        return lambda parent: self._connection(
            edge.node, paging, order, window, cuts.get(parent, none), counts.get(parent, 0), asked, lists
        )

    def _maker(self, kind: Hashable, node: Node, order: Order | None, asked: Asked, shown: Sequence[Any] = ()) -> Any:
        """The generated function; written anew when more columns are read than the last time."""
        dialect = asked.statements.dialect
        key = (kind, id(node), order.columns if order else None, dialect)
        width, maker = self.makers.get(key, (0, None))
        if maker is None or width != len(node.columns):
            if order is None:
                maker = generated.list_maker(node, dialect)
            elif kind == "cursors":
                maker = generated.cursor_maker(node, order, dialect)
            else:
                maker = generated.edge_maker(node, shown, order, dialect)
            self.makers[key] = len(node.columns), maker
        return maker


def _related(edge: Edge, asked: Asked) -> QuerySet[Any]:
    rows = edge.relation.target(edge.parent_model).filter(**edge.relation.where)
    return visible(rows, asked.context.viewer) if edge.relation.scoped else rows


def _language(given: Mapping[str, Any]) -> str:
    value = given.get("language", "de")
    return str(getattr(value, "value", value)).lower()


def coerced(schema: Schema, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> VariableValues | None:
    """The variables as their types have them. Raises `NotNow`: the errors are plain execution's to tell."""
    if not operation.variable_definitions:
        return None
    values = get_variable_values(schema._schema, operation.variable_definitions, dict(given), max_errors=1)
    if isinstance(values, list):
        raise NotNow("variables that do not fit")
    return values


def compiled(schema: Schema, query: str, name: str | None, given: Mapping[str, Any]) -> Plan:
    """Compile an operation. Raises `Declined`, also for whatever plain execution has to refuse."""
    try:
        document = parse(query, max_tokens=TOKENS)
    except (GraphQLError, RecursionError) as problem:
        raise Declined("a document that is refused") from problem
    if refusal(schema._schema, document, {}, DOCUMENT) or validate(schema._schema, document, max_errors=1):
        raise Declined("a document that is refused")
    operation = _operation(document, name)
    values = coerced(schema, operation, given)
    selection = Selection(document, values.coerced if values else {})
    root = schema._schema.query_type
    assert root is not None
    fields = [
        _compiled_root(selection, root, key, nodes)
        for key, nodes in selection.collect([operation.selection_set], root).items()
    ]
    return Plan(schema, operation, document, fields, selection.languages)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    wanted = [o for o in operations if name is None or (o.name and o.name.value == name)]
    if len(wanted) != 1 or wanted[0].operation is not OperationType.QUERY:
        raise Declined("no single query")
    if wanted[0].directives:
        raise Declined("a directive on the operation")
    return wanted[0]


def _compiled_root(selection: Selection, root: GraphQLObjectType, key: str, nodes: Sequence[Any]) -> Any:
    name = nodes[0].name.value
    if name == "__typename":
        return Constant(key, root.name)
    if name not in root.fields:
        raise Declined("introspection")
    declared = root.fields[name]
    definition = declared.extensions["strawberry-definition"]
    read = definition.metadata.get("read")
    if not isinstance(read, Read):
        raise Declined(f"Query.{name} is no read")
    of = get_named_type(declared.type)
    assert isinstance(of, GraphQLObjectType)
    sets = [each.selection_set for each in nodes if each.selection_set]
    paging = None
    if is_connection(of):
        node, paging = selection.connection(of, sets)
    else:
        node = selection.node(of, sets)
    return Root(
        key=key,
        read=read,
        arguments=arguments_of(declared, nodes[0]),
        strawberry_arguments=[a for a in definition.arguments if paging is None or a.python_name not in PAGE_ARGUMENTS],
        pages_itself="first" in inspect.signature(read.resolver).parameters,
        many=is_list(declared.type),
        node=node,
        paging=paging,
        required=is_non_null_type(declared.type),
    )
