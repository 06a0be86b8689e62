"""What an operator copies from `deploy/` fits the code beside it."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import resolvers.metrics  # noqa: F401  # registers what it counts
import workers.webhooks.watching  # noqa: F401  # the same
from leuchtturm.cli import main
from leuchtturm.settings import Settings
from models.vitals import ABOUT
from resolvers.http import health

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVER = os.environ.get("LEUCHTTURM_TEST_DATABASE", "")


def documents(name):
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def containers():
    """Every container of ours that a compose or Kubernetes file starts: its arguments and how long it may drain."""
    (compose,) = documents("compose.yaml")
    for service in compose["services"].values():
        if service["image"] == "leuchtturm":
            yield service["command"], int(service["stop_grace_period"].removesuffix("s"))
    for document in documents("kubernetes/leuchtturm.yaml"):
        pod = document.get("spec", {}).get("template", {}).get("spec")
        for container in pod["containers"] if pod else []:
            yield container["args"], pod.get("terminationGracePeriodSeconds", 40)


@pytest.mark.parametrize("file", sorted(DEPLOY.rglob("*.yaml")), ids=lambda file: file.name)
def test_every_yaml_file_can_be_read(file):
    assert all(documents(file.relative_to(DEPLOY)))


def test_every_container_runs_a_command_that_exists():
    assert {arguments[0] for arguments, _ in containers()} == {"migrate", "api", "worker"} <= set(main.commands)


def test_a_worker_may_finish_what_it_has_begun_before_it_is_killed():
    drain = Settings(_env_file=None).drain_seconds
    units = [int(n) for f in DEPLOY.rglob("*.service") for n in re.findall(r"TimeoutStopSec=(\d+)", f.read_text())]
    assert min([grace for _, grace in containers()] + units) > drain + 5


def test_the_image_holds_every_package_of_the_wheel():
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py") if file.parent.name != "tests"}
    assert packages == set(re.findall(r"^COPY (\w+) \1$", lines, flags=re.MULTILINE))


def test_everybody_uses_the_same_installer():
    """The pinned uv of the Makefile is the one of the image."""
    pinned = re.search(r"UV_VERSION := (\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]
    assert f"uv=={pinned}" in (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_alerts_and_their_page_speak_of_metrics_that_exist():
    """A rule about a metric that nobody exports never fires, and nobody notices."""
    counted = {sample.name for family in REGISTRY.collect() for sample in family.samples} | {
        family.name + suffix for family in REGISTRY.collect() for suffix in ("", "_total")
    }
    known = counted | {f"leuchtturm_{name}" for name in ABOUT} | {"leuchtturm_database_up"}
    for page in (DEPLOY / "alerts.yaml", ROOT / "docs" / "operations" / "metrics.md"):
        named = set(re.findall(r"\bleuchtturm_[a-z_]+", page.read_text(encoding="utf-8")))
        assert named - known == set(), page.name


def test_probes_ask_paths_that_are_served():
    asked = {
        probe for f in DEPLOY.rglob("*") if f.is_file() for probe in re.findall(r"/(?:live|ready)\b", f.read_text())
    }
    assert asked <= {route.path for route in health.routes}


def backup(folder, **environment):
    done = subprocess.run(
        ["sh", DEPLOY / "backup.sh", folder],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_a_backup_of_a_sqlite_file_holds_what_was_committed(tmp_path):
    with closing(sqlite3.connect(tmp_path / "leuchtturm.sqlite3")) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE story (headline TEXT)")
        live.execute("INSERT INTO story VALUES ('Maschenwerk')")
        live.commit()

        copy = backup(tmp_path / "backups", LEUCHTTURM_DATABASE_URL="", LEUCHTTURM_DATA_DIR=str(tmp_path))

    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT headline FROM story").fetchall() == [("Maschenwerk",)]
    assert copy.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not SERVER.startswith("postgres"), reason="needs PostgreSQL")
@pytest.mark.skipif(not shutil.which("pg_dump"), reason="needs pg_dump")
def test_a_backup_of_postgres_can_be_restored(tmp_path):
    source, copy = f"leuchtturm_backup_{os.getpid()}", f"leuchtturm_restore_{os.getpid()}"
    url = SERVER.rsplit("/", 1)[0]

    def psql(database, statement):
        done = subprocess.run(
            ["psql", "-qAtX", f"{url}/{database}", "-c", statement], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    ours = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.search(r"(\d+)", ours)[1]) < int(psql("postgres", "SHOW server_version_num")) // 10_000:
        pytest.skip("pg_dump is older than the server")

    try:
        for name in (source, copy):
            psql("postgres", f"CREATE DATABASE {name}")
        psql(source, "CREATE TABLE story AS SELECT 'Maschenwerk' AS headline")

        file = backup(tmp_path, LEUCHTTURM_DATABASE_URL=f"{url}/{source}")
        subprocess.run(["pg_restore", "--no-owner", f"--dbname={url}/{copy}", file], check=True)

        assert psql(copy, "SELECT headline FROM story") == "Maschenwerk"
    finally:
        for name in (source, copy):
            psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_old_copies_are_forgotten_so_that_erased_people_are(tmp_path):
    sqlite3.connect(tmp_path / "leuchtturm.sqlite3").close()
    old = tmp_path / "backups" / "leuchtturm-2020-04-14T032000Z.sqlite3"
    old.parent.mkdir()
    old.touch()
    os.utime(old, (1_586_834_400, 1_586_834_400))

    backup(tmp_path / "backups", LEUCHTTURM_DATABASE_URL="", LEUCHTTURM_DATA_DIR=str(tmp_path))

    assert not old.exists()
