"""What the ORM cannot say about the index: a `tsvector` with GIN on PostgreSQL, an FTS5 table with triggers on SQLite.

Both are fed by the columns of `search_entry` inside the database, so whoever writes, upgrades or erases rows keeps
them right without knowing of them. Words arrive folded and stemmed (`fold.py`, `terms.py`); the databases only divide
at spaces.
"""

from typing import Any

COLUMNS = ("title_words", "title_stems", "body_words", "body_stems")
"""In the order of their weights; on PostgreSQL A, B, C, D."""

_VECTOR = " || ".join(
    f"setweight(to_tsvector('simple'::regconfig, {column}), '{weight}')"
    for column, weight in zip(COLUMNS, "ABCD", strict=True)
)
POSTGRES = f"""
ALTER TABLE search_entry ADD COLUMN IF NOT EXISTS terms tsvector GENERATED ALWAYS AS ({_VECTOR}) STORED;
CREATE INDEX IF NOT EXISTS search_entry_terms ON search_entry USING gin (terms);
"""

# The rowid is the entry's own integer key: implicit ones may change when a file is compacted. The contents stay in
# `search_entry`, the virtual table holds the index alone.
_NEW, _OLD = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
_ADD = f"INSERT INTO search_text(rowid, {', '.join(COLUMNS)}) VALUES (new.id, {_NEW});"
_REMOVE = f"INSERT INTO search_text(search_text, rowid, {', '.join(COLUMNS)}) VALUES ('delete', old.id, {_OLD});"
SQLITE = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(
  {", ".join(COLUMNS)}, content='search_entry', content_rowid='id', tokenize='unicode61 remove_diacritics 0');
CREATE TRIGGER IF NOT EXISTS search_entry_added AFTER INSERT ON search_entry BEGIN {_ADD} END;
CREATE TRIGGER IF NOT EXISTS search_entry_changed AFTER UPDATE ON search_entry BEGIN {_REMOVE} {_ADD} END;
CREATE TRIGGER IF NOT EXISTS search_entry_removed AFTER DELETE ON search_entry BEGIN {_REMOVE} END;
"""


def statements(dialect: str) -> str:
    """What makes the index beside an existing table `search_entry`; running it twice changes nothing."""
    return POSTGRES if dialect == "postgres" else SQLITE


async def install(connection: Any) -> None:
    """Make the index in an open database that has the table."""
    await connection.execute_script(statements(connection.capabilities.dialect))


async def migrate(apps: Any, editor: Any) -> None:
    """The step of the migration that makes the index; `scripts/migration.py` writes it after the table."""
    await install(editor.client)


async def forget(apps: Any, editor: Any) -> None:
    """The way back: on PostgreSQL all goes with the table, on SQLite files are never migrated."""
