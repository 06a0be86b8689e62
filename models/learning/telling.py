"""Whom the Lernplattform tells what. Rows only, in the transaction of the cause."""

from datetime import datetime
from typing import Any
from uuid import UUID

from models.members import RoleGrant
from models.notifications import tell_all
from models.roles import Role


def about(resource: Any) -> dict[str, str]:
    return {
        "title": resource.title_de or resource.title_en, "title_en": resource.title_en or resource.title_de,
        "resource": str(resource.id),
    }  # fmt: skip


def thanked(resource: Any) -> list[UUID]:
    """Whoever suggested or wrote it, each once."""
    return list(dict.fromkeys(id for id in (resource.author_id, resource.suggested_by_id) if id))


async def came_out(resource: Any, now: datetime) -> None:
    await tell_all(thanked(resource), "learning.published", subject=resource, now=now, about=about(resource), key="1")


async def broken(resource: Any, now: datetime) -> None:
    """Whoever wrote it knows best where it has gone."""
    await tell_all(thanked(resource), "learning.broken", subject=resource, now=now, about=about(resource))


async def stale(resource: Any, now: datetime) -> None:
    """Its keepers, once for each review date."""
    people = await RoleGrant.holders(Role.EDITOR, now=now)
    await tell_all(
        people, "learning.stale", subject=resource, now=now, about=about(resource),
        key=resource.review_due_at.isoformat(),
    )  # fmt: skip
