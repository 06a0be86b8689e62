"""Belonging to a team, and who leads it."""

from typing import Any

import strawberry

import models
from models.errors import ValidationProblem
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.teams import belonging as b


class OneOfTwo(ValidationProblem):
    code = "ONE_OF_TWO"
    de = "Bitte gebt entweder den Namen im Verzeichnis oder eine E-Mail-Adresse an."
    en = "Please give either a handle or an e-mail address."


def asked(info: Info) -> dict[str, Any]:
    """Who asks, and when: what every verb wants to know."""
    return {"by": info.context.viewer, "now": info.context.now}


@strawberry.type
class BelongingMutation:
    @verb(b.InviteToTeamPayload, limit="100/day")
    async def invite_to_team(self, info: Info, input: b.InviteToTeamInput) -> b.InviteToTeamPayload:
        """Invite somebody into your team; leads and community managers."""
        viewer, now = info.context.viewer, info.context.now
        if bool(input.handle) == bool(input.email):
            raise OneOfTwo("handle")
        if input.email:
            await models.TeamGuest.ask(input.team_id, input.email, message=input.message, by=viewer, now=now)
            return b.InviteToTeamPayload(membership=None, sent=True)
        row = await models.TeamMembership.invite(
            input.team_id, input.handle or "", message=input.message, by=viewer, now=now
        )
        return b.InviteToTeamPayload(membership=shown(row), sent=True)

    @verb(b.RequestToJoinTeamPayload, limit="30/day")
    async def request_to_join_team(self, info: Info, input: b.RequestToJoinTeamInput) -> b.RequestToJoinTeamPayload:
        """Ask to join a listed team. Whoever is invited already joins by it."""
        row = await models.TeamMembership.request(input.team_id, message=input.message, **asked(info))
        return b.RequestToJoinTeamPayload(membership=shown(row))

    @verb(b.AcceptTeamInvitationPayload)
    async def accept_team_invitation(
        self, info: Info, input: b.AcceptTeamInvitationInput
    ) -> b.AcceptTeamInvitationPayload:
        """Join the team that invited you."""
        row = await models.TeamMembership.accept(input.id, **asked(info))
        return b.AcceptTeamInvitationPayload(membership=shown(row))

    @verb(b.DeclineTeamInvitationPayload)
    async def decline_team_invitation(
        self, info: Info, input: b.DeclineTeamInvitationInput
    ) -> b.DeclineTeamInvitationPayload:
        """Do not join the team that invited you. Nobody asks why."""
        row = await models.TeamMembership.decline(input.id, **asked(info))
        return b.DeclineTeamInvitationPayload(membership=shown(row))

    @verb(b.RetractTeamInvitationPayload)
    async def retract_team_invitation(
        self, info: Info, input: b.RetractTeamInvitationInput
    ) -> b.RetractTeamInvitationPayload:
        """Take an invitation back before it is answered; leads and community managers."""
        row = await models.TeamMembership.retract(input.id, **asked(info))
        return b.RetractTeamInvitationPayload(membership=shown(row))

    @verb(b.WithdrawJoinRequestPayload)
    async def withdraw_join_request(
        self, info: Info, input: b.WithdrawJoinRequestInput
    ) -> b.WithdrawJoinRequestPayload:
        """Take your request to join back."""
        row = await models.TeamMembership.withdraw(input.id, **asked(info))
        return b.WithdrawJoinRequestPayload(membership=shown(row))

    @verb(b.AdmitToTeamPayload)
    async def admit_to_team(self, info: Info, input: b.AdmitToTeamInput) -> b.AdmitToTeamPayload:
        """Take somebody in who asked to join; leads and community managers."""
        row = await models.TeamMembership.admit(input.id, **asked(info))
        return b.AdmitToTeamPayload(membership=shown(row))

    @verb(b.TurnDownJoinRequestPayload)
    async def turn_down_join_request(
        self, info: Info, input: b.TurnDownJoinRequestInput
    ) -> b.TurnDownJoinRequestPayload:
        """Say no to a request, in kind words; leads and community managers."""
        row = await models.TeamMembership.turn_down(input.id, reason=input.reason, **asked(info))
        return b.TurnDownJoinRequestPayload(membership=shown(row))

    @verb(b.LeaveTeamPayload)
    async def leave_team(self, info: Info, input: b.LeaveTeamInput) -> b.LeaveTeamPayload:
        """Leave a team. Its last lead hands over first."""
        row = await models.TeamMembership.leave(input.id, **asked(info))
        return b.LeaveTeamPayload(membership=shown(row))

    @verb(b.RemoveFromTeamPayload)
    async def remove_from_team(self, info: Info, input: b.RemoveFromTeamInput) -> b.RemoveFromTeamPayload:
        """Part with a member, and say why; leads and community managers."""
        row = await models.TeamMembership.remove(input.id, reason=input.reason, **asked(info))
        return b.RemoveFromTeamPayload(membership=shown(row))

    @verb(b.OfferLeadPayload)
    async def offer_lead(self, info: Info, input: b.OfferLeadInput) -> b.OfferLeadPayload:
        """Offer the lead to a member; nothing changes until they accept. Leads and community managers."""
        row = await models.LeadOffer.offer(input.team_id, input.person_id, stays=input.stays, **asked(info))
        return b.OfferLeadPayload(offer=shown(row))

    @verb(b.AcceptLeadPayload)
    async def accept_lead(self, info: Info, input: b.AcceptLeadInput) -> b.AcceptLeadPayload:
        """Take the lead that you were offered."""
        row = await models.LeadOffer.accept(input.id, **asked(info))
        return b.AcceptLeadPayload(offer=shown(row))

    @verb(b.DeclineLeadPayload)
    async def decline_lead(self, info: Info, input: b.DeclineLeadInput) -> b.DeclineLeadPayload:
        """Stay a member; the lead stays where it is."""
        row = await models.LeadOffer.decline(input.id, **asked(info))
        return b.DeclineLeadPayload(offer=shown(row))

    @verb(b.WithdrawLeadOfferPayload)
    async def withdraw_lead_offer(self, info: Info, input: b.WithdrawLeadOfferInput) -> b.WithdrawLeadOfferPayload:
        """Take an offer of the lead back; leads and community managers."""
        row = await models.LeadOffer.withdraw(input.id, **asked(info))
        return b.WithdrawLeadOfferPayload(offer=shown(row))
