"""The columns of a team and its machine. What people do with it stands in `founding.py` and `resting.py`."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base import Moment
from models.errors import NotAllowed, Refusal
from models.machine import Actor, Edge, Stateful, Table, edges
from models.roles import Role, Visibility
from models.shuffling import new_key
from models.teams.slugs import SLUG_MAX, FormerSlug
from models.teams.states import KEEPERS, STAFF, Stage, TeamState

PUBLIC = Visibility.PUBLIC
S = TeamState


async def not_hidden(team: Any, by: Actor, now: datetime) -> Refusal | None:
    """What staff have hidden, staff show again (E49)."""
    return NotAllowed() if team.hidden_at and not by.roles_on(team) & (STAFF | {Role.SYSTEM}) else None


async def is_hidden(team: Any, by: Actor, now: datetime) -> None:
    team.hidden_at = now
    await team.save()


async def is_shown(team: Any, by: Actor, now: datetime) -> None:
    team.hidden_at = None
    await team.save()


class TeamRow(Stateful):
    """A group with a solution. `slug` is the stable public name; invented teams of the demo start with `demo-`.

    `place` is where the team stands in lists today: made from `shuffle_key` anew each day, the same for everybody
    and of no merit (E43).
    """

    kind = "team"
    transitions: ClassVar[Table] = Table(
        Edge(S.DRAFT, "list", S.LISTED, KEEPERS | {Role.SYSTEM}, not_hidden, (is_shown,), PUBLIC),
        Edge(S.LISTED, "rest", S.DORMANT, KEEPERS | {Role.SYSTEM}),
        Edge(S.DORMANT, "list", S.LISTED, KEEPERS | {Role.SYSTEM}, visible_to=PUBLIC),
        *edges([S.DRAFT, S.LISTED, S.DORMANT], "archive", S.ARCHIVED, KEEPERS),
        *edges([S.LISTED, S.DORMANT], "hide", S.DRAFT, STAFF | {Role.SYSTEM}, effects=[is_hidden], visible_to=PUBLIC),
    )

    slug = fields.CharField(max_length=SLUG_MAX, unique=True)
    name = fields.CharField(max_length=120)
    pitch = fields.CharField(max_length=280, default="")
    stage = fields.CharEnumField(Stage, max_length=24, default=Stage.IDEA)
    state = fields.CharEnumField(TeamState, max_length=24, default=TeamState.DRAFT)
    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="teams", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    field_of_action_id: UUID | None
    open_to_help = fields.BooleanField(default=True, db_default=True)
    next_checkin_at = Moment(null=True, db_index=True)
    missed_checkins = fields.IntField(default=0, db_default=0)
    hidden_at = Moment(null=True)
    """When staff took it off the list, or the wave of bots that it came with was hidden; null for everybody else."""
    shuffle_key = fields.BigIntField(default=new_key)
    place = fields.BigIntField(default=new_key)

    memberships: fields.ReverseRelation[Any]
    links: fields.ReverseRelation[Any]
    former_slugs: fields.ReverseRelation[FormerSlug]

    class Meta:
        abstract = True

    @classmethod
    def at(cls, slug: str) -> QuerySet[Self]:
        """The team with this address, or the one that had it once."""
        former = Subquery(FormerSlug.filter(slug=slug).values("team_id"))
        return cls.filter(Q(slug=slug) | Q(id__in=former))
