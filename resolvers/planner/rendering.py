"""Tortoise renders each shape once, with values that nobody else uses; where they end up is where values go.

The values of a request never stand in a rendered statement.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from resolvers.planner.keeping import Kept
from resolvers.planner.shapes import Shapeless, known_type, of_few, shape

SLOT = "\x00"
"""Stands for one parameter in a composed statement."""
KEPT = 2_000  # shapes; each is a small string and a tuple

_STARTS: dict[type, Callable[[int], Any]] = {
    UUID: lambda i: UUID(int=(0xFACADE << 100) + i),
    datetime: lambda i: datetime(2222, 2, 2, tzinfo=UTC) + timedelta(seconds=i),
    date: lambda i: date(2222, 2, 2) + timedelta(days=i),
    int: lambda i: 2_000_000_011 + i,
    str: lambda i: f"\x01{i}\x02",
}


@dataclass(frozen=True)
class Rendered:
    """`SELECT "t".* FROM …` with slots; for each slot which value goes in, or (-1) what stands there always."""

    sql: str
    order: tuple[tuple[int, Any], ...]


_rendered: Kept[Rendered] = Kept(KEPT)


def rendered(rows: QuerySet[Any], dialect: str) -> tuple[str, list[Any]]:
    """The statement of a queryset and its values. Raises `Declined` for what is more than filters, order and limit."""
    values: list[Any] = []
    key = (dialect, shape(rows, values))
    known = _rendered.get(key)
    if known is None:
        known = _rendered.put(key, _render(rows))
    return known.sql, [constant if i < 0 else _ready(values[i], dialect) for i, constant in known.order]


def _render(rows: QuerySet[Any]) -> Rendered:
    """Let Tortoise render the shape with values that nobody else uses, and see where they end up."""
    stand_ins: list[Any] = []
    query = rows._clone()
    query._q_objects = [_with_stand_ins(q, rows.model, stand_ins) for q in rows._q_objects]
    if rows._limit is not None:
        query._limit = _STARTS[int](len(stand_ins))
        stand_ins.append(query._limit)
    query._choose_db_if_not_chosen()
    query._make_query()
    text, parameters = query.query.get_parameterized_sql()
    told = {_told(one): i for i, one in enumerate(stand_ins)}
    order = tuple((told.get(_told(one), -1), one) for one in parameters)
    if {i for i, _ in order if i >= 0} != set(range(len(stand_ins))):
        raise Shapeless("a value that Tortoise changes on its way")
    table = query.model._meta.db_table
    return Rendered(f'SELECT "{table}".*' + _slotted(text[text.index(" FROM ") :], len(parameters)), order)


def _with_stand_ins(q: Q, model: Any, stand_ins: list[Any]) -> Q:
    """In the order in which `shapes.py` collects the values: filters, then children."""
    filters = {name: _stand_in(name, value, model, stand_ins) for name, value in q.filters.items()}
    found = Q(*[_with_stand_ins(child, model, stand_ins) for child in q.children], join_type=q.join_type)
    found.filters, found._is_negated = filters, q._is_negated
    return found


def _stand_in(name: str, value: Any, model: Any, stand_ins: list[Any]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_stand_in(name, one, model, stand_ins) for one in value]
    if isinstance(value, Subquery):
        below: Any = copy(value.query)
        below._q_objects = [_with_stand_ins(q, below.model, stand_ins) for q in below._q_objects]
        return Subquery(below)
    if of_few(name, value, model):
        return value
    made = _STARTS[known_type(value)](len(stand_ins))
    stand_ins.append(made)
    return made


def _told(value: Any) -> str:
    """A value as text, however a dialect passes it."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return f"{value}"


def _slotted(text: str, count: int) -> str:
    """The parameters of either dialect as slots; pypika numbers PostgreSQL's in the order of the text."""
    if "?" in text and "$1" not in text:
        return text.replace("?", SLOT)
    for number in range(count, 0, -1):
        text = text.replace(f"${number}", SLOT)
    return text


def _ready(value: Any, dialect: str) -> Any:
    """A value as the driver takes it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, UUID) and dialect == "sqlite":
        return str(value)
    return value


def placed(sql: str, dialect: str) -> str:
    """The finished statement: slots become `$1, $2 …` or `?`."""
    if dialect == "sqlite":
        return sql.replace(SLOT, "?")
    head, *rest = sql.split(SLOT)
    return head + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
