"""What a compiled operation consists of. A tree knows no viewer and no values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tortoise.models import Model

from schema.binding import Relation
from schema.context import Context
from schema.paging import Order

Values = Mapping[str, Any]
"""The variables of a request, as their types have them."""
Arguments = Callable[[Values], dict[str, Any]]
"""The arguments of a field for the variables of a request."""
Parameter = Callable[[Values, Context], Any]
"""What a generated function gets once per request: a language, or the arguments of a derived field."""


@dataclass
class Join:
    """A to-one relation in the same statement. `model` is the target, `scoped` asks for what the viewer may see."""

    alias: str
    model: type[Model]
    on: str
    scoped: bool


@dataclass
class Paging:
    """What of a connection was asked for, by the keys of the answer."""

    fields: list[tuple[str, str, Any]] = field(default_factory=list)
    """(key, "edges" | "pageInfo" | "totalCount" | "__typename", what of it)."""
    arguments: Arguments = lambda values: {}

    def asks(self, name: str) -> bool:
        return any(kind == name for _, kind, _ in self.fields)

    @cached_property
    def reads(self) -> bool:
        """Whether rows are needed, not only their number."""
        return self.asks("edges") or self.asks("pageInfo")

    @cached_property
    def counts(self) -> bool:
        return self.asks("totalCount")


@dataclass(eq=False)
class Edge:
    """One more statement for all parents at once."""

    relation: Relation
    parent_model: type[Model]
    parent: int
    """The column of the parents' rows that holds their id."""
    child: int
    """The column of the edge's rows that holds the parent's id."""
    node: "Node"
    paging: Paging | None = None

    @cached_property
    def scoped(self) -> bool:
        """Whether who asks decides about the rows, or about what is joined to them."""
        return self.relation.scoped or self.node.scoped

    @cached_property
    def order(self) -> Order:
        return Order.of(self.node.model, self.relation.order)

    @cached_property
    def key(self) -> str:
        """The name of the column that holds the parent's id, as SQL has it."""
        name = self.node.model._meta.fields_db_projection[self.relation.column(self.parent_model)]
        return f'"{name}"'


@dataclass(eq=False)
class Node:
    """Rows of one model and what is read of them."""

    model: type[Model]
    columns: list[str] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    fields: list[Any] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    batches: list[Any] = field(default_factory=list)
    """What is asked for when the rows are there (`batches.py`)."""

    @cached_property
    def scoped(self) -> bool:
        """Whether a join depends on who asks. Joins are known when the tree is built."""
        return any(join.scoped for join in self.joins)

    def settle(self) -> None:
        """A row of which nothing is read is still a row: it has its id."""
        if not self.columns:
            self.column("r", self.model._meta.db_pk_column)

    def column(self, alias: str, name: str) -> int:
        """The index of a column in the rows; asked for twice it is read once. Columns are only ever added."""
        text = f'{alias}."{name}"'
        if text not in self.columns:
            self.columns.append(text)
        return self.columns.index(text)
