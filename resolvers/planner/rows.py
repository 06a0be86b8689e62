"""One generated function per list: rows in, dictionaries out, in the order of the selection.

The source is built from column numbers, keys that `repr` has quoted, and names of this module alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

from resolvers.planner.fields import Calculated, Column, Constant, Later, Many, Object, Text
from resolvers.planner.tree import Node
from resolvers.planner.values import Names, Reading, absent, day, loaded, moment, named, whole

STARRED_MOST = 255  # names before a star, which Python takes no more of
Maker = Callable[..., Any]


class Writer:
    """Writes the expressions of one dialect and keeps the tables that they use."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self.names: dict[str, Any] = {f.__name__: f for f in (moment, day, loaded, named, whole, absent)}

    def fields(self, fields: Sequence[Any]) -> str:
        return "{" + ", ".join(f"{f.key!r}: {self.field(f)}" for f in fields) + "}"

    def field(self, field: Any) -> str:
        """The expression of one field; columns are `c0, c1 …`, lists of edges `g0, g1 …`, languages `p`."""
        if isinstance(field, Constant):
            return repr(field.value)
        if isinstance(field, Column):
            return self.column(field.index, field.reading, field.null, field.required)
        if isinstance(field, Text):
            first, second = f"c{field.de}", f"c{field.en}"
            return f"({first} or {second} or '') if p[{field.language}] == 'de' else ({second} or {first} or '')"
        if isinstance(field, Calculated):
            return self._calculated(field)
        if isinstance(field, Object):
            inner = self.fields(field.fields)
            return inner if field.present is None else self._or(inner, f"c{field.present}", field.required)
        if isinstance(field, Later):
            return f"b{field.batch}(c{field.on})"
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

    def column(self, index: int, reading: Any, null: bool, required: bool = False) -> str:
        value = self._read(f"c{index}", reading)
        return self._or(value, f"c{index}", required) if null and (required or value != f"c{index}") else value

    @staticmethod
    def _or(value: str, column: str, required: bool) -> str:
        """Null where the column is, unless the schema says that there is something."""
        return f"{'absent()' if required else None} if {column} is None else {value}"

    def _read(self, name: str, reading: Any) -> str:
        if isinstance(reading, Names):
            table = self._known(reading.names)
            return f"named({name}, {table})" if reading.many else f"{table}[{name}]"
        if reading is Reading.TEXT:
            return f"({name} or '')"
        if reading is Reading.MOMENT:
            return f"moment({name})" if self._dialect == "sqlite" else f"{name}.isoformat()"
        if reading is Reading.DATE:
            return f"day({name})" if self._dialect == "sqlite" else f"{name}.isoformat()"
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


def each_of(node: Node) -> str:
    """`for c0, c1 … in rows`: names for a row's columns; a statement may bring more behind them (`composing.py`)."""
    count = len(node.columns)
    names = ", ".join(f"c{i}" for i in range(count))
    if count < STARRED_MOST:
        return f"for {names}, *_ in rows"
    return f"for {names} in [row[:{count}] for row in rows]"


def edges_of(node: Node) -> str:
    edges = "".join(f", g{i}" for i in range(len(node.edges)))
    return edges + "".join(f", b{i}" for i in range(len(node.batches)))


def list_maker(node: Node, dialect: str) -> Maker:
    """`make(rows, p, g0, …)` -> a dictionary per row."""
    writer = Writer(dialect)
    body = writer.fields(node.fields)
    source = f"def make(rows, p{edges_of(node)}):\n    return [{body} {each_of(node)}]\n"
    return writer.made(source)
