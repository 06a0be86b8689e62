"""Variables and arguments: common ones are checked here, all others by graphql-core, whose errors are the errors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from graphql import (
    BooleanValueNode,
    FieldNode,
    GraphQLField,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    is_input_type,
    is_non_null_type,
    type_from_ast,
)
from graphql.execution.values import get_argument_values, get_variable_values
from strawberry import Schema
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryOptional

from resolvers.planner.inputs import Convert, Unusual, builder, reader, refused
from resolvers.planner.shapes import NotNow, Unplannable
from resolvers.planner.tree import Arguments, Values

AS_THEY_ARE = {int, str, bool, float, UUID}
"""Types whose GraphQL value is already what a resolver takes."""


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: Schema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema._schema, operation.variable_definitions or ()
        self._each = [(one.variable.name.value, _firm(one), self._reader(one)) for one in self._definitions]

    def _reader(self, one: VariableDefinitionNode) -> Convert:
        of = type_from_ast(self._schema, one.type)
        return reader(of) if is_input_type(of) else refused

    def of(self, given: Mapping[str, Any]) -> Values:
        """As their types have them. Raises `NotNow`: what is wrong with them is plain execution's to tell."""
        found = {}
        try:
            for name, firm, read in self._each:
                value = given.get(name, Undefined)
                if firm and (value is Undefined or value is None):
                    return self._slowly(given)
                if value is not Undefined:
                    found[name] = read(value)
        except (Unusual, RecursionError):
            return self._slowly(given)
        return found

    def switches(self, given: Mapping[str, Any]) -> Values:
        """The Booleans among them, which `@skip` and `@include` may ask for; null where there is none."""
        found: dict[str, Any] = {}
        for one in self._definitions:
            named = one.type.type if isinstance(one.type, NonNullTypeNode) else one.type
            if isinstance(named, NamedTypeNode) and named.name.value == "Boolean":
                default = one.default_value.value if isinstance(one.default_value, BooleanValueNode) else None
                found[one.variable.name.value] = given.get(one.variable.name.value, default)
        if any(not isinstance(value, bool | None) for value in found.values()):
            raise NotNow("variables that do not fit")
        return found

    def _slowly(self, given: Mapping[str, Any]) -> Values:
        values = get_variable_values(self._schema, self._definitions, dict(given), max_errors=1)
        if isinstance(values, list):
            raise NotNow("variables that do not fit")
        return values.coerced


def _firm(one: VariableDefinitionNode) -> bool:
    """Whether a missing or null one needs a closer look."""
    return isinstance(one.type, NonNullTypeNode) or one.default_value is not None


def arguments_of(declared: GraphQLField, node: FieldNode) -> Arguments:
    """The arguments of a field; all that no variable stands in is worked out once."""
    variables = {a.name.value: a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode)}
    if any(_has_variable(a.value) for a in node.arguments or () if a.name.value not in variables):
        raise Unplannable("a variable within a list or an object")
    fixed = get_argument_values(_only(declared, set(declared.args) - set(variables)), node)
    if not variables:
        return lambda values: fixed
    bare = FieldNode(name=node.name)
    optional = {name for name in variables if not is_non_null_type(declared.args[name].type)}
    defaults = {**get_argument_values(_only(declared, optional), bare), **fixed}
    required = set(variables) - optional

    def given(values: Values) -> dict[str, Any]:
        found = dict(defaults)
        for name, variable in variables.items():
            if variable in values:
                found[name] = values[variable]
        for name in required:
            if found.get(name) is None:
                raise NotNow("an argument that is missing")
        return found

    return given


def _only(declared: GraphQLField, names: set[str]) -> GraphQLField:
    return GraphQLField(declared.type, args={name: one for name, one in declared.args.items() if name in names})


def _has_variable(value: Any) -> bool:
    if isinstance(value, VariableNode):
        return True
    inner = [*(getattr(value, "values", None) or ()), *(f.value for f in getattr(value, "fields", None) or ())]
    return any(_has_variable(one) for one in inner)


def converter(schema: Schema, arguments: Sequence[StrawberryArgument]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """From GraphQL's arguments to a resolver's: renamed where that is all, converted by Strawberry otherwise."""
    namer = schema.config.name_converter
    names = {namer.get_graphql_name(one): one.python_name for one in arguments}
    if all(_bare(one.type) in AS_THEY_ARE for one in arguments):
        return lambda given: {names[name]: value for name, value in given.items()}
    built = [(namer.get_graphql_name(one), one.python_name, builder(schema, one.type)) for one in arguments]

    def converted(given: dict[str, Any]) -> dict[str, Any]:
        return {own: build(given[name]) for name, own, build in built if name in given}

    return converted


def _bare(of: Any) -> Any:
    return of.of_type if isinstance(of, StrawberryOptional) else of
