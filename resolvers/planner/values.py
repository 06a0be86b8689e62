"""How a column's value becomes JSON, exactly as plain execution would write it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLEnumType, GraphQLOutputType, get_named_type, is_list_type, is_non_null_type
from tortoise.fields import BigIntField, JSONField

from resolvers.planner.shapes import Declined


class Reading(Enum):
    """The kinds of reading; `rows.py` writes each as an expression, per dialect."""

    PLAIN = "plain"
    TEXT = "text"
    UUID = "uuid"
    MOMENT = "moment"
    DATE = "date"
    BOOLEAN = "boolean"
    JSON = "json"


class Names:
    """An enum column: the value in the row -> the name in the answer."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names


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
    if isinstance(column, JSONField):
        if is_list_type(bare) and named.name in STRINGS:
            return Reading.JSON
        raise Declined(f"JSON as {of}")
    if is_list_type(bare):
        raise Declined(f"a column as {of}")
    if isinstance(named, GraphQLEnumType):
        return Names({_raw(value.value): name for name, value in named.values.items()})
    kind = column.field_type
    if isinstance(column, BigIntField) or issubclass(kind, Decimal):
        raise Declined(f"{kind.__name__} as {named.name}")  # the range is checked, the scale kept, by plain execution
    for known, (reading, names) in BY_TYPE.items():
        if kind is known and named.name in names:
            return reading
    raise Declined(f"{kind.__name__} as {named.name}")


def _raw(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def moment(value: Any) -> str:
    """A moment as ISO 8601: PostgreSQL gives a datetime, SQLite the text that Tortoise wrote."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return str(value.astimezone(UTC).isoformat())


def day(value: Any) -> str:
    return str(value if isinstance(value, str) else value.isoformat())


def loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
