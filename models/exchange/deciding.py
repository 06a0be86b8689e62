"""What others do with an application: leads and owners decide, managers on behalf."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer
from models.exchange import telling
from models.exchange.applying import MESSAGE_MAX
from models.exchange.inviting import Inviting
from models.exchange.refusals import NotAReason
from models.exchange.words import CHOSEN, Reason
from models.members import HumanStep
from models.roles import Role


class Deciding(Inviting):
    """The verbs of those who decide."""

    class Meta:
        abstract = True

    @classmethod
    async def accept(cls, id: UUID, *, by: Viewer, now: datetime, reply: str = "") -> Self:
        """Say yes. The seat is taken and the person is in the team in this transaction; the last seat closes the rest.

        Raises `NoSeatLeft` when others were faster.
        """
        said = text.prose(reply, "reply", MESSAGE_MAX, required=False)
        async with in_transaction():
            application, listing = await cls.both_locked(id, by)
            application._decided(by, now, said)
            application.shown_id = application.person_id
            await application.follow("accept", by=by, now=now, note=application._note())
            await application.settle(listing, now)
        return application

    @classmethod
    async def decline(cls, id: UUID, reason: Reason, *, by: Viewer, now: datetime, reply: str = "") -> Self:
        """Say no, with a reason; the person gets kind words of ours and, if there is one, the reply."""
        if reason not in CHOSEN:
            raise NotAReason("reason")
        said = text.prose(reply, "reply", MESSAGE_MAX, required=False)
        async with in_transaction():
            application, listing = await cls.both_locked(id, by)
            application._decided(by, now, said)
            application.reason = reason
            await application.follow("decline", by=by, now=now, note=application._note(), reason=reason.value)
            await telling.declined(application, listing, reason, now)
        return application

    @classmethod
    async def arrange(cls, id: UUID, *, by: Viewer, now: datetime, joins: bool = True) -> Self:
        """The human step before somebody below 16 is matched: a community manager lets it come about, or not (E14)."""
        async with in_transaction():
            application, listing = await cls.both_locked(id, by)
            if joins:
                if application.owner_id is not None:
                    await HumanStep.take(application.person_id, application.owner_id, by=by, now=now)
                await application.follow("join", by=by, now=now, note="arranged")
                await telling.joined(application, listing, now, tell_owners=True)
            else:
                application.reason = Reason.NOT_ARRANGED
                await application.follow("decline", by=by, now=now, note="not arranged")
                await telling.declined(application, listing, Reason.NOT_ARRANGED, now)
        return application

    def _decided(self, by: Viewer, now: datetime, reply: str) -> None:
        self.decided_at, self.decided_by_id, self.reply = now, by.person_id, reply
        theirs = Role.TEAM_LEAD in by.roles_on(self) if self.team_id else by.person_id == self.owner_id
        self.on_behalf = not theirs

    def _note(self) -> str:
        return "on behalf" if self.on_behalf else ""
