"""The table of a figure: written down, looked at by a second person, public, corrected in the open."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.errors import FourEyes, Refusal
from models.machine import Actor, Edge, Table
from models.roles import Role, Visibility


class SuccessState(StrEnum):
    DRAFT = "draft"
    VERIFIED = "verified"
    PUBLISHED = "published"
    CORRECTED = "corrected"


async def second_person(row: Any, by: Actor, now: datetime) -> Refusal | None:
    return FourEyes() if by.person_id is not None and by.person_id == row.recorded_by_id else None


EDITORS = frozenset({Role.EDITOR, Role.COMMUNITY_MANAGER})
S = SuccessState

transitions = Table(
    Edge(S.DRAFT, "verify", S.VERIFIED, EDITORS, second_person),
    Edge(S.VERIFIED, "publish", S.PUBLISHED, EDITORS, visible_to=Visibility.PUBLIC),
    Edge(S.PUBLISHED, "correct", S.CORRECTED, EDITORS, visible_to=Visibility.PUBLIC),
    Edge(S.CORRECTED, "correct", S.CORRECTED, EDITORS, visible_to=Visibility.PUBLIC),
)
