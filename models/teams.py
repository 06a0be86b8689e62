"""Teams: a group with a solution, and who belongs to it."""

from enum import StrEnum
from typing import Any, ClassVar

from tortoise import fields

from models.base import Row
from models.machine import Edge, Stateful, Table
from models.roles import Role, Visibility


class TeamState(StrEnum):
    DRAFT = "draft"
    LISTED = "listed"
    DORMANT = "dormant"
    ARCHIVED = "archived"


class Stage(StrEnum):
    """How far the solution is."""

    IDEA = "idea"
    PROTOTYPE = "prototype"
    PILOT = "pilot"
    IN_USE = "in_use"


class TeamRole(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    ALUMNI = "alumni"


class MembershipState(StrEnum):
    INVITED = "invited"
    REQUESTED = "requested"
    ACTIVE = "active"
    LEFT = "left"
    REMOVED = "removed"


KEEPERS = frozenset({Role.TEAM_LEAD, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
PUBLIC = Visibility.PUBLIC


class Team(Stateful):
    """A group with a solution. `slug` is the stable public name; invented teams of the demo start with `demo-`."""

    kind = "team"
    transitions: ClassVar[Table] = Table(
        Edge(TeamState.DRAFT, "list", TeamState.LISTED, KEEPERS, visible_to=PUBLIC),
        Edge(TeamState.LISTED, "rest", TeamState.DORMANT, KEEPERS),
        Edge(TeamState.DORMANT, "list", TeamState.LISTED, KEEPERS, visible_to=PUBLIC),
        Edge(TeamState.DORMANT, "archive", TeamState.ARCHIVED, KEEPERS),
        Edge(TeamState.LISTED, "archive", TeamState.ARCHIVED, KEEPERS),
    )

    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    pitch = fields.CharField(max_length=280, default="")
    stage = fields.CharEnumField(Stage, max_length=24, default=Stage.IDEA)
    state = fields.CharEnumField(TeamState, max_length=24, default=TeamState.DRAFT)
    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="teams", null=True, on_delete=fields.RESTRICT, db_index=True
    )

    class Meta:
        table = "team"


class TeamMembership(Row):
    """One person in one team."""

    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="memberships", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="memberships", db_index=True
    )
    role = fields.CharEnumField(TeamRole, max_length=24, default=TeamRole.MEMBER)
    state = fields.CharEnumField(MembershipState, max_length=24, default=MembershipState.ACTIVE)

    class Meta:
        table = "team_membership"
        unique_together = (("team", "person"),)
