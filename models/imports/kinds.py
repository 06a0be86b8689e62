"""What can be imported, and under which names the columns come."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.folding import fold


class Kind(StrEnum):
    """What a list holds."""

    PROJECTS = "projects"
    MEMBERS = "members"


@dataclass(frozen=True)
class Shape:
    """The columns of a kind by our names, each with the names under which lists have them, folded."""

    columns: Mapping[str, frozenset[str]]
    required: tuple[str, ...]
    many: frozenset[str] = frozenset()
    """Columns that may come several times, such as links."""


def bare(name: str) -> str:
    """A column's name without spelling: `External-ID` and `external id` are the same."""
    return re.sub(r"[^a-z0-9]+", "", fold(name))


def _names(*names: str) -> frozenset[str]:
    return frozenset(bare(name) for name in names)


SHAPES: Mapping[Kind, Shape] = {
    Kind.PROJECTS: Shape(
        {
            "key": _names("key", "id", "nr", "nummer", "number", "external id", "projekt-id", "project id", "kennung"),
            "name": _names("name", "title", "titel", "projekt", "projektname", "project", "project title", "team"),
            "pitch": _names("pitch", "tagline", "kurzbeschreibung", "beschreibung", "summary", "in one sentence"),
            "field": _names("field", "feld", "handlungsfeld", "field of action", "thema", "theme", "kategorie"),
            "stage": _names("stage", "stand", "phase", "status", "reifegrad"),
            "links": _names(
                "link", "links", "url", "website", "webseite", "homepage", "devpost", "github", "repo", "video",
                "demo", "submission url", "project url", "try it out",
            ),
            "blocks": _names("block", "blocks", "baustein", "bausteine", "programm", "programme"),
        },
        ("key", "name"),
        frozenset({"links", "blocks"}),
    ),
    Kind.MEMBERS: Shape(
        {
            "key": _names("key", "id", "userid", "user id", "mitglied-id", "member id"),
            "email": _names("email", "e-mail", "mail", "e-mail-adresse", "email address"),
            "name": _names("fullname", "name", "full name", "vollständiger name", "vor- und nachname"),
            "shown": _names("displayname", "display name", "anzeigename"),
            "handle": _names("username", "handle", "benutzername"),
            "language": _names("language", "sprache", "locale"),
            "status": _names("status", "rolle"),
        },
        ("email",),
    ),
}  # fmt: skip
