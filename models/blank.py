"""Making a row that is not in the database yet: what Tortoise asks each field about anew, asked once for each model."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, NamedTuple

from tortoise.fields import Field
from tortoise.models import Model

SHARED = (int, float, str, bool, bytes, type(None))
"""Defaults that rows may have in common."""


class Blank(NamedTuple):
    """A model's columns, and what stands in them unless something else is said."""

    columns: dict[str, Field[Any]]
    values: dict[str, Any]
    made: list[tuple[str, Callable[[], Any]]]

    def fill(self, row: dict[str, Any], given: dict[str, Any]) -> None:
        """Make the attributes of a new row. Raises ValueError for None where something has to stand."""
        row.update(self.values)
        row["_await_when_save"] = {}
        for name, make in self.made:
            if name not in given:
                row[name] = make()
        for name, value in given.items():
            column = self.columns[name]
            if value is None and not column.null:
                raise ValueError(f"{name} is non nullable field, but null was passed")
            row[name] = column.to_python_value(value)


def blank(model: type[Model]) -> Blank | None:
    """The blank of a model; None before Tortoise has named all its columns, and for what Tortoise alone can make."""
    found = _blanks.get(model)
    if found is None and all(model._meta.fields_map[name].source_field for name in model._meta.fk_fields):
        found = _blank(model)
        if found is not None:
            _blanks[model] = found
    return found


_blanks: dict[type[Model], Blank] = {}


def _blank(model: type[Model]) -> Blank | None:
    columns = {name: model._meta.fields_map[name] for name in model._meta.fields_db_projection}
    values: dict[str, Any] = {"_partial": False, "_saved_in_db": False, "_custom_generated_pk": False}
    made = []
    for name, column in columns.items():
        by_the_database = column.generated or (column.default is None and column.has_db_default())
        if by_the_database or iscoroutinefunction(column.default):
            return None
        if callable(column.default):
            made.append((name, column.default))
        elif isinstance(column.default, SHARED):
            values[name] = column.default
        else:
            return None
    return Blank(columns, values, made)
