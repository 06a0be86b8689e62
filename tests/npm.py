"""Packages from npm, as their authors publish them: installed once, outside of the repository, whoever comes first.

Without Node, npm or the packages the tests that need them are skipped, and say so; `LEUCHTTURM_TEST_STRICT=1` (CI)
counts that as a failure. `LEUCHTTURM_TEST_CLIENTS` names another folder for the cache.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("LEUCHTTURM_TEST_CLIENTS") or Path.home() / ".cache" / "leuchtturm" / "clients")
INSTALLING = 280  # seconds; some 300 packages over a slow line
OLDEST = 20  # the compilers run on nothing older
MANIFEST = ("package.json", "package-lock.json")


def installed(source: Path, *beside: str) -> Path:
    """A folder with the packages that `source` locks in its `node_modules`, and these files of `source` beside them.

    Several processes of a run come at once: one installs, the others wait for it.
    """
    _wanted()
    folder = CACHE / hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            _copy(source, folder, MANIFEST)
            _install(folder)
        _copy(source, folder, beside)
    return folder


def _wanted() -> None:
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("no Node or no npm on the path: nothing written in JavaScript was tried")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST:
        pytest.skip(f"Node is older than {OLDEST}: nothing written in JavaScript was tried")


def _copy(source: Path, folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        shutil.copy(source / name, folder / name)


def _install(folder: Path) -> None:
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALLING, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm could not install the packages in time")
    if done.returncode:
        pytest.skip(f"npm could not install the packages: {done.stderr.strip()[:200]}")
    (folder / ".complete").touch()
