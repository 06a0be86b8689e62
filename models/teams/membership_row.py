"""Who belongs to a team: invited or asking, active, gone. The columns, the machine, and how verbs touch the row.

Every verb locks the team first, so that two leads who leave at the same moment do so one after the other, and the
second one is told that a team needs a lead.
"""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields

from models import notifications
from models.access import Viewer, visible
from models.base import Moment
from models.errors import NotFound, Refusal
from models.machine import Actor, Edge, Stateful, Table, edges
from models.roles import Role
from models.teams.refusals import LastLead, NotYours
from models.teams.states import DECIDERS, KEEPERS, ONESELF, PEOPLE, MembershipState, TeamRole, TeamState

M = MembershipState
NOT_IN = (M.INVITED, M.REQUESTED, M.LEFT, M.REMOVED)
MESSAGE_MAX = 1_000


async def own(row: Any, by: Actor, now: datetime) -> Refusal | None:
    """Only the person concerned."""
    return None if by.person_id is not None and by.person_id == row.person_id else NotYours()


async def another_leads(row: Any, by: Actor, now: datetime) -> Refusal | None:
    """Somebody else leads as well, or there is nothing left to lead. The team is locked."""
    if row.role is not TeamRole.LEAD:
        return None
    others = type(row).filter(team_id=row.team_id, role=TeamRole.LEAD, state=M.ACTIVE).exclude(id=row.id)
    if await others.exists() or (await row.team).state is TeamState.ARCHIVED:
        return None
    return LastLead()


async def nothing_waits(row: Any, by: Actor, now: datetime) -> None:
    """Reminders of an invitation or a request that the contact board has answered meanwhile end with it (E31)."""
    await notifications.forget(row, now=now)


async def becomes_alumni(row: Any, by: Actor, now: datetime) -> None:
    row.role = TeamRole.ALUMNI
    await row.save()


async def begins_as_member(row: Any, by: Actor, now: datetime) -> None:
    row.role, row.joined_at, row.by_address = TeamRole.MEMBER, now, False
    await row.save()


class MembershipRow(Stateful):
    """One person in one team, one row for ever: whoever comes back is the same row. A founder's begins active."""

    kind = "team_membership"
    transitions: ClassVar[Table] = Table(
        *edges([M.LEFT, M.REMOVED], "invite", M.INVITED, KEEPERS | {Role.SYSTEM}),
        Edge(M.INVITED, "accept", M.ACTIVE, PEOPLE, own, (begins_as_member,)),
        Edge(M.INVITED, "decline", M.LEFT, ONESELF),
        Edge(M.INVITED, "retract", M.REMOVED, KEEPERS),
        Edge(M.LEFT, "request", M.REQUESTED, PEOPLE, own),
        Edge(M.REQUESTED, "admit", M.ACTIVE, DECIDERS, None, (begins_as_member,)),
        Edge(M.REQUESTED, "turn_down", M.REMOVED, DECIDERS),
        Edge(M.REQUESTED, "withdraw", M.LEFT, ONESELF),
        Edge(M.ACTIVE, "leave", M.LEFT, ONESELF, another_leads, (becomes_alumni,)),
        Edge(M.ACTIVE, "remove", M.REMOVED, KEEPERS, another_leads, (becomes_alumni,)),
        # Whoever was accepted on the contact board, whatever stood open between the two.
        *edges(NOT_IN, "join", M.ACTIVE, {Role.SYSTEM}, effects=[begins_as_member, nothing_waits]),
        # A person who is erased goes, whatever the team would like; it then stands on the desk as a team without lead.
        *edges([M.INVITED, M.REQUESTED, M.ACTIVE], "vanish", M.LEFT, {Role.SYSTEM}, effects=[becomes_alumni]),
    )

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="memberships", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="memberships", db_index=True
    )
    team_id: UUID
    person_id: UUID
    role = fields.CharEnumField(TeamRole, max_length=24, default=TeamRole.MEMBER)
    state = fields.CharEnumField(MembershipState, max_length=24, default=MembershipState.ACTIVE)
    message = fields.TextField(default="")
    """What somebody wrote who asked to join, or what a lead wrote to somebody invited."""
    reason = fields.TextField(default="")
    """Why a request was turned down or a member removed, in words meant for the person."""
    invited_by_id = fields.UUIDField(null=True, db_index=True)
    by_address = fields.BooleanField(default=False, db_default=False)
    """Invited by mail, and not accepted yet: the team is not told who belongs to an address (E50)."""
    joined_at = Moment(null=True)

    class Meta:
        abstract = True

    @classmethod
    async def _lock_team(cls, team_id: UUID, by: Viewer, path: str = "teamId") -> Any:
        """Lock a team that the viewer may see; to everybody else it does not exist."""
        team: Any = getattr(cls._meta.fields_map["team"], "related_model")  # noqa: B009  # Team stands above this
        if not await visible(team.filter(id=team_id), by).exists():
            raise NotFound(path)
        return await team.locked(team_id, path)

    @classmethod
    async def _locked_with_team(cls, id: UUID, by: Viewer) -> tuple[Self, Any]:
        found = await visible(cls.filter(id=id), by).first()
        if found is None:
            raise NotFound("id")
        team = await found._meta.fields_map["team"].related_model.locked(found.team_id)  # type: ignore[attr-defined]
        return await cls.locked(id), team
