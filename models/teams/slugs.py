"""Addresses of teams: readable, stable, and never dead: an old one leads on to the present one."""

import re
import unicodedata
from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row
from models.teams.refusals import InvalidSlug

SLUG_MAX = 80
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "ł": "l"})


class FormerSlug(Row):
    """An address that a team once had. It stays the team's for ever, so that no link of theirs leads to others."""

    slug = fields.CharField(max_length=SLUG_MAX, unique=True)
    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="former_slugs", db_index=True
    )
    team_id: UUID

    class Meta:
        table = "team_former_slug"


def slug_of(name: str) -> str:
    """`Müllkühler Süd` -> `muellkuehler-sued` (E24); other accents lose their marks. Never empty, not yet unique."""
    # Composed first, so that an umlaut typed as letter and dots is an umlaut; then decomposed, to drop other marks.
    german = unicodedata.normalize("NFC", name).lower().translate(GERMAN)
    plain = "".join(c for c in unicodedata.normalize("NFKD", german) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "team"


def checked(slug: str, path: str = "slug") -> str:
    """A slug that somebody chose, or `InvalidSlug`."""
    slug = slug.strip().lower()
    if not (2 <= len(slug) <= SLUG_MAX and SLUG.fullmatch(slug)):
        raise InvalidSlug(path)
    return slug


async def free(team: type[Any], wanted: str) -> str:
    """`wanted`, or with the first number that no team has or had. The unique column still has the last word."""
    taken = set(await team.filter(slug__startswith=wanted).values_list("slug", flat=True))
    taken |= set(await FormerSlug.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number = 1
    slug = wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
