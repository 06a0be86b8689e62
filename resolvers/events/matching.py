"""Conditions on events, decided without the database: the same `Q` that a statement takes, read here in memory.

A condition that cannot be read (it joins other tables, or compares in a way not named here) is undecidable: whoever
asks has to ask the database. NULL behaves as in SQL: a comparison with it is neither true nor false.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models.outbox import OutboxEvent

Test = Callable[[OutboxEvent], bool | None]
"""True, false, or None for unknown."""

COLUMNS = frozenset({"id", "seq", "type", "subject_kind", "subject_id", "team_id", "person_id", "visible_to", "at"})
IDS = frozenset({"id", "subject_id", "team_id", "person_id"})
PLAIN = (str, int, UUID, datetime, Enum)


class Undecidable(Exception):
    """The condition has to be asked of the database."""


def key(q: Q) -> Hashable:
    """The condition as a value: equal for conditions that say the same in the same words."""
    filters = tuple((name, _frozen(value)) for name, value in q.filters.items())
    return q.join_type, q._is_negated, filters, tuple(map(key, q.children))


def _frozen(value: Any) -> Hashable:
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(_frozen(each) for each in value)
    return value if isinstance(value, Hashable) else id(value)


def test_of(q: Q) -> Test:
    """The condition as a function. Raises `Undecidable`."""
    return _read(q) or _always


def _always(event: OutboxEvent) -> bool | None:
    return True


def _read(q: Q) -> Test | None:
    """None for a condition that says nothing: as in a statement, it is left out."""
    parts = [_compared(name, value) for name, value in q.filters.items()] or [
        part for child in q.children if (part := _read(child)) is not None
    ]
    if not parts:
        return None
    whole = parts[0] if len(parts) == 1 else _joined(parts, all_of=q.join_type == Q.AND)
    return _negated(whole) if q._is_negated else whole


def _joined(parts: list[Test], *, all_of: bool) -> Test:
    settles = not all_of  # one false part settles "all of", one true part settles "any of"

    def test(event: OutboxEvent) -> bool | None:
        said: bool | None = all_of
        for part in parts:
            one = part(event)
            if one is settles:
                return settles
            if one is None:
                said = None
        return said

    return test


def _negated(part: Test) -> Test:
    def test(event: OutboxEvent) -> bool | None:
        said = part(event)
        return None if said is None else not said

    return test


def _compared(name: str, value: Any) -> Test:
    column, _, how = name.partition("__")
    if column not in COLUMNS:
        raise Undecidable(name)
    if how == "isnull":
        return lambda event: (getattr(event, column) is None) is bool(value)
    if how == "in" and isinstance(value, list | tuple | set | frozenset):
        among = frozenset(_plain(column, each) for each in value)
        return lambda event: None if (said := getattr(event, column)) is None else said in among
    if how == "startswith" and isinstance(value, str):
        return lambda event: None if (said := getattr(event, column)) is None else str(said).startswith(value)
    if how in _ORDERS and column in ("seq", "at"):
        return _ordered(column, _ORDERS[how], _plain(column, value))
    if how:
        raise Undecidable(name)
    if value is None:
        return lambda event: getattr(event, column) is None
    wanted = _plain(column, value)
    return lambda event: None if (said := getattr(event, column)) is None else said == wanted


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def _ordered(column: str, order: Callable[[Any, Any], bool], bound: Any) -> Test:
    return lambda event: None if (said := getattr(event, column)) is None else order(said, bound)


def _plain(column: str, value: Any) -> Any:
    """A value that is compared as it is. Raises `Undecidable` for expressions, querysets and ids in other clothes."""
    if not isinstance(value, PLAIN) or (column in IDS and not isinstance(value, UUID)):
        raise Undecidable(column)
    return value
