"""Input objects: read and built by functions made once for each type, by the rules of graphql-core and Strawberry.

Both look at the types anew for every value. What is made here gives the same for whatever fits; all else is `Unusual`,
or left to them.
"""

from collections.abc import Callable
from dataclasses import MISSING
from functools import cached_property
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    is_leaf_type,
    is_required_input_field,
)
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry import Schema
from strawberry.scalars import is_scalar
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryList, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.unset import UNSET

Convert = Callable[[Any], Any]


class Unusual(Exception):
    """A value that does not fit its type, or has to be looked at more closely."""


def refused(value: Any) -> Any:
    """The reader of what is no input type."""
    raise Unusual


def reader(of: GraphQLInputType) -> Convert:
    """From JSON to what graphql-core makes of it. Raises `Unusual`."""
    if isinstance(of, GraphQLNonNull):
        return _required(reader(of.of_type))
    if isinstance(of, GraphQLList):
        return _list(reader(of.of_type))
    if isinstance(of, GraphQLInputObjectType):
        return _Object(of)
    assert is_leaf_type(of)
    return _leaf(of.coerce_input_value)


def _required(inner: Convert) -> Convert:
    def read(value: Any) -> Any:
        if value is None:
            raise Unusual
        return inner(value)

    return read


def _list(inner: Convert) -> Convert:
    def read(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not list:
            raise Unusual
        return [inner(one) for one in value]

    return read


def _leaf(coerce: Convert) -> Convert:
    def read(value: Any) -> Any:
        if value is None:
            return None
        try:
            found = coerce(value)
        except Exception as problem:
            raise Unusual from problem
        if found is Undefined:
            raise Unusual
        return found

    return read


class _Object:
    """An input object. Its fields are looked at when the first value comes: types may contain themselves."""

    def __init__(self, of: GraphQLInputObjectType) -> None:
        self._of = of

    @cached_property
    def _fields(self) -> list[tuple[str, str, Any, bool, Convert]]:
        return [
            (name, field.out_name or name, field, is_required_input_field(field), reader(field.type))
            for name, field in self._of.fields.items()
        ]

    def __call__(self, value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not dict or self._of.is_one_of or not value.keys() <= self._of.fields.keys():
            raise Unusual
        found = {}
        for name, out, field, required, read in self._fields:
            if name in value:
                found[out] = read(value[name])
            elif required:
                raise Unusual
            elif (default := coerce_default_value(field)) is not Undefined:
                found[out] = default
        return self._of.out_type(found)


def builder(schema: Schema, of: Any) -> Convert:
    """From what graphql-core made to what a resolver takes."""
    config, scalars = schema.config, schema.schema_converter.scalar_registry
    if type(of) is StrawberryOptional:  # not `Maybe`, which is one too
        return builder(schema, of.of_type)
    if is_scalar(of, scalars) or isinstance(of, StrawberryEnumDefinition):
        return _as_it_is
    if isinstance(of, StrawberryList) and not isinstance(of.of_type, StrawberryList):
        return _built_list(builder(schema, of.of_type))
    if has_object_definition(of) and of.__strawberry_definition__.is_input:
        definition = of.__strawberry_definition__
        if definition.from_input is None:
            return _Built(schema, of)
    return lambda value: convert_argument(value, of, scalars, config)


def _as_it_is(value: Any) -> Any:
    return value


def _built_list(inner: Convert) -> Convert:
    def build(value: Any) -> Any:
        return value if value is None or value is UNSET else [inner(one) for one in value]

    return build


class _Built:
    """An input class of Strawberry. Fields without a default that nobody gave are None."""

    def __init__(self, schema: Schema, of: Any) -> None:
        self._schema, self._of = schema, of

    @cached_property
    def _fields(self) -> list[tuple[str, str, Convert]]:
        definition, name = self._of.__strawberry_definition__, self._schema.config.name_converter.from_field
        return [
            (name(field), field.python_name, builder(self._schema, field.resolve_type(type_definition=definition)))
            for field in definition.fields
        ]

    @cached_property
    def _missing(self) -> dict[str, None]:
        fields = self._of.__strawberry_definition__.fields
        return {f.python_name: None for f in fields if f.default_value is MISSING and f.default_factory is MISSING}

    def __call__(self, value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        given: dict[str, Any] = dict(self._missing)
        for name, own, build in self._fields:
            if name in value:
                given[own] = build(value[name])
        return self._of(**given)
