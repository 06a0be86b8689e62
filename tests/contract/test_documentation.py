"""A page that names a file which is not there misleads the one person who trusted it."""

import re
import subprocess
import sys
from pathlib import Path

from leuchtturm.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
FOLDERS = "leuchtturm|models|resolvers|schema|workers|tests|deploy|docs|scripts"


def shown(page):
    return page.relative_to(ROOT).as_posix()


def test_links_lead_somewhere():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{shown(page)} -> {target}")
    assert broken == []


def test_files_that_are_named_exist():
    missing = []
    for page in PAGES:
        for name in re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", page.read_text(encoding="utf-8")):
            if not (ROOT / name).exists():
                missing.append(f"{shown(page)}: {name}")
    assert missing == []


def test_every_page_can_be_found_from_the_first_one():
    first = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs" / "subsystems").glob("*.md")]
    assert [page for page in pages if f"({page})" not in first] == []


def test_commands_that_are_named_exist():
    unknown = []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        unknown += [f"{shown(page)}: make {t}" for t in re.findall(r"`make ([a-z]+)", text) if t not in targets]
        unknown += [
            f"{shown(page)}: leuchtturm {c}"
            for c in re.findall(r"`leuchtturm ([a-z]+)", text)
            if c not in main.commands
        ]
    assert unknown == []


def test_the_drawings_of_the_state_machines_are_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "states.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
