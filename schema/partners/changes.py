"""What is done with members and grants of a partner, and with all of its access."""

from datetime import datetime
from uuid import UUID

from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.partners.belonging import PartnerGrant, PartnerMember
from schema.partners.wall import Partner


@given
class InvitePartnerMemberInput(Given):
    partner_id: UUID
    handle: str


@answer
class InvitePartnerMemberPayload(Payload):
    member: PartnerMember | None


@given
class AcceptPartnerInvitationInput(Given):
    id: UUID


@answer
class AcceptPartnerInvitationPayload(Payload):
    member: PartnerMember | None


@given
class DeclinePartnerInvitationInput(Given):
    id: UUID


@answer
class DeclinePartnerInvitationPayload(Payload):
    member: PartnerMember | None


@given
class LeavePartnerInput(Given):
    id: UUID
    """Of your membership."""


@answer
class LeavePartnerPayload(Payload):
    member: PartnerMember | None


@given
class RemovePartnerMemberInput(Given):
    id: UUID


@answer
class RemovePartnerMemberPayload(Payload):
    member: PartnerMember | None


@given
class GrantToPartnerInput(Given):
    partner_id: UUID
    topics: list[str]
    """Beginnings of event types, at least one."""
    fields: list[str] | None = None
    """Keys of fields of action; without any: of whatever team an event is."""
    starts_at: datetime | None = None
    """From when on; now, if nothing is said."""
    ends_at: datetime | None = None


@answer
class GrantToPartnerPayload(Payload):
    grant: PartnerGrant | None


@given
class RevokePartnerGrantInput(Given):
    id: UUID


@answer
class RevokePartnerGrantPayload(Payload):
    grant: PartnerGrant | None


@given
class DeactivatePartnerInput(Given):
    id: UUID


@answer
class DeactivatePartnerPayload(Payload):
    partner: Partner | None


@given
class ActivatePartnerInput(Given):
    id: UUID


@answer
class ActivatePartnerPayload(Payload):
    partner: Partner | None
