"""What an operator types before the first member can sign in. Commands run as processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import on_postgres

# Each of these starts processes of its own on a SQLite file; once is enough.
pytestmark = pytest.mark.skipif(on_postgres(), reason="the set-up without PostgreSQL")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def at_home(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh installation in an empty folder."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("LEUCHTTURM_")}
    return {**theirs, "PYTHONPATH": str(ROOT), "LEUCHTTURM_DATA_DIR": str(tmp_path / "var")}


def leuchtturm(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    folder = Path(environment["LEUCHTTURM_DATA_DIR"]).parent
    return subprocess.run(
        [sys.executable, "-m", "leuchtturm", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_the_first_administrator_is_made_from_the_command_line_and_once(at_home: dict[str, str]) -> None:
    assert "Created" in leuchtturm(at_home, "migrate").stdout

    first = leuchtturm(at_home, "member", "wanda@example.org", "--name", "Wanda Weiß")
    again = leuchtturm(at_home, "member", "WANDA@example.org", "--name", "Wanda Weiß", "--role", "editor")

    assert "Wanda Weiß is administrator" in first.stdout
    assert "Wanda Weiß is editor" in again.stdout
    assert "wanda@example.org" not in first.stderr + again.stderr


def test_a_role_that_does_not_exist_is_named_with_those_that_do(at_home: dict[str, str]) -> None:
    answer = leuchtturm(at_home, "member", "wanda@example.org", "--name", "Wanda", "--role", "king")

    assert "There is no role king" in answer.stdout
    assert "administrator" in answer.stdout
    assert answer.returncode == 2


def test_check_says_what_is_wrong_and_fails(at_home: dict[str, str]) -> None:
    before = leuchtturm(at_home, "check")
    leuchtturm(at_home, "migrate")
    after = leuchtturm(at_home, "check")

    assert before.returncode == 1
    assert "FAIL  migrations" in before.stdout
    assert after.returncode == 0, after.stdout
    assert "FAIL" not in after.stdout


def test_postgresql_without_a_secret_is_refused_with_the_way_out(at_home: dict[str, str]) -> None:
    production = {**at_home, "LEUCHTTURM_DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing"}

    answer = leuchtturm(production, "check")

    assert answer.returncode == 1
    assert "leuchtturm secret" in answer.stdout


def test_a_fresh_secret_is_long_enough(at_home: dict[str, str]) -> None:
    assert len(leuchtturm(at_home, "secret").stdout.strip()) >= 32


def test_an_api_of_its_own_needs_postgresql_and_says_so(at_home: dict[str, str]) -> None:
    answer = leuchtturm(at_home, "api")

    assert answer.returncode == 1
    assert "LEUCHTTURM_DATABASE_URL" in answer.stderr
