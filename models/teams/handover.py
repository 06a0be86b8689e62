"""Handing over the lead: offered by one, accepted by the other. Until then nothing changes."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models import notifications
from models.access import SYSTEM, Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.machine import Edge, Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role
from models.teams import telling
from models.teams.membership_row import own
from models.teams.refusals import NotInTeam, OfferOpen
from models.teams.states import KEEPERS, ONESELF, PEOPLE, MembershipState, TeamRole


class LeadOfferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


S = LeadOfferState
OFFERED = "team.lead_offered"
STILL_OFFERED = "team.lead_still_offered"
ACTIVE = MembershipState.ACTIVE


class LeadOffer(Stateful):
    """The lead, offered to a member. `stays` says that the one who offers goes on leading, together with the other.

    Staff offer it on behalf of a team that has nobody left; then the one who offers led nothing before or after.
    """

    kind = "lead_offer"
    transitions: ClassVar[Table] = Table(
        Edge(S.OFFERED, "accept", S.ACCEPTED, PEOPLE, own),
        Edge(S.OFFERED, "decline", S.DECLINED, ONESELF),
        Edge(S.OFFERED, "withdraw", S.WITHDRAWN, KEEPERS | {Role.SYSTEM}),
    )

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="lead_offers", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="lead_offers", db_index=True
    )
    team_id: UUID
    person_id: UUID
    from_person_id = fields.UUIDField(null=True, db_index=True)
    stays = fields.BooleanField(default=False)
    state = fields.CharEnumField(LeadOfferState, max_length=24, default=LeadOfferState.OFFERED)

    class Meta:
        table = "lead_offer"

    @classmethod
    async def offer(cls, team_id: UUID, person_id: UUID, *, by: Viewer, now: datetime, stays: bool = False) -> Self:
        """Offer the lead to an active member who does not lead yet. Raises `NotInTeam`, `OfferOpen`."""
        if by.is_anonymous:
            raise SignInNeeded()
        async with in_transaction():
            team = await cls._lock_team(team_id, by)
            if not KEEPERS & by.roles_on(team):
                raise NotAllowed("teamId")
            member = await team.memberships.filter(person_id=person_id, state=ACTIVE).first()
            if member is None or member.role is TeamRole.LEAD:
                raise NotInTeam("personId")
            if await cls.filter(team_id=team.id, person_id=person_id, state=S.OFFERED).exists():
                raise OfferOpen("personId")
            row = await cls.create(team_id=team.id, person_id=person_id, from_person_id=by.person_id, stays=stays)
            await AuditEvent.record(row, "offer", by=by, now=now, after=S.OFFERED.value)
            await OutboxEvent.record(
                "lead_offer.offered", subject_kind=cls.kind, subject_id=row.id, team_id=team.id, now=now
            )
            await telling.tell(team, person_id, OFFERED, row, now)
            await telling.remind_of_answer(team, person_id, STILL_OFFERED, row, now)
        return row

    @classmethod
    async def accept(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take the lead. The one who offered it becomes a member in the same moment, unless they said they stay."""
        async with in_transaction():
            row, team = await cls._answered(id, "accept", by, now)
            taker = await team.memberships.filter(person_id=row.person_id, state=ACTIVE).select_for_update().first()
            if taker is None:
                raise NotInTeam("personId")
            await _becomes(taker, TeamRole.LEAD, by, now)
            if not row.stays:
                await cls._steps_down(row, team, by, now)
            await team.plan_checkin(now)
            await telling.tell_leads(team, "team.led", row, now)
        return row

    @classmethod
    async def _steps_down(cls, row: Self, team: Any, by: Viewer, now: datetime) -> None:
        giver = team.memberships.filter(person_id=row.from_person_id, state=ACTIVE, role=TeamRole.LEAD)
        for membership in await giver.select_for_update():
            await _becomes(membership, TeamRole.MEMBER, by, now)
            await cls.end(team.id, membership.person_id, now)

    @classmethod
    async def decline(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Stay a member; the lead stays where it is."""
        async with in_transaction():
            row, team = await cls._answered(id, "decline", by, now)
            await telling.tell_leads(team, "team.lead_declined", row, now)
        return row

    @classmethod
    async def withdraw(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take the offer back before it is answered."""
        async with in_transaction():
            row, _ = await cls._answered(id, "withdraw", by, now)
        return row

    @classmethod
    async def end(cls, team_id: UUID, person_id: UUID, now: datetime) -> None:
        """Take back what waits between a team and somebody who has gone or leads no more. The team is locked."""
        between = Q(person_id=person_id) | Q(from_person_id=person_id)
        for row in await cls.filter(between, team_id=team_id, state=S.OFFERED).select_for_update():
            await row.follow("withdraw", by=SYSTEM, now=now)
            await notifications.forget(row, now=now)

    @classmethod
    async def _lock_team(cls, team_id: UUID, by: Viewer) -> Any:
        team: Any = getattr(cls._meta.fields_map["team"], "related_model")  # noqa: B009  # Team stands above this
        if not await visible(team.filter(id=team_id), by).exists():
            raise NotFound("teamId")
        return await team.locked(team_id, "teamId")

    @classmethod
    async def _answered(cls, id: UUID, action: str, by: Viewer, now: datetime) -> tuple[Self, Any]:
        found = await visible(cls.filter(id=id), by).first()
        if found is None:
            raise NotFound("id")
        team = await cls._lock_team(found.team_id, by)
        row = await cls.locked(id)
        await row.follow(action, by=by, now=now)
        await notifications.forget(row, now=now)
        return row, team


async def _becomes(membership: Any, role: TeamRole, by: Viewer, now: datetime) -> None:
    before, membership.role = membership.role, role
    membership.version += 1
    await membership.save()
    await AuditEvent.record(membership, "become", by=by, now=now, before=before.value, after=role.value)
