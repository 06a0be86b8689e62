"""What one person sees of another: the one rule behind every field of a profile, on every path that leads to it."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from models.access import Viewer, manages, shown_to
from models.members.fields import FieldVisibility, without_links

T = TypeVar("T")


def is_shown(audience: FieldVisibility, person_id: UUID, viewer: Viewer) -> bool:
    """Whether this viewer sees a field that its owner shows to that audience."""
    if person_id == viewer.person_id or audience.value in shown_to(viewer):
        return True
    return audience is FieldVisibility.MATCHED and person_id in viewer.matched


def shown_text(text: str, audience: FieldVisibility, person_id: UUID, viewer: Viewer) -> str | None:
    """The text, or None when there is none or it is not for this viewer: nobody can tell which."""
    return text or None if is_shown(audience, person_id, viewer) else None


def shown_list(items: Sequence[T], audience: FieldVisibility, person_id: UUID, viewer: Viewer) -> list[T]:
    return list(items) if is_shown(audience, person_id, viewer) else []


def sees_held_links(person_id: UUID, viewer: Viewer) -> bool:
    """Links of a new account are seen by its owner and by those who check it (E49)."""
    return person_id == viewer.person_id or manages(viewer)


def shown_about(about: str, audience: FieldVisibility, person_id: UUID, held: bool, viewer: Viewer) -> str | None:
    """What somebody writes about themselves, without the links of a new account."""
    text = shown_text(about, audience, person_id, viewer)
    return without_links(text) if text and held and not sees_held_links(person_id, viewer) else text
