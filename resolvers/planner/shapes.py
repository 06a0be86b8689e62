"""Querysets as shapes: model, filters without their values, order, limit.

Tortoise renders each shape once (`rendering.py`); a request's values are read off its queryset in the shape's order.
"""

from collections.abc import Hashable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet, ValuesQuery


class Declined(Exception):
    """The planner does not know this; the operation runs plainly. The text says why, for the log.

    `kind` is one of a handful of words, for the metric.
    """

    kind = "type"
    """A pair of column and GraphQL type, or a type that is not bound to rows."""


class Computed(Declined):
    """A field with Python of its own."""

    kind = "computed"


class Unplannable(Declined):
    """The document itself: refused, introspection, no query, or a directive that we do not know."""

    kind = "document"


class Shapeless(Declined):
    """A root field that gives no queryset, or one that is more than filters, order and limit."""

    kind = "queryset"


class NotNow(Declined):
    """Only this request is at fault (its variables, its viewer, its values); the next one may be planned."""

    kind = "request"


def shape(rows: QuerySet[Any], values: list[Any]) -> Hashable:
    """The key of a queryset's statement; collects its values. Raises `Declined` for more than filters and order."""
    if rows._annotations or rows._custom_filters or rows._prefetch_map or rows._select_related or rows._distinct:
        raise Shapeless("a queryset with annotations, joins or prefetches")
    if rows._offset is not None or rows._group_bys:
        raise Shapeless("a queryset with an offset or groups")
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
    if isinstance(value, Subquery):
        return _below(value.query, values)
    if of_few(name, value, model):
        return ("is", value)
    kind = known_type(value)
    _fits(name, value, model)
    values.append(value)
    return kind


def _below(query: Any, values: list[Any]) -> Hashable:
    """A query within a filter, such as `id__in=Subquery(…)`: columns of a model with filters."""
    if not isinstance(query, ValuesQuery) or query._annotations or query._custom_filters or query._distinct:
        raise Shapeless("a subquery of more than columns and filters")
    if query._limit is not None or query._offset is not None or query._group_bys:
        raise Shapeless("a subquery with a limit or groups")
    filters = tuple(_filters(q, query.model, values) for q in query._q_objects)
    return "below", query.model, filters, tuple(query._fields_for_select.items())


def of_few(name: str, value: Any, model: Any) -> bool:
    """The column knows only the values of its enum, and Tortoise refuses all others."""
    return isinstance(value, Enum) or hasattr(_column(name, model), "enum_type")


@cache
def _column(name: str, model: Any) -> Any:
    """The column that a filter names, also over relations: `person__state__in`."""
    first, *rest = name.split("__")
    column = model._meta.fields_map.get(first)
    while rest and getattr(column, "related_model", None) is not None:
        column = column.related_model._meta.fields_map.get(rest.pop(0))
    return column


def known_type(value: Any) -> type:
    for kind in (UUID, datetime, date, int, str):
        if isinstance(value, kind):
            return kind
    raise Shapeless(f"a filter by {type(value).__name__}")


def _fits(name: str, value: Any, model: Any) -> None:
    """Tortoise refuses a text that its column cannot hold; so the refusal stays Tortoise's."""
    most = getattr(_column(name, model), "max_length", None)
    if most is not None and isinstance(value, str) and len(value) > most:
        raise NotNow("a text longer than its column")
    if name.rpartition("__")[2] in ("contains", "icontains", "startswith", "search", "filter"):
        raise Shapeless(f"a filter {name}")
