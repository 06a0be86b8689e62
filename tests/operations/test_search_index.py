"""The index outlives an upgrade of a SQLite file, and an operator can look at it and make it anew."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models import db, upgrade
from models.access import ANONYMOUS
from models.search import Question, Search, rebuild
from models.teams import Team
from tests import people
from tests.conftest import on_postgres
from tests.operations.test_command_line import at_home, leuchtturm

__all__ = ["at_home"]

pytestmark = pytest.mark.skipif(on_postgres(), reason="the set-up without PostgreSQL")


async def found(typed: str) -> int:
    return await Search(Question.of(typed), ANONYMOUS).count()


async def test_an_upgraded_file_finds_what_it_found(tmp_path: Path) -> None:
    file = tmp_path / "leuchtturm.sqlite3"
    url = f"sqlite://{file}"
    await upgrade.upgrade(url)
    async with db.opened(url, everywhere=False):
        for name in ("Müller", "Gezeitenuhr"):
            await people.team(name)
        await rebuild()
        await Team.filter(name="Müller").delete()
        await rebuild()
    with closing(sqlite3.connect(file)) as old:
        old.execute("PRAGMA user_version = 7")  # as an older version left it

    assert [line for line in await upgrade.upgrade(url) if "Not carried" in line] == []

    async with db.opened(url, everywhere=False):
        assert (await found("gezeiten"), await found("mueller")) == (1, 0)
        assert not any((await rebuild(repair=False)).values())
    with closing(sqlite3.connect(file)) as new:
        new.execute("INSERT INTO search_text(search_text) VALUES ('integrity-check')")


async def test_an_operator_looks_at_the_index_and_makes_it_anew(at_home: dict[str, str]) -> None:
    url = f"sqlite://{Path(at_home['LEUCHTTURM_DATA_DIR']) / 'leuchtturm.sqlite3'}"
    await upgrade.upgrade(url)
    async with db.opened(url, everywhere=False):
        await people.team("Gezeitenuhr")

    looked = await asyncio.to_thread(leuchtturm, at_home, "search", "check")
    made = await asyncio.to_thread(leuchtturm, at_home, "search", "rebuild")

    assert looked.stdout.splitlines()[0] == "team: 1 missing, 0 old, 0 too many"
    assert "Run `leuchtturm search rebuild`." in looked.stdout
    assert (looked.returncode, made.returncode) == (1, 0), made.stderr
    async with db.opened(url, everywhere=False):
        assert await found("gezeiten") == 1
