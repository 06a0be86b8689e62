"""`.env.example` is the list of settings that operators read; it names each one, once, with its default."""

import re
from pathlib import Path

from leuchtturm.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^(LEUCHTTURM_[A-Z0-9_]+)=(.*)$", re.MULTILINE)
EXAMPLE = ROOT / ".env.example"


def defaults(monkeypatch, file):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LEUCHTTURM_{name.upper()}", raising=False)
    return Settings(_env_file=file)


def test_the_example_names_every_setting_once():
    names = [name for name, _ in LINE.findall(EXAMPLE.read_text(encoding="utf-8"))]
    assert sorted(names) == sorted(f"LEUCHTTURM_{name.upper()}" for name in Settings.model_fields)


def test_the_example_states_the_defaults(monkeypatch):
    assert defaults(monkeypatch, EXAMPLE).model_dump() == defaults(monkeypatch, None).model_dump()


def test_every_setting_in_the_documentation_exists():
    known = {f"LEUCHTTURM_{name.upper()}" for name in Settings.model_fields}
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(f for f in (ROOT / "deploy").rglob("*") if f.is_file()),
    ]
    unknown = {
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        for name in re.findall(r"\bLEUCHTTURM_[A-Z0-9_]+\b", page.read_text(encoding="utf-8"))
        if name not in known and not name.startswith("LEUCHTTURM_TEST_")
    }
    assert unknown == set()
