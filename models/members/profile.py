"""Changing one's profile: every field alone, checked, and for whom it is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer
from models.errors import SignInNeeded
from models.language import Language
from models.members import fields
from models.members.fields import FieldVisibility, ProfileField
from models.members.person import Person
from models.members.refusals import NameIsSeen, ProtectedByAge
from models.outbox import AuditEvent

ABOUT_MAX = 2_000
CHECKS: Mapping[str, Any] = {
    "display_name": lambda value: fields.person_name(value, "displayName"),
    "pronouns": lambda value: text.line(value, "pronouns", 40, required=False),
    "locale": Language,
    "time_zone": fields.zone,
    "about": lambda value: text.prose(value, "about", ABOUT_MAX, required=False),
    "place": lambda value: text.line(value, "place", 80, required=False),
    "links": fields.links,
    "languages": fields.languages,
    "hours_per_week": fields.hours,
    "week_parts": fields.week,
    "away_until": lambda value: value,
}
"""Field of the row -> what makes an acceptable value of what was typed, or refuses it."""


async def update(
    *, by: Viewer, now: datetime, version: int | None = None,
    visibility: Mapping[ProfileField, FieldVisibility] | None = None, **changes: Any,
) -> Person:  # fmt: skip
    """Change what is given of one's own profile, and leave the rest. Raises `Stale` and what a field refuses.

    `None` for `hours_per_week` and `away_until` means "not said any more"; fields that are not given are not among
    `changes`.
    """
    if by.person_id is None:
        raise SignInNeeded()
    checked = {name: CHECKS[name](value) for name, value in changes.items()}
    async with in_transaction():
        person = await Person.locked(by.person_id, version=version)
        for name, value in checked.items():
            setattr(person, name, value)
        for field, audience in (visibility or {}).items():
            _show(person, field, audience, now)
        person.version += 1
        await person.save()
        names = sorted([*checked, *(f"{field.value}_for" for field in visibility or {})])
        await AuditEvent.record(person, "update", by=by, now=now, note=" ".join(names))
    return person


def _show(person: Person, field: ProfileField, audience: FieldVisibility, now: datetime) -> None:
    if field is ProfileField.NAME and audience is FieldVisibility.PRIVATE:
        raise NameIsSeen("visibility")
    if audience is FieldVisibility.PUBLIC and person.is_young(now.date()):
        raise ProtectedByAge("visibility")
    setattr(person, f"{field.value}_for", audience)


def visibility_of(person: Person) -> dict[ProfileField, FieldVisibility]:
    """To whom each field is shown at present."""
    return {field: getattr(person, f"{field.value}_for") for field in ProfileField}
