"""Generated functions for connections: edges, and the cursors of rows."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from resolvers.planner.rows import Maker, Writer, each_of, edges_of
from resolvers.planner.tree import Node
from resolvers.planner.values import Reading
from schema.paging import Order


def edge_maker(node: Node, shown: Sequence[Any], order: Order, dialect: str) -> Maker:
    """`make(rows, p, g0, …)` -> what `edges` shows per row: a plain string among `shown` is the key of the cursor."""
    writer, place = Writer(dialect), _place(node, order, dialect)
    writer.names["cursor"] = _cursor
    parts = [f"{f!r}: {place}" if isinstance(f, str) else f"{f.key!r}: {writer.field(f)}" for f in shown]
    source = f"def make(rows, p{edges_of(node)}):\n    return [{{{', '.join(parts)}}} {each_of(node)}]\n"
    return writer.made(source)


def cursor_maker(node: Node, order: Order, dialect: str) -> Maker:
    """`make(rows, p, g0, …)` -> the cursor of each row, for pageInfo."""
    place = _place(node, order, dialect)
    writer = Writer(dialect)
    writer.names["cursor"] = _cursor
    return writer.made(f"def make(rows, p{edges_of(node)}):\n    return [{place} {each_of(node)}]\n")


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
