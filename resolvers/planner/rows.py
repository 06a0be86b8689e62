"""One generated function per list: rows in, dictionaries out, in the order of the selection.

The source is built from column numbers, keys that `repr` has quoted, and names of this module alone.
"""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from resolvers.planner.fields import Calculated, Column, Constant, Many, Object, Text
from resolvers.planner.tree import Node
from resolvers.planner.values import Names, Reading, day, loaded, moment, named, whole
from schema.paging import Order

Maker = Callable[..., Any]


class Writer:
    """Writes the expressions of one dialect and keeps the tables that they use."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self.names: dict[str, Any] = {"cursor": _cursor} | {f.__name__: f for f in (moment, day, loaded, named, whole)}

    def fields(self, fields: Sequence[Any]) -> str:
        return "{" + ", ".join(f"{f.key!r}: {self.field(f)}" for f in fields) + "}"

    def field(self, field: Any) -> str:
        """The expression of one field; columns are `c0, c1 …`, lists of edges `g0, g1 …`, languages `p`."""
        if isinstance(field, Constant):
            return repr(field.value)
        if isinstance(field, Column):
            return self.column(field.index, field.reading, field.null)
        if isinstance(field, Text):
            first, second = f"c{field.de}", f"c{field.en}"
            return f"({first} or {second} or '') if p[{field.language}] == 'de' else ({second} or {first} or '')"
        if isinstance(field, Calculated):
            return self._calculated(field)
        if isinstance(field, Object):
            inner = self.fields(field.fields)
            return inner if field.present is None else f"None if c{field.present} is None else {inner}"
        assert isinstance(field, Many)
        return f"g{field.edge}(c{field.parent})"

    def _calculated(self, field: Calculated) -> str:
        given = [
            f"c{index}" if load is None else f"(None if c{index} is None else {self._known(load)}(c{index}))"
            for index, load in zip(field.columns, field.loads, strict=True)
        ]
        if field.parameter is not None:
            given.append(f"**p[{field.parameter}]")
        return f"{self._known(field.write)}({self._known(field.function)}({', '.join(given)}))"

    def _known(self, thing: Any) -> str:
        """A name for something of ours."""
        name = f"n{len(self.names)}"
        self.names[name] = thing
        return name

    def column(self, index: int, reading: Any, null: bool) -> str:
        value = self._read(f"c{index}", reading)
        return f"None if c{index} is None else {value}" if null and value != f"c{index}" else value

    def _read(self, name: str, reading: Any) -> str:
        if isinstance(reading, Names):
            table = self._known(reading.names)
            return f"named({name}, {table})" if reading.many else f"{table}[{name}]"
        if reading is Reading.TEXT:
            return f"({name} or '')"
        if reading is Reading.MOMENT:
            return f"moment({name})" if self._dialect == "sqlite" else f"{name}.isoformat()"
        if reading is Reading.DATE:
            return f"day({name})"
        if reading is Reading.JSON:
            return f"loaded({name})"
        if reading is Reading.UUID:
            return f"str({name})"
        if reading is Reading.WHOLE:
            return f"whole({name})"
        if reading is Reading.BOOLEAN and self._dialect == "sqlite":
            return f"bool({name})"
        return name

    def made(self, source: str) -> Maker:
        scope = dict(self.names)
        exec(compile(source, "<plan>", "exec"), scope)  # noqa: S102  # numbers, quoted keys and names of ours
        maker: Maker = scope["make"]
        return maker


def _columns(node: Node) -> str:
    """The names of a row's columns; a row of which nothing is read has its id all the same."""
    return ", ".join(f"c{i}" for i in range(len(node.columns))) + ","


def _edges(node: Node) -> str:
    return "".join(f", g{i}" for i in range(len(node.edges)))


def list_maker(node: Node, dialect: str) -> Maker:
    """`make(rows, p, g0, …)` -> a dictionary per row."""
    writer = Writer(dialect)
    body = writer.fields(node.fields)
    source = f"def make(rows, p{_edges(node)}):\n    return [{body} for {_columns(node)} in rows]\n"
    return writer.made(source)


def edge_maker(node: Node, shown: Sequence[Any], order: Order, dialect: str) -> Maker:
    """`make(rows, p, g0, …)` -> what `edges` shows per row: a plain string among `shown` is the key of the cursor."""
    writer, place = Writer(dialect), _place(node, order, dialect)
    parts = [f"{f!r}: {place}" if isinstance(f, str) else f"{f.key!r}: {writer.field(f)}" for f in shown]
    source = f"def make(rows, p{_edges(node)}):\n    return [{{{', '.join(parts)}}} for {_columns(node)} in rows]\n"
    return writer.made(source)


def cursor_maker(node: Node, order: Order, dialect: str) -> Maker:
    """`make(rows, p, g0, …)` -> the cursor of each row, for pageInfo."""
    place = _place(node, order, dialect)
    return Writer(dialect).made(
        f"def make(rows, p{_edges(node)}):\n    return [{place} for {_columns(node)} in rows]\n"
    )


def _place(node: Node, order: Order, dialect: str) -> str:
    """A row's cursor: enums by value, moments and days in ISO 8601, ids as text."""
    writer, model = Writer(dialect), node.model
    values = [
        writer.column(node.column("r", model._meta.fields_db_projection[name]), _packed(model, name), True)
        for name in order.names
    ]
    return f"cursor({','.join(order.columns)!r}, ({', '.join(values)},))"


def _packed(model: Any, name: str) -> Reading:
    kind = model._meta.fields_map[name].field_type
    known = {"UUID": Reading.UUID, "datetime": Reading.MOMENT, "date": Reading.DATE, "bool": Reading.BOOLEAN}
    return known.get(kind.__name__, Reading.PLAIN)


def _cursor(order: str, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([order, *values]).encode()).rstrip(b"=").decode()
