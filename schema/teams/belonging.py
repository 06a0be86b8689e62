"""What is asked around belonging to a team, and around its lead."""

from uuid import UUID

from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.teams.types import LeadOffer, TeamMembership


@given
class InviteToTeamInput(Given):
    """Somebody by their handle, or by an address: exactly one of the two."""

    team_id: UUID
    handle: str | None = None
    email: str | None = None
    """For somebody who may not be a member yet. The answer is the same for every address."""
    message: str = ""


@answer
class InviteToTeamPayload(Payload):
    membership: TeamMembership | None
    """Null for an invitation by mail: whether somebody is a member already is nobody's business."""
    sent: bool


@given
class RequestToJoinTeamInput(Given):
    team_id: UUID
    message: str = ""


@answer
class RequestToJoinTeamPayload(Payload):
    membership: TeamMembership | None


@given
class AcceptTeamInvitationInput(Given):
    id: UUID
    """Of the membership."""


@answer
class AcceptTeamInvitationPayload(Payload):
    membership: TeamMembership | None


@given
class DeclineTeamInvitationInput(Given):
    id: UUID
    """Of the membership."""


@answer
class DeclineTeamInvitationPayload(Payload):
    membership: TeamMembership | None


@given
class RetractTeamInvitationInput(Given):
    id: UUID
    """Of the membership."""


@answer
class RetractTeamInvitationPayload(Payload):
    membership: TeamMembership | None


@given
class WithdrawJoinRequestInput(Given):
    id: UUID
    """Of the membership."""


@answer
class WithdrawJoinRequestPayload(Payload):
    membership: TeamMembership | None


@given
class AdmitToTeamInput(Given):
    id: UUID
    """Of the membership."""


@answer
class AdmitToTeamPayload(Payload):
    membership: TeamMembership | None


@given
class TurnDownJoinRequestInput(Given):
    id: UUID
    """Of the membership."""
    reason: str = ""
    """In words meant for the person."""


@answer
class TurnDownJoinRequestPayload(Payload):
    membership: TeamMembership | None


@given
class LeaveTeamInput(Given):
    id: UUID
    """Of the membership."""


@answer
class LeaveTeamPayload(Payload):
    membership: TeamMembership | None


@given
class RemoveFromTeamInput(Given):
    id: UUID
    """Of the membership."""
    reason: str
    """In words meant for the person."""


@answer
class RemoveFromTeamPayload(Payload):
    membership: TeamMembership | None


@given
class OfferLeadInput(Given):
    team_id: UUID
    person_id: UUID
    stays: bool = False
    """Whether you go on leading, together with the other."""


@answer
class OfferLeadPayload(Payload):
    offer: LeadOffer | None


@given
class AcceptLeadInput(Given):
    id: UUID
    """Of the offer."""


@answer
class AcceptLeadPayload(Payload):
    offer: LeadOffer | None


@given
class DeclineLeadInput(Given):
    id: UUID
    """Of the offer."""


@answer
class DeclineLeadPayload(Payload):
    offer: LeadOffer | None


@given
class WithdrawLeadOfferInput(Given):
    id: UUID
    """Of the offer."""


@answer
class WithdrawLeadOfferPayload(Payload):
    offer: LeadOffer | None
