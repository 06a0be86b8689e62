"""Bringing a database up to date: migrations on PostgreSQL, a fresh file with the old rows on SQLite.

Tortoise's own migrations rebuild SQLite tables while cascades are on, and so destroy rows (Tortoise 1.1.9, traps.md 1).
So a SQLite file is replaced: the tables are made anew, the rows are carried over, the old file stays as a backup.
"""

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.executor import MigrationExecutor
from tortoise.utils import get_schema_sql

from models import db, sql, touches
from models.search import tables as search

RENAMED: Mapping[str, Mapping[str, str]] = {}
"""For SQLite: table -> new column -> the column that it was called before. Without it a content stays behind."""

LOCK = 0x1E0C47  # any number that no other advisory lock of this database uses

Defaults = dict[str, dict[str, Any]]


class BrokenKeys(Exception):
    """Rows of the old file point at rows that are not there; nothing was changed. Names the tables."""


async def upgrade(url: str) -> list[str]:
    """Bring the database up to date; gives what was done as lines for people, none when there was nothing to do.

    Safe to run from several machines at once on PostgreSQL. On SQLite no other process may have the file open.
    """
    if not db.is_sqlite(url):
        return await _migrate(url)
    file = db.sqlite_file(url)
    if file is None:
        return []
    return await _replace(file)


async def pending(url: str) -> str:
    """What is not up to date in the open database, in a few words; "" when all is well."""
    if db.is_sqlite(url):
        if db.sqlite_file(url) is None:
            return ""
        found = (await sql.rows("PRAGMA user_version"))[0]["user_version"]
        return "" if found == fingerprint() else "the file has an older set of tables"
    executor = MigrationExecutor(sql.connection(), _apps(url))
    missing = [step.migration.name for step in await executor.plan()]
    return ", ".join(missing)


def _apps(url: str) -> dict[str, Any]:
    return dict(db.config(url)["apps"])


async def _migrate(url: str) -> list[str]:
    done: list[str] = []

    def progress(event: str, app: str, name: str) -> None:
        if event == "apply_done":
            done.append(f"Applied {name}.")

    parts = urlsplit(url)
    guard = await asyncpg.connect(urlunsplit(parts._replace(scheme="postgresql", query="")))
    try:
        # Two migrations at once fail half-way; whoever comes second waits here and then finds nothing to do.
        await guard.execute("SELECT pg_advisory_lock($1)", LOCK)
        async with db.opened(url, everywhere=False):
            await MigrationExecutor(sql.connection(), _apps(url)).migrate(progress=progress)
            await touches.install(sql.connection())
    finally:
        await guard.close()
    return done


def fingerprint() -> int:
    """A number for the tables that the models ask for; kept in a SQLite file as its `user_version`. Never 0."""
    # Docstrings become comments in the statements; a better docstring is no other table.
    text = re.sub(r"/\*.*?\*/", "", get_schema_sql(sql.connection(), safe=False), flags=re.DOTALL)
    text += search.statements("sqlite")
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % (2**31 - 1) + 1


async def _replace(file: Path) -> list[str]:
    """Make `file` a database with today's tables, with everything of the old one that still has a place."""
    fresh = file.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    async with db.opened("sqlite://:memory:", everywhere=False):
        wanted, defaults = fingerprint(), _defaults()
    if _version(file) == wanted:
        return []
    async with db.opened(f"sqlite://{fresh}?journal_mode=DELETE", everywhere=False):
        await db.create_schema()
        await sql.rows(f"PRAGMA user_version = {wanted}")
    return await asyncio.to_thread(_swap, file, fresh, defaults)


def _version(file: Path) -> int:
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as at:
        return int(at.execute("PRAGMA user_version").fetchone()[0])


def _swap(file: Path, fresh: Path, defaults: Defaults) -> list[str]:
    if not file.exists():
        fresh.replace(file)
        return [f"Created {file}."]
    backup = file.with_suffix(f".{datetime.now(UTC):%Y%m%dT%H%M%S}.backup")
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        # Leaves no write-ahead log behind, which the new file would otherwise find beside it. Fails when another
        # process has the file open, and then nothing has happened yet.
        old.execute("PRAGMA journal_mode=DELETE")
        old.execute("VACUUM INTO ?", (str(backup),))
    left = carry_over(file, fresh, defaults)
    fresh.replace(file)
    return [
        f"Upgraded {file}; the file as it was is {backup}.",
        *(f"Not carried over: {name}." for name in left),
    ]


def carry_over(old: Path, new: Path, defaults: Defaults | None = None) -> list[str]:
    """Copy what both files have; gives the columns and tables that have no place any more.

    Foreign keys are off meanwhile and checked before the commit. Raises `BrokenKeys`, and then nothing is carried.
    """
    left: list[str] = []
    with closing(sqlite3.connect(new, isolation_level=None)) as at:
        at.execute("PRAGMA foreign_keys=OFF")
        at.execute("ATTACH ? AS old", (str(old),))
        at.execute("BEGIN")
        before, after = _tables(at, "old"), _tables(at, "main")
        left += [f"table {table}" for table in sorted(before - after) if _filled(at, table)]
        for table in sorted(before & after):
            left += _carry(at, table, (defaults or {}).get(table, {}))
        if broken := at.execute("PRAGMA foreign_key_check").fetchall():
            raise BrokenKeys(", ".join(sorted({row[0] for row in broken})))
        at.execute("COMMIT")
    return left


def _carry(at: sqlite3.Connection, table: str, defaults: Mapping[str, Any]) -> list[str]:
    source, target = _columns(at, "old", table), _columns(at, "main", table)
    renamed = RENAMED.get(table, {})
    taken = {column: renamed.get(column, column) for column in target if renamed.get(column, column) in source}
    made = {column: defaults[column] for column in target if column not in taken and column in defaults}
    into = ", ".join(f'"{column}"' for column in (*taken, *made))
    what = ", ".join([*(f'"{column}"' for column in taken.values()), *("?" for _ in made)])
    at.execute(f'INSERT INTO main."{table}" ({into}) SELECT {what} FROM old."{table}"', tuple(made.values()))
    return [f"{table}.{column}" for column in source if column not in taken.values() and _filled(at, table, column)]


def _filled(at: sqlite3.Connection, table: str, column: str = "") -> bool:
    where = f' WHERE "{column}" IS NOT NULL' if column else ""
    return at.execute(f'SELECT 1 FROM old."{table}"{where} LIMIT 1').fetchone() is not None


def _tables(at: sqlite3.Connection, schema: str) -> set[str]:
    # Neither virtual tables nor the shadows in which they keep their contents: triggers fill them from the rows.
    named = at.execute("SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'table'", (schema,))
    return {row[0] for row in named if not row[0].startswith("sqlite_")}


def _columns(at: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [row[1] for row in at.execute(f'PRAGMA {schema}.table_info("{table}")')]


def _defaults() -> Defaults:
    """The constant defaults of the models, for columns that the old file does not have and that have none in SQL."""
    found: Defaults = {}
    for model in Tortoise.apps["models"].values():
        meta = model._meta
        for name, column in meta.fields_db_projection.items():
            default = meta.fields_map[name].default
            if default is not None and not callable(default):
                plain = default.value if isinstance(default, Enum) else default
                found.setdefault(meta.db_table, {})[column] = plain
    return found
