"""What generated functions write: the fields of a dictionary, by the numbers of the columns that they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Constant:
    key: str
    value: str


@dataclass(frozen=True)
class Column:
    """`reading` is a `Reading` or the names of an enum."""

    key: str
    index: int
    reading: Any
    null: bool
    required: bool = False
    """Null is an error where the column may be null and the schema says that it is not."""


@dataclass(frozen=True)
class Text:
    """A localised text in the language that an argument names; `language` is its place among the parameters."""

    key: str
    de: int
    en: int
    language: int


@dataclass(frozen=True)
class Calculated:
    """A derived field: `function` of columns (`loads` makes their raw values Python's), written by `write`."""

    key: str
    function: Callable[..., Any]
    columns: Sequence[int]
    loads: Sequence[Callable[[Any], Any] | None]
    parameter: int | None
    write: Callable[[Any], Any]


@dataclass(frozen=True)
class Object:
    """What a join brought, or a value object: null when the column at `present` is."""

    key: str
    present: int | None
    fields: Sequence[Any]
    required: bool = False


@dataclass(frozen=True)
class Later:
    """What a batch found out about a row; `on` is the column that holds the id of the row it is about."""

    key: str
    batch: int
    on: int


@dataclass(frozen=True)
class Many:
    """A list of each row; `parent` is the column that holds the row's id."""

    key: str
    edge: int
    parent: int
