"""Variables and arguments: common ones are checked here, all others by graphql-core, whose errors are the errors."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from graphql import (
    BooleanValueNode,
    FieldNode,
    GraphQLField,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import get_argument_values, get_variable_values
from strawberry import Schema
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryOptional

from resolvers.planner.shapes import NotNow, Unplannable
from resolvers.planner.tree import Arguments, Values

CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

QUICK: dict[str, Callable[[Any], bool]] = {
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "UUID": lambda value: type(value) is str and CANONICAL.fullmatch(value) is not None,
}
AS_THEY_ARE = {int, str, bool, float, UUID}
"""Types whose GraphQL value is already what a resolver takes."""


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: Schema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema._schema, operation.variable_definitions or ()
        self._quick = [_quick(one) for one in self._definitions]
        self._ids = {name for name, _, fits in self._quick if fits is QUICK["UUID"]}

    def of(self, given: Mapping[str, Any]) -> Values:
        """As their types have them. Raises `NotNow`: what is wrong with them is plain execution's to tell."""
        found = {}
        for name, required, fits in self._quick:
            value = given.get(name, Undefined)
            if value is Undefined and not required:
                continue
            if not (fits is not None and fits(value)) and (value is not None or required):
                return self._slowly(given)
            found[name] = UUID(value) if value is not None and name in self._ids else value
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


def _quick(one: VariableDefinitionNode) -> tuple[str, bool, Callable[[Any], bool] | None]:
    """(name, whether a missing or null one needs a closer look, what may pass without one)."""
    required = isinstance(one.type, NonNullTypeNode) or one.default_value is not None
    named = one.type.type if isinstance(one.type, NonNullTypeNode) else one.type
    name = getattr(named, "name", None)
    return one.variable.name.value, required, QUICK.get(name.value) if isinstance(name, NameNode) else None


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
    config, scalars = schema.config, schema.schema_converter.scalar_registry

    def converted(given: dict[str, Any]) -> dict[str, Any]:
        return convert_arguments(given, list(arguments), scalar_registry=scalars, config=config) if given else given

    return converted


def _bare(of: Any) -> Any:
    return of.of_type if isinstance(of, StrawberryOptional) else of
