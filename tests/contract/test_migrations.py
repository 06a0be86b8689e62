"""Migrations make what the models say, several may run at once, and a SQLite file is upgraded without losing a row."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

import models
from models import db, upgrade
from models.base import utcnow
from tests.conftest import SERVER, _drop, _fresh_database, named, on_postgres

needs_postgres = pytest.mark.skipif(not on_postgres(), reason="LEUCHTTURM_TEST_DATABASE names no PostgreSQL server")

CATALOGUE = r"""
select 'column' as what, table_name::text as place, column_name || ' ' || udt_name
       || coalesce('(' || character_maximum_length || ')', '')
       || ' null=' || is_nullable || ' default=' || coalesce(column_default, '-') as meaning
  from information_schema.columns where table_schema = 'public'
union all
select 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index', tablename::text, regexp_replace(indexdef, 'INDEX \S+ ON', 'INDEX ON')
  from pg_indexes where schemaname = 'public'
"""


@asynccontextmanager
async def postgres(name: str) -> AsyncIterator[str]:
    """A database of its own on the test server."""
    name = f"leuchtturm_{name}_{os.getpid()}"
    await _fresh_database(name)
    try:
        yield named(SERVER, name)
    finally:
        await _drop(name)


async def catalogue(url: str) -> set[tuple[str, str, str]]:
    import asyncpg

    server = await asyncpg.connect(url)
    try:
        return {tuple(row) for row in await server.fetch(CATALOGUE) if "tortoise_migrations" not in row["place"]}
    finally:
        await server.close()


@needs_postgres
async def test_migrations_make_what_the_models_say():
    async with postgres("migrated") as migrated, postgres("generated") as generated:
        await upgrade.upgrade(migrated)
        async with db.opened(generated, everywhere=False):
            await db.create_schema()

        assert await catalogue(migrated) ^ await catalogue(generated) == set()


async def test_no_model_has_changed_without_a_migration(database):
    from scripts.migration import changes

    assert [operation.__dict__ for writer in await changes() for operation in writer.operations] == []


@needs_postgres
async def test_two_machines_may_migrate_at_once():
    async with postgres("twice") as url:
        async with db.opened(url, everywhere=False):
            assert "0001_initial" in await upgrade.pending(url)

        # Each in a process of its own, as in a deploy: one does it, the other waits and finds nothing to do.
        code = "import asyncio, sys; from models import upgrade; print(len(asyncio.run(upgrade.upgrade(sys.argv[1]))))"
        outcomes = await asyncio.gather(*(run(code, url) for _ in range(2)))

        assert sorted(outcomes)[0] == "0"
        assert int(sorted(outcomes)[1]) >= 1
        async with db.opened(url, everywhere=False):
            assert await upgrade.pending(url) == ""


async def run(code: str, *arguments: str) -> str:
    import sys

    root = Path(__file__).resolve().parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *arguments, cwd=root, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


needs_sqlite = pytest.mark.skipif(on_postgres(), reason="one dialect per process")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leuchtturm.sqlite3"


async def up(file: Path) -> list[str]:
    return await upgrade.upgrade(f"sqlite://{file}")


@needs_sqlite
async def test_a_new_file_is_made_and_an_up_to_date_one_is_left_alone(file):
    assert await up(file) == [f"Created {file}."]
    before = file.stat()

    assert await up(file) == []
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    async with db.opened(f"sqlite://{file}", everywhere=False):
        assert await upgrade.pending(f"sqlite://{file}") == ""


@needs_sqlite
async def test_rows_survive_a_change_of_tables_and_what_has_no_place_is_named(file):
    await up(file)
    async with db.opened(f"sqlite://{file}", everywhere=False):
        team = await models.Team.create(name="Kreidekasten", slug="demo-kreidekasten")
        await models.Pen.create(name="events", last_seq=41)
    with closing(sqlite3.connect(file)) as old:
        # As an older version left it: a column of today is missing, one of yesterday is there.
        old.executescript(
            "ALTER TABLE team ADD COLUMN motto TEXT; UPDATE team SET motto = 'Kreide!';"
            "ALTER TABLE pen DROP COLUMN last_seq; CREATE TABLE forgotten (x); INSERT INTO forgotten VALUES (1);"
            "PRAGMA user_version = 7"
        )
    async with db.opened(f"sqlite://{file}", everywhere=False):
        assert await upgrade.pending(f"sqlite://{file}") != ""

    lines = await up(file)

    assert lines[0].startswith(f"Upgraded {file}; the file as it was is ")
    assert lines[1:] == ["Not carried over: table forgotten.", "Not carried over: team.motto."]
    async with db.opened(f"sqlite://{file}", everywhere=False):
        assert (await models.Team.get(id=team.id)).name == "Kreidekasten"
        assert (await models.Pen.get(name="events")).last_seq == 0
    backup = next(file.parent.glob("*.backup"))
    with closing(sqlite3.connect(backup)) as kept:
        assert kept.execute("SELECT motto FROM team").fetchall() == [("Kreide!",)]
    assert not list(file.parent.glob("*.fresh*"))


@needs_sqlite
async def test_an_upgrade_that_would_break_references_changes_nothing(file):
    await up(file)
    async with db.opened(f"sqlite://{file}", everywhere=False):
        person = await models.Person.join(email="ada@example.org", name="Ada", handle="ada", now=utcnow())
        await models.Session.open(person.id, now=utcnow())
    with closing(sqlite3.connect(file)) as old:
        old.executescript("PRAGMA foreign_keys = OFF; DELETE FROM person; PRAGMA user_version = 7")

    with pytest.raises(upgrade.BrokenKeys, match="session"):
        await up(file)
    with closing(sqlite3.connect(file)) as still:
        assert still.execute("SELECT COUNT(*) FROM session").fetchone() == (1,)
