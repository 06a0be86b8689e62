"""Inviting somebody by mail: the answer never says whether they are a member already (E50)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text, vault
from models.access import SYSTEM, Viewer, require
from models.base import Moment
from models.errors import NotFound, RateLimited
from models.jobs import JobRun
from models.language import Language
from models.machine import Actor, Edge, Stateful, Table, edges
from models.members.consents import Consent, Purpose
from models.members.fields import address, person_name
from models.members.person import Person, PersonState
from models.members.refusals import AgreementNeeded, InvitationInvalid
from models.outbox import AuditEvent
from models.roles import Role

GOOD_FOR = timedelta(days=14)
OPEN_AT_ONCE = 20  # of one member: more is no invitation but advertising
AGAIN_AFTER = timedelta(days=14)  # nobody is invited twice in that time, by whomever


class InvitationState(StrEnum):
    ASKED = "asked"
    SENT = "sent"
    ACCEPTED = "accepted"
    SPENT = "spent"
    """There was nothing to send: a member already, invited lately, or left for good."""
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


N = InvitationState
US = frozenset({Role.SYSTEM})


async def forget_address(invitation: Any, by: Actor, now: datetime) -> None:
    """A finished invitation keeps neither the address nor the words."""
    invitation.contact, invitation.message = "", ""
    await invitation.save()


async def forget_guest(invitation: Any, by: Actor, now: datetime) -> None:
    """Whoever was invited and did not come leaves no trace (E5)."""
    await forget_address(invitation, by, now)
    await Person.filter(id=invitation.guest_id, state=PersonState.INVITED).delete()


class Invitation(Stateful):
    """One invitation. The mailed token is made from the id; the person of the guest exists from the sending on."""

    kind = "invitation"
    transitions: ClassVar[Table] = Table(
        Edge(N.ASKED, "send", N.SENT, US),
        Edge(N.ASKED, "spend", N.SPENT, US, effects=(forget_address,)),
        Edge(N.ASKED, "withdraw", N.WITHDRAWN, frozenset({Role.ONESELF}), effects=(forget_guest,)),
        Edge(N.SENT, "accept", N.ACCEPTED, US, effects=(forget_address,)),
        Edge(N.SENT, "withdraw", N.WITHDRAWN, frozenset({Role.ONESELF}), effects=(forget_guest,)),
        Edge(N.SENT, "expire", N.EXPIRED, US, effects=(forget_guest,)),
        # Whatever became of it, the host may take it out of the list: so no answer tells what became of it (E50).
        *edges([N.SPENT, N.ACCEPTED, N.EXPIRED], "withdraw", N.WITHDRAWN, {Role.ONESELF}),
    )

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="invitations", db_index=True
    )
    """Who invites."""
    person_id: UUID
    guest_id = fields.UUIDField(null=True)
    contact = fields.TextField(default="")
    email_hash = fields.CharField(max_length=64, db_index=True)
    locale = fields.CharEnumField(Language, max_length=24, default=Language.DE)
    message = fields.CharField(max_length=280, default="")
    state = fields.CharEnumField(InvitationState, max_length=24, default=InvitationState.ASKED)
    token_hash = fields.CharField(max_length=64, unique=True)
    expires_at = Moment()

    class Meta:
        table = "invitation"

    @property
    def token(self) -> str:
        """Made again from the id, so that the job which mails it carries no secret."""
        return vault.token("invitation", self.id)

    @property
    def email(self) -> str:
        return vault.unseal(self.contact, f"invitation:{self.id}")

    @classmethod
    async def ask(
        cls, email: str, *, by: Viewer, now: datetime, message: str = "", locale: Language = Language.DE
    ) -> Self:
        """Invite somebody. The same happens for every address; a job finds out whether there is anything to send."""
        require(by, Role.PARTICIPANT)
        mail, words = address(email), text.line(message, "message", 280, required=False)
        assert by.person_id is not None
        invitation = cls(person_id=by.person_id, locale=locale, message=words, expires_at=now + GOOD_FOR)
        invitation.email_hash, invitation.contact = (
            vault.fingerprint(mail),
            vault.seal(mail, f"invitation:{invitation.id}"),
        )
        invitation.token_hash = vault.digest(invitation.token)
        async with in_transaction():
            await Person.locked(by.person_id)
            if await cls.filter(person_id=by.person_id, created_at__gt=now - AGAIN_AFTER).count() >= OPEN_AT_ONCE:
                raise RateLimited()
            await invitation.save(force_create=True)
            await AuditEvent.record(invitation, "ask", by=by, now=now, after=N.ASKED.value)
            await JobRun.enqueue(
                "members.invite",
                f"members.invite:{invitation.id}",
                due_at=now,
                payload={"invitation": str(invitation.id)},
            )
        return invitation

    @classmethod
    async def prepare(cls, id: UUID, *, now: datetime) -> Self | None:
        """Make the guest's pending row and count the invitation as sent; None when there is nothing to send."""
        async with in_transaction():
            invitation = await cls.locked(id)
            if invitation.state is N.SENT:
                return invitation  # the job runs again: the same mail with the same token
            if invitation.state is not N.ASKED:
                return None
            host = await Person.filter(id=invitation.person_id, state=PersonState.ACTIVE).exists()
            lately = await cls.filter(
                email_hash=invitation.email_hash, state=N.SENT, created_at__gt=now - AGAIN_AFTER
            ).exists()
            if not host or lately or await Person.filter(email_hash=invitation.email_hash).exists():
                await invitation.follow("spend", by=SYSTEM, now=now)
                return None
            guest = await Person.join(
                email=invitation.email, name="?", handle=f"guest-{invitation.id.hex}", now=now, locale=invitation.locale
            )
            await guest.follow("invite", by=SYSTEM, now=now)
            invitation.guest_id = guest.id
            await invitation.follow("send", by=SYSTEM, now=now)
            return invitation

    @classmethod
    async def open(cls, token: str, *, now: datetime) -> Self:
        """The living invitation of a mailed token; looking changes nothing (E7). Raises `InvitationInvalid`."""
        invitation = await cls.filter(token_hash=vault.digest(token)).first()
        if invitation is None or invitation.state is not N.SENT or invitation.expires_at <= now:
            raise InvitationInvalid("token")
        return invitation

    @classmethod
    async def accept(cls, token: str, *, name: str, agreed: bool, handle: str, now: datetime) -> Person:
        """Come: the mailed token proves the mailbox, so the account is verified. Raises `AgreementNeeded`."""
        called = person_name(name)
        if not agreed:
            raise AgreementNeeded("agreed")
        async with in_transaction():
            named = await cls.open(token, now=now)
            invitation = await cls.locked(named.id)
            if invitation.state is not N.SENT or invitation.guest_id is None:
                raise InvitationInvalid("token")
            guest = await Person.locked(invitation.guest_id)
            guest.display_name, guest.handle = called, handle
            await guest.follow("accept", by=SYSTEM, now=now)
            await Consent.begin(guest.id, Purpose.ACCOUNT, guest.locale, now=now, evidence="invitation")
            await Consent.proved(guest.id, now=now)
            await guest.seen(now)
            await invitation.follow("accept", by=SYSTEM, now=now)
        return guest

    @classmethod
    async def withdraw(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take one's own invitation back, or out of the list; the link in the mail ends."""
        async with in_transaction():
            invitation = await cls.filter(id=id, person_id=by.person_id).select_for_update().first()
            if invitation is None:
                raise NotFound("id")
            await invitation.follow("withdraw", by=by, now=now)
        return invitation

    @classmethod
    async def lapse(cls, *, now: datetime, limit: int = 500) -> int:
        """Invitations whose time is over, with the guests who did not come."""
        async with in_transaction():
            rows = await cls.filter(state=N.SENT, expires_at__lte=now).limit(limit).select_for_update()
            for invitation in rows:
                await invitation.follow("expire", by=SYSTEM, now=now)
        return len(rows)
