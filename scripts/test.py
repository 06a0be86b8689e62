"""The driver behind `make test`: the suite once per set-up, then one honest account of what ran and what did not.

SQLite with the Redis stand-in always runs. PostgreSQL with Redis runs when both are reachable:

    LEUCHTTURM_TEST_POSTGRES   default postgres://postgres@127.0.0.1:5432/postgres (tests make their own databases)
    LEUCHTTURM_TEST_REDIS      default redis://127.0.0.1:6379
    LEUCHTTURM_TEST_WORKERS    processes per run; default: one more than cores, at most four
    LEUCHTTURM_TEST_STRICT     1: whatever did not run is a failure (CI); API descriptions alone may be absent
    LEUCHTTURM_TEST_SETUPS     sqlite, postgres or sqlite,postgres; default: what is reachable
    LEUCHTTURM_TEST_RESULTS    folder of the JUnit files; default .test-results

Arguments go to pytest: `make test ARGS="tests/models -k consent -x"`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent.parent
RESULTS = Path(os.environ.get("LEUCHTTURM_TEST_RESULTS") or HERE / ".test-results")
PATIENCE = 3.0  # seconds; a service on this machine answers at once or is not there

# A network's published API description is read where somebody has put it and is not part of this project; an
# old pg_dump refuses a newer server, which is no fault of ours.
MAY_BE_ABSENT = ("API description", "pg_dump is older")


@dataclass
class Setup:
    name: str
    database: str
    redis: str  # empty: the stand-in inside the process

    def environment(self) -> dict[str, str]:
        return {
            **_compiled_once(os.environ),
            "LEUCHTTURM_TEST_DATABASE": self.database,
            "LEUCHTTURM_TEST_REDIS_URL": self.redis,
        }


def _compiled_once(environment: Mapping[str, str]) -> dict[str, str]:
    """Images for containers often forbid bytecode beside the sources. Then each of the hundred processes of a run would
    compile two thousand modules for itself, half of all work; so the bytecode goes to the results instead.
    """
    if not environment.get("PYTHONDONTWRITEBYTECODE"):
        return dict(environment)
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(RESULTS.resolve() / "bytecode"), **kept}


@dataclass
class Account:
    """What one run, or all runs together, did; keyed by the test's name."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)

    def read(self, report: Path) -> None:
        """Takes in pytest's JUnit file. A missing or broken file is a failed run, which the exit code says as well."""
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname')}::{case.get('name')}"
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.add(name)
            elif skip is not None:
                self.skipped[name] = (skip.get("message") or "no reason given").splitlines()[0]
            else:
                self.passed.add(name)

    def ran_nowhere(self) -> dict[str, str]:
        """A test that is skipped on SQLite because it needs PostgreSQL counts as run when it ran there."""
        return {name: why for name, why in self.skipped.items() if name not in self.passed | self.failed}


async def postgres_missing(url: str) -> str | None:
    """Why PostgreSQL cannot be used, or None: it must answer a statement, not only accept a connection."""
    import asyncpg

    try:
        connection = await asyncpg.connect(url, timeout=PATIENCE)
        await connection.fetchval("select 1", timeout=PATIENCE)
        await connection.close()
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return f"no PostgreSQL at {without_password(url)} ({type(error).__name__})"
    return None


async def redis_missing(url: str) -> str | None:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client = Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    try:
        await client.ping()
    except (OSError, RedisError, ValueError) as error:
        return f"no Redis at {without_password(url)} ({type(error).__name__})"
    finally:
        await client.aclose()
    return None


def without_password(url: str) -> str:
    return url.partition("://")[0] + "://" + url.partition("://")[2].rpartition("@")[2]


def missing_programs() -> list[str]:
    """Browsers and Node are not set-ups of their own: the tests that need them skip themselves and say so."""
    missing = []
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        missing.append("no Chromium on the path: the screens were not opened in a browser")
    if not shutil.which("node"):
        missing.append("no Node on the path: JavaScript clients were not tried")
    elif not shutil.which("npm"):
        missing.append("no npm on the path: JavaScript clients were not tried")
    return missing


def setups() -> tuple[list[Setup], list[str]]:
    """What can be run here, and a sentence for each thing that cannot."""
    wanted = (os.environ.get("LEUCHTTURM_TEST_SETUPS") or "sqlite,postgres").split(",")
    postgres = os.environ.get("LEUCHTTURM_TEST_POSTGRES") or "postgres://postgres@127.0.0.1:5432/postgres"
    redis = os.environ.get("LEUCHTTURM_TEST_REDIS") or "redis://127.0.0.1:6379"

    possible = [Setup("SQLite + stand-in", "sqlite", "")] if "sqlite" in wanted else []
    if "postgres" not in wanted:
        return possible, ["PostgreSQL + Redis were not asked for (LEUCHTTURM_TEST_SETUPS)"]

    gaps = [gap for gap in (asyncio.run(postgres_missing(postgres)), asyncio.run(redis_missing(redis))) if gap]
    if not gaps:
        possible.append(Setup("PostgreSQL + Redis", postgres, redis))
    return possible, gaps


def workers(arguments: list[str]) -> list[str]:
    """Several processes for the whole suite, one for a hand-picked part: starting them costs two seconds."""
    picked = any(not argument.startswith("-") for argument in arguments) or "-k" in arguments
    # One more than cores: a third of the time tests wait for processes, leases and databases.
    count = os.environ.get("LEUCHTTURM_TEST_WORKERS") or str(min(4, (os.cpu_count() or 1) + 1))
    return [] if picked or count == "1" else ["-n", count, "--dist", "loadgroup"]


def run(setup: Setup, arguments: list[str], account: Account) -> bool:
    report = RESULTS / f"{setup.database.partition(':')[0]}.xml"
    report.unlink(missing_ok=True)
    print(f"\n=== {setup.name} ===", flush=True)
    started = time.monotonic()
    pytest = [sys.executable, "-m", "pytest", f"--junitxml={report}", *workers(arguments), *arguments]
    code = subprocess.run(pytest, cwd=HERE, env=setup.environment(), check=False).returncode
    if report.exists():
        account.read(report)
    print(f"({setup.name}: {time.monotonic() - started:.0f} s, exit code {code})", flush=True)
    return code == 0


def tell(account: Account, gaps: list[str], good: bool) -> None:
    print("\n=== Account ===")
    for gap in gaps:
        print(f"not run: {gap}")
    for why, count in Counter(account.ran_nowhere().values()).most_common():
        print(f"skipped: {count} x {why}")
    if not gaps and not account.ran_nowhere():
        print("nothing was skipped")
    passed = account.passed - account.failed
    print(f"{len(passed)} passed, {len(account.failed)} failed, {len(account.ran_nowhere())} skipped", flush=True)
    if not good:
        print("FAILED", flush=True)


def main(arguments: list[str]) -> int:
    RESULTS.mkdir(parents=True, exist_ok=True)
    account = Account()
    possible, gaps = setups()
    good = [run(setup, arguments, account) for setup in possible]
    gaps += missing_programs()

    strict = os.environ.get("LEUCHTTURM_TEST_STRICT") == "1"
    unexcused = [why for why in account.ran_nowhere().values() if not any(part in why for part in MAY_BE_ABSENT)]
    fine = bool(good) and all(good) and not account.failed and not (strict and (gaps or unexcused))
    tell(account, gaps, fine)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
