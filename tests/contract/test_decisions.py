"""A dependency without a written reason is not added."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def named_in_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    optional = project["project"].get("optional-dependencies", {}).values()
    groups = [project["project"]["dependencies"], *optional, *project["dependency-groups"].values()]
    return {re.match(r"[\w.-]+", line)[0].lower() for group in groups for line in group if isinstance(line, str)}


def test_every_dependency_has_its_reason():
    table = (ROOT / "docs" / "decisions" / "libraries.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| ([a-z0-9.-]+) \|", table, flags=re.MULTILINE)) - {"package"} == named_in_pyproject()


def test_every_decision_stands_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in sorted(folder.glob("0*.md")) if f"({file.name})" not in index] == []
