"""Writing new rows of any tables together: one statement on PostgreSQL, where each costs a round trip and a turn.

What `save` does beside its statement (composing it, asking for database defaults, signals that nobody listens to) is
worked out once for each model. Columns check their values as ever.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from tortoise.fields import UUIDField

from models import sql
from models.base import Row


async def insert(*rows: Row) -> None:
    """Write rows that are new, in the caller's transaction; each stands behind those that it refers to.

    Raises what `save` raises: `ValidationError` of a column, `IntegrityError`. Then none of them is written.
    """
    if sql.dialect() == "sqlite":
        for row in rows:
            await row.save(force_create=True)
        return
    values = [
        getattr(row, name) if write is None else write(getattr(row, name), row)
        for row in rows
        for name, write in _columns(type(row))
    ]
    await sql.rows(_statement(tuple(type(row) for row in rows)), *values)
    for row in rows:
        row._saved_in_db = True


Write = Callable[[Any, Any], Any]


@cache
def _columns(model: type[Row]) -> list[tuple[str, Write | None]]:
    """What turns the value of each column into the driver's; None: it takes an id as it is."""
    meta = model._meta
    named = [(name, meta.fields_map[name]) for name in meta.fields_db_projection]
    left_open = [name for name, field in named if field.default is None and field.has_db_default()]
    assert not left_open, f"{model.__name__}: the database decides about {left_open}, which only `save` asks for"
    return [(name, None if isinstance(field, UUIDField) else field.to_db_value) for name, field in named]


@cache
def _statement(models: tuple[type[Row], ...]) -> str:
    """All but the last are common table expressions; foreign keys are checked when the whole statement is done."""
    parts, count = [], 0
    for model in models:
        columns = [model._meta.fields_db_projection[name] for name, _ in _columns(model)]
        names = ", ".join(f'"{column}"' for column in columns)
        places = ", ".join(f"${count + n}" for n in range(1, len(columns) + 1))
        parts.append(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})')
        count += len(columns)
    *before, last = parts
    return (f"WITH {', '.join(f'_{n} AS ({part})' for n, part in enumerate(before))} " if before else "") + last
