"""A house with one row of each kind in every state, and everybody who may come along.

All rows belong to one team (the *team concerned*), to one person (the *person concerned*, `oneself`) or to nobody.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from tortoise.models import Model

from models.access import Viewer
from models.base import new_id
from models.members import ProfileField
from models.teams import TeamMembership, TeamRole
from tests.graph.world import World

M = TypeVar("M", bound=Model)
VIEWERS = ["anonymous", "stranger", "oneself", "member", "lead", "editor", "manager", "administrator"]
DAY = timedelta(days=1)
EXISTS = timedelta(days=30)
CIRCLES = [f"{field.value}_for" for field in ProfileField]


def states_of(row: Model) -> list[Any]:
    """Every state that such a row can be in."""
    column: Any = row._meta.fields_map["state"]
    return list(column.enum_type)


@dataclass
class House:
    """The rows by name, the viewers, and what each row is called in the page: its state, or who may see it."""

    now: datetime
    world: World
    viewers: dict[str, Viewer]
    rows: dict[str, Any] = field(default_factory=dict)
    labels: dict[tuple[str, UUID], str] = field(default_factory=dict)
    """By the name of the model and the id."""
    faces: list[Viewer] = field(default_factory=list)
    """People of whom the page says how they show themselves."""

    @property
    def person_id(self) -> UUID:
        id = self.viewers["oneself"].person_id
        assert id is not None
        return id

    @property
    def team_id(self) -> UUID:
        return self.world.team.id

    def concerns(self, row: Any, label: str = "") -> None:
        """Show the row in the page, by this label or its state."""
        state = getattr(row, "state", "")
        self.labels[type(row).__name__, row.id] = label or (state.value if isinstance(state, Enum) else "")

    async def keep(self, name: str, row: M) -> M:
        self.rows[name] = row
        self.concerns(row)
        return row

    async def in_each_state(self, row: M, states: list[Any] | None = None, **changed: Any) -> list[M]:
        """A copy of the row for each state; values of `changed` are called with the number of the copy."""
        made = []
        for number, state in enumerate(states or states_of(row)):
            copy = row.clone(pk=new_id())
            for column, value in changed.items():
                setattr(copy, column, value(number) if callable(value) else value)
            copy.state = state  # type: ignore[attr-defined]
            await copy.save(force_create=True)
            self.concerns(copy)
            made.append(copy)
        return made


async def joined(house: House, team_id: UUID) -> None:
    """Let the member and the lead belong to a team."""
    for who, role in (("member", TeamRole.MEMBER), ("lead", TeamRole.LEAD)):
        person_id = house.viewers[who].person_id
        if not await TeamMembership.filter(team_id=team_id, person_id=person_id).exists():
            await TeamMembership.create(team_id=team_id, person_id=person_id, role=role, joined_at=house.now)
