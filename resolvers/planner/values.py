"""How a column's value becomes JSON, exactly as plain execution would write it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLEnumType, GraphQLOutputType, get_named_type, is_list_type, is_non_null_type
from tortoise.fields import BigIntField, CharField, IntField, JSONField, SmallIntField, TextField

from resolvers.planner.shapes import Declined, NotNow


class Reading(Enum):
    """The kinds of reading; `rows.py` writes each as an expression, per dialect."""

    PLAIN = "plain"
    TEXT = "text"
    UUID = "uuid"
    MOMENT = "moment"
    DATE = "date"
    BOOLEAN = "boolean"
    JSON = "json"
    WHOLE = "whole"


class Names:
    """An enum column: the value in the row -> the name in the answer. `many` for a list of them in JSON."""

    def __init__(self, names: dict[str, str], many: bool = False) -> None:
        self.names, self.many = names, many


STRINGS = {"String", "ID", "Markdown", "Url", "EmailAddress"}
BY_TYPE: dict[type, tuple[Reading, set[str]]] = {
    UUID: (Reading.UUID, {"UUID", "ID", "String"}),
    datetime: (Reading.MOMENT, {"DateTime"}),
    date: (Reading.DATE, {"Date"}),
    bool: (Reading.BOOLEAN, {"Boolean"}),
    int: (Reading.PLAIN, {"Int"}),
    str: (Reading.PLAIN, STRINGS),
    float: (Reading.PLAIN, {"Float"}),
}


def read_as(column: Any, of: GraphQLOutputType) -> Any:
    """The reading of a column as a GraphQL type. Raises `Declined` for a pair that it does not know."""
    named = get_named_type(of)
    bare = of.of_type if is_non_null_type(of) else of
    listed, named_values = is_list_type(bare), _names(named)
    if isinstance(column, JSONField) and listed and (named_values or named.name in STRINGS):
        return Names(named_values, many=True) if named_values else Reading.JSON
    if isinstance(column, JSONField) and named.name == "JSON":
        return Reading.JSON
    if isinstance(column, JSONField) or listed:
        raise Declined(f"{column.field_type} as {of}")
    if named_values:
        return Names(named_values)
    kind = column.field_type
    if isinstance(column, BigIntField) and named.name == "Int":
        return Reading.WHOLE
    for known, (reading, names) in BY_TYPE.items():
        if kind is known and named.name in names:
            return reading
    raise Declined(f"{kind.__name__} as {named.name}")


def _names(of: Any) -> dict[str, str]:
    """An enum's names by their values; nothing for any other type."""
    if not isinstance(of, GraphQLEnumType):
        return {}
    return {_raw(value.value): name for name, value in of.values.items()}


def _raw(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def loader(column: Any) -> Callable[[Any], Any] | None:
    """What makes Python's value of a raw one; None where it is the same."""
    if type(column) in (CharField, TextField, IntField, SmallIntField):
        return None
    if (kind := getattr(column, "enum_type", None)) is not None:
        return {one.value: one for one in kind}.__getitem__
    load: Callable[[Any], Any] = column.to_python_value
    return load


def whole(value: int) -> int:
    """A number that GraphQL's Int can hold. Raises `NotNow` for a larger one: plain execution tells it."""
    if not -(2**31) <= value < 2**31:
        raise NotNow("a number beyond Int")
    return value


def absent() -> None:
    """Null where the schema says something: plain execution tells it."""
    raise NotNow("null where the schema says something")


def named(value: Any, names: dict[str, str]) -> list[str]:
    """A list of enums that stands in a JSON column."""
    return [names[one] for one in loaded(value)]


def moment(value: Any) -> str:
    """A moment as ISO 8601: PostgreSQL gives a datetime, SQLite the text that Tortoise wrote."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return str(value.astimezone(UTC).isoformat())


def day(value: Any) -> str:
    return str(value if isinstance(value, str) else value.isoformat())


def loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
