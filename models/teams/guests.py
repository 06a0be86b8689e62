"""Inviting somebody into a team who may not be a member of the community yet."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.base import Moment, Row
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.language import Language
from models.members import Invitation, Person, blocked
from models.outbox import AuditEvent
from models.teams.inviting import REACHABLE
from models.teams.membership import TeamMembership
from models.teams.refusals import TeamClosed
from models.teams.states import KEEPERS, TeamState
from models.teams.team import Team

WAITS_FOR = timedelta(days=15)  # a day longer than the mailed link works


class TeamGuest(Row):
    """A team's wish behind an invitation by mail: whoever comes finds the team's invitation waiting.

    The team never learns from us whether the address belongs to a member already (E50): an invitation that goes to one
    is shown to nobody but them until they have accepted it.
    """

    kind = "team_guest"

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField("models.Team", related_name="guests", db_index=True)
    invitation: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Invitation", related_name="team_guests", db_index=True
    )
    team_id: UUID
    invitation_id: UUID
    invited_by_id = fields.UUIDField(null=True, db_index=True)
    waits_until = Moment(db_index=True)

    class Meta:
        table = "team_guest"

    @classmethod
    async def ask(cls, team_id: UUID, email: str, *, by: Viewer, now: datetime, message: str = "") -> Self:
        """Invite an address. The same happens for every address, and nothing of it is shown to the team."""
        if by.person_id is None:
            raise SignInNeeded()
        async with in_transaction():
            if not await visible(Team.filter(id=team_id), by).exists():
                raise NotFound("teamId")
            team = await Team.locked(team_id, "teamId")
            if not KEEPERS & by.roles_on(team):
                raise NotAllowed("teamId")
            if team.state is TeamState.ARCHIVED:
                raise TeamClosed("teamId")
            locale = (await Person.get(id=by.person_id)).locale
            invitation = await Invitation.ask(
                email, by=by, now=now, message=_words(message, team, locale), locale=locale
            )
            guest = await cls.create(
                team_id=team.id, invitation_id=invitation.id, invited_by_id=by.person_id, waits_until=now + WAITS_FOR
            )
            await AuditEvent.record(team, "invite_by_mail", by=by, now=now)
        return guest

    @classmethod
    async def receive(cls, *, now: datetime) -> int:
        """Invite those who have arrived, and forget those who did not come. Returns how many were invited."""
        await cls.filter(waits_until__lte=now).delete()
        received = 0
        for guest in await cls.all().order_by("id").limit(500).prefetch_related("invitation"):
            hashed = guest.invitation.email_hash
            person = await Person.filter(email_hash=hashed, state__in=REACHABLE).first()
            if person is not None:
                await guest._welcome(person.id, now)
                received += 1
        return received

    async def _welcome(self, person_id: UUID, now: datetime) -> None:
        async with in_transaction():
            mine = await type(self).filter(id=self.id).select_for_update().first()
            team = await Team.locked(self.team_id)
            if mine is None:
                return
            await mine.delete()
            unwanted = self.invited_by_id in await blocked(person_id) if self.invited_by_id else False
            if team.state is not TeamState.ARCHIVED and not unwanted:
                await TeamMembership.invite_quietly(team, person_id, invited_by=self.invited_by_id, now=now)


def _words(message: str, team: Team, locale: Language) -> str:
    """What the mail says; an invitation by mail holds 280 characters."""
    if message.strip():
        return " ".join(message.split())[:280]
    said = "Mach mit bei {}: {}" if locale is Language.DE else "Join {}: {}"
    return said.format(team.name, team.pitch)[:280]
