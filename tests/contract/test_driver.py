"""`make test` gives an honest account: a test counts as skipped only when it ran on neither set-up."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Nothing here depends on the database, and each test starts a pytest of its own: once is enough.
pytestmark = pytest.mark.skipif(
    os.environ.get("LEUCHTTURM_TEST_DATABASE", "").startswith("postgres"), reason="has run on SQLite"
)

SUITE = """
import os, pytest
on_postgres = os.environ["LEUCHTTURM_TEST_DATABASE"].startswith("postgres")

def test_everywhere(): pass

@pytest.mark.skipif(not on_postgres, reason="needs PostgreSQL")
def test_on_postgres(): pass

{more}
"""


def nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def drive(tmp_path):
    """Run the driver on a small suite, on a machine without PostgreSQL and Redis."""

    def run(more="", strict=False):
        (tmp_path / "test_small.py").write_text(SUITE.format(more=more), encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "LEUCHTTURM_TEST_SETUPS": "",
            "LEUCHTTURM_TEST_POSTGRES": f"postgres://postgres:hush@127.0.0.1:{nobody_listens()}/postgres",
            "LEUCHTTURM_TEST_REDIS": f"redis://:hush@127.0.0.1:{nobody_listens()}",
            "LEUCHTTURM_TEST_RESULTS": str(tmp_path / "results"),
            "LEUCHTTURM_TEST_STRICT": "1" if strict else "",
        }
        return subprocess.run(
            [sys.executable, ROOT / "scripts" / "test.py", str(tmp_path), "-p", "no:cacheprovider"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_it_says_what_was_not_run_and_why(drive):
    done = drive()

    assert done.returncode == 0, done.stdout
    assert "not run: no PostgreSQL at postgres://127.0.0.1:" in done.stdout
    assert "not run: no Redis at redis://127.0.0.1:" in done.stdout
    assert "skipped: 1 x Skipped: needs PostgreSQL" in done.stdout or "skipped: 1 x needs PostgreSQL" in done.stdout
    assert "1 passed, 0 failed, 1 skipped" in done.stdout
    assert "hush" not in done.stdout + done.stderr


def test_ci_accepts_no_gap(drive):
    assert drive(strict=True).returncode == 1


def test_a_failure_is_a_failure(drive):
    done = drive("def test_wrong(): assert False")

    assert done.returncode == 1
    assert "1 passed, 1 failed, 1 skipped" in done.stdout


def test_a_suite_that_cannot_be_read_is_a_failure(drive):
    assert drive("import nonsense_that_is_not_there").returncode == 1
