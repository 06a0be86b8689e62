"""PartnerMember: a person who acts for a partner. Invited by managers, belongs once they have accepted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, require, visible
from models.base import Moment
from models.errors import NotFound
from models.machine import Stateful, Table
from models.members import Person
from models.members.person import PersonState
from models.notifications.telling import tell
from models.outbox import AuditEvent, OutboxEvent
from models.partners.activity import active
from models.partners.partner import Partner
from models.partners.refusals import AlreadyMember, TooManyMembers
from models.partners.states import MANAGERS, MEMBER, MemberState
from models.teams.refusals import NoSuchPerson

INVITED = "partner.invited"
MOST = 50
REACHABLE = (PersonState.ACTIVE, PersonState.DORMANT)


class PartnerMember(Stateful):
    """One person of one partner, one row for ever: whoever comes back is the same row.

    What members look after is their own partner's: its webhooks, and keys once an administrator has issued the first.
    """

    kind = "partner_member"
    transitions: ClassVar[Table] = MEMBER

    partner: fields.ForeignKeyRelation[Partner] = fields.ForeignKeyField("models.Partner", related_name="members")
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="partner_memberships", db_index=True
    )
    partner_id: UUID
    person_id: UUID
    state = fields.CharEnumField(MemberState, max_length=24, default=MemberState.INVITED)
    invited_by_id = fields.UUIDField(null=True)
    joined_at = Moment(null=True)

    class Meta:
        table = "partner_member"
        unique_together = (("partner", "person"),)

    @classmethod
    async def invite(cls, partner_id: UUID, handle: str, *, by: Viewer, now: datetime) -> Self:
        """Invite a member of the community by their handle. Raises `NoSuchPerson` and `AlreadyMember`."""
        require(by, *MANAGERS)
        async with in_transaction():
            partner = await active(partner_id)
            found = Person.filter(handle=handle.strip().lstrip("@").lower(), state__in=REACHABLE)
            person = await visible(found, by).first()
            if person is None:
                raise NoSuchPerson("handle")
            row = await cls._invited(partner, person.id, by, now)
            await tell(person.id, INVITED, subject=row, now=now, about={"partner": partner.name})
        return row

    @classmethod
    async def _invited(cls, partner: Partner, person_id: UUID, by: Viewer, now: datetime) -> Self:
        """The partner is locked, so nobody else counts meanwhile."""
        if await cls.of(partner.id).count() >= MOST:
            raise TooManyMembers("partnerId")
        row = await cls.filter(partner_id=partner.id, person_id=person_id).select_for_update().first()
        if row is not None and row.state in (MemberState.INVITED, MemberState.ACTIVE):
            raise AlreadyMember("handle")
        if row is not None:
            row.invited_by_id = by.person_id
            await row.follow("invite", by=by, now=now)
            return row
        row = await cls.create(partner_id=partner.id, person_id=person_id, invited_by_id=by.person_id)
        await AuditEvent.record(row, "invite", by=by, now=now, after=row.state.value)
        await OutboxEvent.record("partner_member.invited", subject_kind=cls.kind, subject_id=row.id, now=now)
        return row

    @classmethod
    def of(cls, partner_id: UUID) -> Any:
        """Who acts for a partner."""
        return cls.filter(partner_id=partner_id, state=MemberState.ACTIVE)

    @classmethod
    async def people_of(cls, partner_id: UUID) -> Iterable[UUID]:
        """Whom notices about what is a partner's go to."""
        return list(await cls.of(partner_id).values_list("person_id", flat=True))

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime) -> Self:
        """Follow an edge that needs no more than its name: `accept`, `decline`, `leave`, `remove`.

        Raises `NotFound` for a row that the viewer may not see, and `PartnerInactive` for joining one that is.
        """
        async with in_transaction():
            found = await visible(cls.filter(id=id), by).first()
            if found is None:
                raise NotFound("id")
            await (active(found.partner_id, "id") if action == "accept" else Partner.locked(found.partner_id))
            row = await cls.locked(id)
            if action == "accept":
                row.joined_at = now
            await row.follow(action, by=by, now=now)
        return row
