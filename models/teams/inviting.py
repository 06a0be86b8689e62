"""Inviting somebody into a team, and what they answer."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import notifications, text
from models.access import SYSTEM, Viewer
from models.errors import NotAllowed, SignInNeeded
from models.members import Person, PersonState, blocked
from models.outbox import AuditEvent, OutboxEvent
from models.teams import telling
from models.teams.membership_row import MESSAGE_MAX, MembershipRow
from models.teams.refusals import AlreadyIn, NoSuchPerson, TeamClosed
from models.teams.states import KEEPERS, MembershipState, TeamState

M = MembershipState
INVITED = "team.invited"
STILL_INVITED = "team.still_invited"
REACHABLE = (PersonState.ACTIVE, PersonState.DORMANT)


class Inviting(MembershipRow):
    """The verbs of leads who invite, and of those who are invited."""

    class Meta:
        abstract = True

    @classmethod
    async def invite(cls, team_id: UUID, handle: str, *, by: Viewer, now: datetime, message: str = "") -> Self:
        """Invite a member by their handle. Whoever has asked to join already is admitted by it.

        Raises `NoSuchPerson`, also for somebody who does not want to hear from the one who invites.
        """
        said = text.prose(message, "message", MESSAGE_MAX, required=False)
        if by.is_anonymous:
            raise SignInNeeded()
        async with in_transaction():
            team = await cls._lock_team(team_id, by)
            if not KEEPERS & by.roles_on(team):
                raise NotAllowed("teamId")
            if team.state is TeamState.ARCHIVED:
                raise TeamClosed("teamId")
            person = await _somebody(handle, by)
            return await cls._invited(team, person.id, by, now, said)

    @classmethod
    async def _invited(cls, team: Any, person_id: UUID, by: Viewer, now: datetime, message: str) -> Self:
        row = await cls.filter(team_id=team.id, person_id=person_id).select_for_update().first()
        if row is None:
            row = cls(team_id=team.id, person_id=person_id, state=M.INVITED)
            row.message, row.invited_by_id = message, by.person_id
            await row.save(force_create=True)
            await cls._born(row, "invite", by, now)
        elif row.state is M.REQUESTED:
            await row.follow("admit", by=by, now=now)
            await notifications.forget(row, now=now)
            await telling.tell(team, person_id, "team.admitted", row, now)
            return row
        elif row.by_address and row.state is M.INVITED:
            # The team had invited this person by an address without knowing; it must not learn of it now.
            row.message, row.invited_by_id, row.by_address = message, by.person_id, False
            await row.save()
        elif row.state in (M.INVITED, M.ACTIVE):
            raise AlreadyIn("handle")
        else:
            row.message, row.invited_by_id, row.reason, row.by_address = message, by.person_id, "", False
            await row.follow("invite", by=by, now=now)
        await telling.tell(team, person_id, INVITED, row, now)
        await telling.remind_of_answer(team, person_id, STILL_INVITED, row, now)
        return row

    @classmethod
    async def invite_quietly(cls, team: Any, person_id: UUID, *, invited_by: UUID | None, now: datetime) -> None:
        """Invite whoever an address belongs to. The team is locked; it sees nothing of it before they accept.

        Whoever belongs to the team, is invited, or was parted with in any way is left in peace.
        """
        if await cls.filter(team_id=team.id, person_id=person_id).exists():
            return
        row = cls(team_id=team.id, person_id=person_id, state=M.INVITED, by_address=True, invited_by_id=invited_by)
        await row.save(force_create=True)
        await cls._born(row, "invite", SYSTEM, now)
        await telling.tell(team, person_id, INVITED, row, now)
        await telling.remind_of_answer(team, person_id, STILL_INVITED, row, now)

    @classmethod
    async def _born(cls, row: Self, action: str, by: Viewer, now: datetime) -> None:
        """A row that begins in another state than the machine's first is written down like an edge."""
        await AuditEvent.record(row, action, by=by, now=now, after=row.state.value)
        await OutboxEvent.record(
            f"{cls.kind}.{row.state.value}", subject_kind=cls.kind, subject_id=row.id, team_id=row.team_id, now=now
        )

    @classmethod
    async def accept(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Join the team that invited you."""
        row, _ = await cls._answered(id, "accept", "team.joined", by, now)
        return row

    @classmethod
    async def decline(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Do not join; nobody asks why, and the leads see it without being told."""
        row, _ = await cls._answered(id, "decline", "", by, now)
        return row

    @classmethod
    async def retract(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take an invitation back before it is answered."""
        row, _ = await cls._answered(id, "retract", "", by, now)
        return row

    @classmethod
    async def _answered(
        cls, id: UUID, action: str, leads_hear: str, by: Viewer, now: datetime, note: str = ""
    ) -> tuple[Self, Any]:
        """Follow an edge; whatever waited for it is forgotten (E31)."""
        async with in_transaction():
            row, team = await cls._locked_with_team(id, by)
            if note:
                row.reason = note
            await row.follow(action, by=by, now=now, note=_on_behalf(row, by))
            await notifications.forget(row, now=now)
            if leads_hear:
                await telling.tell_leads(team, leads_hear, row, now)
        return row, team


def _on_behalf(row: Any, by: Viewer) -> str:
    """Staff act for a team that told them so; the audit log shows it (domain.md, section 8)."""
    its_own = by.person_id == row.person_id or row.team_id in by.leads
    return "" if its_own or by.person_id is None else "on behalf of the team"


async def _somebody(handle: str, by: Viewer) -> Person:
    found = await Person.filter(handle=handle.strip().lstrip("@").lower(), state__in=REACHABLE).first()
    if found is None or (by.person_id and found.id in await blocked(by.person_id)):
        raise NoSuchPerson("handle")
    return found
