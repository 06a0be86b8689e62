"""The software speaks to everybody (E25): no text of ours uses a masculine form for people in general."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("models", "resolvers", "workers", "schema", "leuchtturm")
PATTERNS = ("*.py", "*.html", "*.txt", "*.mjml", "*.md")
# Forms that mean "people of this kind" when they stand alone; with the colon (Leser:innen) they are as they should be.
MASCULINE = (
    "Abonnent",
    "Abonnenten",
    "Administratoren",
    "Autor",
    "Autoren",
    "Benutzer",
    "Besucher",
    "Empfänger",
    "Entwickler",
    "Experten",
    "Freiwilliger",
    "Gründer",
    "Kollegen",
    "Lehrer",
    "Leser",
    "Mentoren",
    "Moderatoren",
    "Nachbarn",
    "Nutzer",
    "Patienten",
    "Redakteure",
    "Teilnehmer",
    "Unterstützer",
)
ALONE = re.compile(rf"\b({'|'.join(MASCULINE)})\b(?!:in|-)")


HEARD = {"glossary.txt"}
"""Words that people type and that we understand; we say none of them."""


def texts() -> list[Path]:
    return sorted(
        path
        for folder in FOLDERS
        for pattern in PATTERNS
        for path in (ROOT / folder).rglob(pattern)
        if "migrations" not in path.parts and path.name not in HEARD
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_means_only_men(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in texts()
        if path.relative_to(ROOT).parts[0] == folder
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in ALONE.finditer(line)
    ]

    assert found == []
