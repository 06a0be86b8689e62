"""Asking to join a team, being admitted, leaving, and being removed."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import notifications, text
from models.access import SYSTEM, Viewer, require
from models.outbox import OutboxEvent
from models.roles import Role
from models.teams import telling
from models.teams.handover import LeadOffer
from models.teams.inviting import Inviting
from models.teams.membership_row import MESSAGE_MAX
from models.teams.refusals import AlreadyIn, TeamClosed
from models.teams.states import MembershipState, TeamRole, TeamState

M = MembershipState
ASKED = "team.asked"
STILL_ASKED = "team.still_asked"


class Joining(Inviting):
    """The verbs of those who want to join or leave, and of the leads who decide."""

    class Meta:
        abstract = True

    @classmethod
    async def request(cls, team_id: UUID, *, by: Viewer, now: datetime, message: str = "") -> Self:
        """Ask to join a listed team. Whoever is invited joins by it at once."""
        require(by, Role.PARTICIPANT)
        said = text.prose(message, "message", MESSAGE_MAX, required=False)
        async with in_transaction():
            team = await cls._lock_team(team_id, by)
            row = await cls.filter(team_id=team.id, person_id=by.person_id).select_for_update().first()
            if row is not None and row.state is M.INVITED:
                return await cls.accept(row.id, by=by, now=now)
            if team.state is not TeamState.LISTED:
                raise TeamClosed("teamId")
            if row is None:
                row = cls(team_id=team.id, person_id=by.person_id, state=M.REQUESTED, message=said)
                await row.save(force_create=True)
                await cls._born(row, "request", by, now)
            elif row.state in (M.REQUESTED, M.ACTIVE):
                raise AlreadyIn("teamId")
            else:
                row.message = said
                await row.follow("request", by=by, now=now)
            await telling.tell_leads(team, ASKED, row, now)
            for lead in await telling.leads(team):
                await telling.remind_of_answer(team, lead, STILL_ASKED, row, now)
        return row

    @classmethod
    async def withdraw(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take your request back."""
        row, _ = await cls._answered(id, "withdraw", "", by, now)
        return row

    @classmethod
    async def admit(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take somebody in who asked."""
        return await cls._decided(id, "admit", "team.admitted", by, now)

    @classmethod
    async def turn_down(cls, id: UUID, *, by: Viewer, now: datetime, reason: str = "") -> Self:
        """Not this time. The reason reaches the person; without one the text is kind by itself.

        They can be invited later, but do not ask again: a no is a no for both.
        """
        return await cls._decided(id, "turn_down", "team.turned_down", by, now, reason)

    @classmethod
    async def remove(cls, id: UUID, *, by: Viewer, now: datetime, reason: str) -> Self:
        """Part with a member; a reason is owed, and reaches them. Raises `LastLead`."""
        said = text.prose(reason, "reason", MESSAGE_MAX)
        async with in_transaction():
            row = await cls._decided(id, "remove", "team.removed", by, now, said)
            await cls._gone(row, now)
        return row

    @classmethod
    async def leave(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Go, as an alumna or alumnus. Raises `LastLead` for the last lead of a team that goes on."""
        async with in_transaction():
            row, _ = await cls._answered(id, "leave", "team.left", by, now)
            await cls._gone(row, now)
        return row

    @classmethod
    async def vanish(cls, person_id: UUID, *, now: datetime) -> None:
        """Take a person out of every team, because they will be erased. A team may be without lead after it."""
        for row in await cls.filter(person_id=person_id, state__in=[M.INVITED, M.REQUESTED, M.ACTIVE]):
            async with in_transaction():
                gone, team = await cls._locked_with_team(row.id, SYSTEM)
                led = gone.role is TeamRole.LEAD
                await gone.follow("vanish", by=SYSTEM, now=now)
                await notifications.forget(gone, now=now)
                await cls._gone(gone, now)
                if led and not await telling.leads(team):
                    await OutboxEvent.record(
                        "team.leaderless", subject_kind=team.kind, subject_id=team.id, team_id=team.id, now=now
                    )

    @classmethod
    async def enter(cls, team_id: UUID, person_id: UUID, *, now: datetime) -> Self:
        """Belong to the team, because another word brought them together: an application, a founder circle.

        In the caller's transaction. Whoever is in already stays as they are.
        """
        await cls._lock_team(team_id, SYSTEM)
        row = await cls.filter(team_id=team_id, person_id=person_id).select_for_update().first()
        if row is None:
            row = cls(team_id=team_id, person_id=person_id, joined_at=now, role=TeamRole.MEMBER, state=M.ACTIVE)
            await row.save(force_create=True)
            await cls._born(row, "join", SYSTEM, now)
        elif row.state is not M.ACTIVE:
            await row.follow("join", by=SYSTEM, now=now)
        return row

    @classmethod
    async def _gone(cls, row: Self, now: datetime) -> None:
        """What waited for somebody who belongs to the team no more."""
        await LeadOffer.end(row.team_id, row.person_id, now)
        await (await row.team).plan_checkin(now)

    @classmethod
    async def _decided(cls, id: UUID, action: str, tells: str, by: Viewer, now: datetime, reason: str = "") -> Self:
        said = text.prose(reason, "reason", MESSAGE_MAX, required=False)
        async with in_transaction():
            row, team = await cls._answered(id, action, "", by, now, said)
            await telling.tell(team, row.person_id, tells, row, now)
        return row
