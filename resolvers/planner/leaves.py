"""Fields that hold no rows: columns, texts in two languages, and what derives from columns."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from strawberry import Schema
from tortoise.models import Model

from resolvers.planner.arguments import arguments_of, converter
from resolvers.planner.fields import Calculated, Column, Constant, Object, Text
from resolvers.planner.selection import Selection, inner
from resolvers.planner.shapes import Declined, NotNow
from resolvers.planner.tree import Arguments, Node, Parameter, Values
from resolvers.planner.values import Reading, loader, read_as
from schema.binding import BINDINGS, Binding
from schema.context import Context
from schema.derived import Derived
from schema.localised import LocalisedText


class Leaves:
    """Builds leaves and keeps the parameters that they need: one value per request each."""

    def __init__(self, schema: Schema, selection: Selection) -> None:
        self._schema, self._selection = schema, selection
        self.parameters: list[Parameter] = []

    def plain(self, node: Node, model: type[Model], name: str, of: GraphQLOutputType, key: str, alias: str) -> Column:
        column = model._meta.fields_map[name]
        index = node.column(alias, model._meta.fields_db_projection[name])
        return Column(key, index, read_as(column, of), bool(column.null), is_non_null_type(of))

    def localised(
        self, node: Node, columns: tuple[str, str], declared: GraphQLField, key: str, sets: Sequence[Any], alias: str
    ) -> Object:
        of = get_named_type(declared.type)
        assert isinstance(of, GraphQLObjectType)
        if definition(of).origin is not LocalisedText:
            raise Declined("a text of another kind")
        de, en = (node.column(alias, name) for name in columns)
        fields: list[Any] = []
        for told, nodes in self._selection.collect(sets, of).items():
            name = nodes[0].name.value
            if name == "__typename":
                fields.append(Constant(told, of.name))
            elif name in ("de", "en"):
                fields.append(Column(told, de if name == "de" else en, Reading.TEXT, False))
            else:
                language = self._parameter(_language(arguments_of(of.fields[name], nodes[0])))
                fields.append(Text(told, de, en, language))
        return Object(key, None, fields)

    def derived(
        self,
        node: Node,
        model: type[Model],
        derived: Derived,
        declared: GraphQLField,
        nodes: list[FieldNode],
        alias: str,
    ) -> Calculated:
        assert not inner(nodes)
        meta = model._meta
        return Calculated(
            key=(nodes[0].alias or nodes[0].name).value,
            function=derived.function,
            columns=[node.column(alias, meta.fields_db_projection[name]) for name in derived.columns],
            loads=[loader(meta.fields_map[name]) for name in derived.columns],
            parameter=self._given(derived, declared, nodes[0]),
            write=writer(declared.type),
        )

    def _given(self, derived: Derived, declared: GraphQLField, node: FieldNode) -> int | None:
        """The place of the keyword arguments; None when the function takes none."""
        if not declared.args and not derived.wants:
            return None
        arguments = arguments_of(declared, node)
        converted = converter(self._schema, definition(declared).arguments)
        if not derived.wants:
            return self._parameter(lambda values, context: converted(arguments(values)))

        def given(values: Values, context: Context) -> dict[str, Any]:
            return {**converted(arguments(values)), **derived.given(context.services.site, context.viewer)}

        return self._parameter(given)

    def _parameter(self, one: Parameter) -> int:
        self.parameters.append(one)
        return len(self.parameters) - 1


def _language(arguments: Arguments) -> Parameter:
    def language(values: Values, context: Context) -> str:
        value = arguments(values).get("language", "de")
        return str(getattr(value, "value", value)).lower()

    return language


def writer(of: GraphQLOutputType) -> Callable[[Any], Any]:
    """How a derived value is written: leaves and lists of them. A null that may not be is plain execution's to tell."""
    required = is_non_null_type(of)
    bare: Any = of.of_type if is_non_null_type(of) else of
    write: Callable[[Any], Any]
    if is_list_type(bare):
        one = writer(bare.of_type)

        def write(value: Any) -> Any:
            return [one(each) for each in value]
    elif is_leaf_type(bare):
        write = bare.serialize
    else:
        raise Declined(f"a derived field of type {of}")

    as_it_is = bare is GraphQLString

    def written(value: Any) -> Any:
        if as_it_is and type(value) is str:
            return value
        if value is None:
            if required:
                raise NotNow("null where the schema says something")
            return None
        return write(value)

    return written


def definition(of: Any) -> Any:
    """Strawberry's view of a type or a field."""
    return of.extensions["strawberry-definition"]


def binding_of(of: GraphQLObjectType) -> Binding:
    """The declaration of a type. Raises `Declined` for one that is not bound to rows."""
    origin = getattr(of.extensions.get("strawberry-definition"), "origin", None)
    if origin not in BINDINGS:
        raise Declined(f"{of.name} is not bound to rows")
    return BINDINGS[origin]
