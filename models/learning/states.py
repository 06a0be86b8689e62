"""The table of a resource (domain.md, 7.2): who may do what with it, and what follows."""

from datetime import datetime
from typing import Any

from models.errors import FourEyes, Refusal, WrongState
from models.learning.refusals import NotDescribed
from models.learning.words import ResourceState
from models.machine import Actor, Edge, Table, edges
from models.roles import Role, Visibility

R = ResourceState
KEEPERS = frozenset({Role.EDITOR, Role.COMMUNITY_MANAGER})
US = frozenset({Role.SYSTEM})
LIVING = (R.SUGGESTED, R.IN_REVIEW, R.PUBLISHED, R.STALE, R.BROKEN)
READABLE = (R.PUBLISHED, R.STALE)
"""What everybody can read at its address; lists hold what is published alone."""


async def it_is_described(resource: Any, by: Actor, now: datetime) -> Refusal | None:
    """Every published resource has licence, language, level and review date (C7.3)."""
    for path, value in (
        ("licence", resource.licence), ("language", resource.language), ("level", resource.level),
        ("reviewDueAt", resource.review_due_at and resource.review_due_at > now),
    ):  # fmt: skip
        if not value:
            return NotDescribed(path)
    return None


async def it_stays_described(resource: Any, by: Actor, now: datetime) -> Refusal | None:
    """What is read by others may be corrected, and not robbed of its licence."""
    for path in ("licence", "language", "level"):
        if not getattr(resource, path):
            return NotDescribed(path)
    return None


async def a_second_person_looked(resource: Any, by: Actor, now: datetime) -> Refusal | None:
    """Whoever suggested it, or is its author, does not publish it."""
    if by.person_id is not None and by.person_id in (resource.suggested_by_id, resource.author_id):
        return FourEyes()
    return await it_is_described(resource, by, now)


async def its_date_has_passed(resource: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if resource.review_due_at and resource.review_due_at <= now else WrongState("id")


async def say_that_it_is_there(resource: Any, by: Actor, now: datetime) -> None:
    await resource.came_out(now)


async def say_that_it_is_gone(resource: Any, by: Actor, now: datetime) -> None:
    await resource.broke(now)


async def ask_for_a_look(resource: Any, by: Actor, now: datetime) -> None:
    await resource.grew_stale(now)


transitions = Table(
    *edges([R.SUGGESTED, R.IN_REVIEW], "review", R.IN_REVIEW, KEEPERS),
    Edge(R.PUBLISHED, "review", R.PUBLISHED, KEEPERS, it_stays_described, (), Visibility.PUBLIC),
    Edge(R.STALE, "review", R.STALE, KEEPERS, it_stays_described, (), Visibility.PUBLIC),
    Edge(R.BROKEN, "review", R.BROKEN, KEEPERS),
    Edge(R.IN_REVIEW, "publish", R.PUBLISHED, KEEPERS, a_second_person_looked, (say_that_it_is_there,),
         Visibility.PUBLIC),
    *edges([R.PUBLISHED, R.STALE, R.BROKEN], "publish", R.PUBLISHED, KEEPERS, it_is_described,
           visible_to=Visibility.PUBLIC),
    Edge(R.PUBLISHED, "grow_stale", R.STALE, US, its_date_has_passed, (ask_for_a_look,)),
    *edges([R.PUBLISHED, R.STALE], "break", R.BROKEN, KEEPERS | US, None, (say_that_it_is_gone,)),
    *edges(LIVING, "archive", R.ARCHIVED, KEEPERS),
)  # fmt: skip
