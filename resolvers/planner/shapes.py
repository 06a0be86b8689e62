"""Querysets as shapes: model, filters without their values, order, limit. Tortoise renders each shape once.

The values of a request never stand in a rendered statement; they are read off the queryset in the order of the
shape, and brought into the order of the statement's parameters.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

SLOT = "\x00"
"""Stands for one parameter in a composed statement."""
KEPT = 2_000  # shapes; each is a small string and a tuple

PLAIN = {"", "not", "in", "gt", "gte", "lt", "lte", "isnull"}
"""Filters whose value reaches the database as it is."""

_STARTS: dict[type, Callable[[int], Any]] = {
    UUID: lambda i: UUID(int=(0xFACADE << 100) + i),
    datetime: lambda i: datetime(2222, 2, 2, tzinfo=UTC) + timedelta(seconds=i),
    date: lambda i: date(2222, 2, 2) + timedelta(days=i),
    int: lambda i: 2_000_000_011 + i,
    str: lambda i: f"\x01{i}\x02",
}


class Declined(Exception):
    """The planner does not know this; the operation runs plainly. The text says why, for the log and the metric."""


class NotNow(Declined):
    """Only this request is at fault (its variables, its viewer, its values); the next one may be planned."""


@dataclass(frozen=True)
class Rendered:
    """`SELECT "t".* FROM …` with slots; for each slot which value goes in, or (-1) what stands there always."""

    sql: str
    order: tuple[tuple[int, Any], ...]


_rendered: OrderedDict[Hashable, Rendered] = OrderedDict()


def rendered(rows: QuerySet[Any], dialect: str) -> tuple[str, list[Any]]:
    """The statement of a queryset and its values. Raises `Declined` for what is more than filters, order and limit."""
    values: list[Any] = []
    key = (dialect, _shape(rows, values))
    known = _rendered.get(key)
    if known is None:
        known = _rendered[key] = _render(rows)
        if len(_rendered) > KEPT:
            _rendered.popitem(last=False)
    return known.sql, [constant if i < 0 else _ready(values[i], dialect) for i, constant in known.order]


def _shape(rows: QuerySet[Any], values: list[Any]) -> Hashable:
    if rows._annotations or rows._custom_filters or rows._prefetch_map or rows._select_related or rows._distinct:
        raise Declined("a queryset with annotations, joins or prefetches")
    if rows._offset is not None or rows._group_bys:
        raise Declined("a queryset with an offset or groups")
    filters = tuple(_filters(q, rows.model, values) for q in rows._q_objects)
    if rows._limit is not None:
        values.append(rows._limit)
    return rows.model, filters, tuple(rows._orderings), rows._limit is None


def _filters(q: Q, model: Any, values: list[Any]) -> Hashable:
    here = tuple((name, _kind(name, value, model, values)) for name, value in q.filters.items())
    return q.join_type, q._is_negated, here, tuple(_filters(child, model, values) for child in q.children)


def _kind(name: str, value: Any, model: Any, values: list[Any]) -> Hashable:
    """What of a value belongs to the shape: its type, or itself where there are few (None, booleans, enums)."""
    if value is None or isinstance(value, bool):
        return (value,)
    if isinstance(value, list | tuple | set | frozenset):
        return ("in", tuple(_kind(name, one, model, values) for one in value))
    if _of_few(name, value, model):
        return ("is", value)
    kind = _known_type(value)
    _fits(name, value, model)
    values.append(value)
    return kind


def _of_few(name: str, value: Any, model: Any) -> bool:
    """The column knows only the values of its enum, and Tortoise refuses all others."""
    column = model._meta.fields_map.get(name.partition("__")[0])
    return isinstance(value, Enum) or hasattr(column, "enum_type")


def _known_type(value: Any) -> type:
    for kind in (UUID, datetime, date, int, str):
        if isinstance(value, kind):
            return kind
    raise Declined(f"a filter by {type(value).__name__}")


def _fits(name: str, value: Any, model: Any) -> None:
    """Tortoise refuses a text that its column cannot hold; so the refusal stays Tortoise's."""
    column = model._meta.fields_map.get(name.partition("__")[0])
    most = getattr(column, "max_length", None)
    if most is not None and isinstance(value, str) and len(value) > most:
        raise NotNow("a text longer than its column")
    if name.rpartition("__")[2] in ("contains", "icontains", "startswith", "search", "filter"):
        raise Declined(f"a filter {name}")


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
        raise Declined("a value that Tortoise changes on its way")
    table = query.model._meta.db_table
    return Rendered(f'SELECT "{table}".*' + _slotted(text[text.index(" FROM ") :], len(parameters)), order)


def _with_stand_ins(q: Q, model: Any, stand_ins: list[Any]) -> Q:
    copy = Q(*[_with_stand_ins(child, model, stand_ins) for child in q.children], join_type=q.join_type)
    copy.filters = {name: _stand_in(name, value, model, stand_ins) for name, value in q.filters.items()}
    copy._is_negated = q._is_negated
    return copy


def _stand_in(name: str, value: Any, model: Any, stand_ins: list[Any]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_stand_in(name, one, model, stand_ins) for one in value]
    if _of_few(name, value, model):
        return value
    made = _STARTS[_known_type(value)](len(stand_ins))
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
