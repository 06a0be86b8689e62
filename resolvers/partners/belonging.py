"""Who acts for a partner and what it may see: root fields."""

from uuid import UUID

import strawberry

import models
from models import partners
from models.access import visible
from models.partners import Extent
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.moments import moment
from schema.paging import Connection, Page
from schema.partners import belonging as b
from schema.partners import changes as c

LATEST = ("-id",)


@strawberry.type
class BelongingQuery:
    @reads(Connection[b.PartnerMember])
    def partner_members(self, info: Info, partner_id: UUID | None = None) -> Page[models.PartnerMember]:
        """Who acts for your partners and who is invited, your own invitations included; for managers, of all."""
        rows = models.PartnerMember.filter(partner_id=partner_id) if partner_id else models.PartnerMember.all()
        return Page(visible(rows, info.context.viewer), order=LATEST)

    @reads(Connection[b.PartnerGrant])
    def partner_grants(self, info: Info, partner_id: UUID | None = None) -> Page[models.PartnerGrant]:
        """What your partners may see of the event log, and might once, the latest first; for managers, of all."""
        rows = models.PartnerGrant.filter(partner_id=partner_id) if partner_id else models.PartnerGrant.all()
        return Page(visible(rows, info.context.viewer), order=LATEST)

    @reads(Connection[b.PartnerKey])
    def partner_keys(self, info: Info, partner_id: UUID | None = None) -> Page[models.PartnerKey]:
        """The keys of your partners, those that have ended too, the latest first; for managers, of all."""
        rows = models.PartnerKey.filter(partner_id=partner_id) if partner_id else models.PartnerKey.all()
        return Page(visible(rows, info.context.viewer), order=LATEST)


@strawberry.type
class BelongingMutation:
    @verb(c.InvitePartnerMemberPayload, limit="60/hour")
    async def invite_partner_member(
        self, info: Info, input: c.InvitePartnerMemberInput
    ) -> c.InvitePartnerMemberPayload:
        """Ask a member of the community to act for a partner; managers."""
        member = await models.PartnerMember.invite(
            input.partner_id, input.handle, by=info.context.viewer, now=info.context.now
        )
        return c.InvitePartnerMemberPayload(member=shown(member))

    @verb(c.AcceptPartnerInvitationPayload)
    async def accept_partner_invitation(
        self, info: Info, input: c.AcceptPartnerInvitationInput
    ) -> c.AcceptPartnerInvitationPayload:
        """Act for the partner that you were asked to act for."""
        member = await models.PartnerMember.act(input.id, "accept", by=info.context.viewer, now=info.context.now)
        return c.AcceptPartnerInvitationPayload(member=shown(member))

    @verb(c.DeclinePartnerInvitationPayload)
    async def decline_partner_invitation(
        self, info: Info, input: c.DeclinePartnerInvitationInput
    ) -> c.DeclinePartnerInvitationPayload:
        """Do not; nobody asks why."""
        member = await models.PartnerMember.act(input.id, "decline", by=info.context.viewer, now=info.context.now)
        return c.DeclinePartnerInvitationPayload(member=shown(member))

    @verb(c.LeavePartnerPayload)
    async def leave_partner(self, info: Info, input: c.LeavePartnerInput) -> c.LeavePartnerPayload:
        """Act for a partner no longer. Its keys and webhooks stay its own."""
        member = await models.PartnerMember.act(input.id, "leave", by=info.context.viewer, now=info.context.now)
        return c.LeavePartnerPayload(member=shown(member))

    @verb(c.RemovePartnerMemberPayload)
    async def remove_partner_member(
        self, info: Info, input: c.RemovePartnerMemberInput
    ) -> c.RemovePartnerMemberPayload:
        """Let somebody act for a partner no longer, or take an invitation back; managers."""
        member = await models.PartnerMember.act(input.id, "remove", by=info.context.viewer, now=info.context.now)
        return c.RemovePartnerMemberPayload(member=shown(member))

    @verb(c.GrantToPartnerPayload)
    async def grant_to_partner(self, info: Info, input: c.GrantToPartnerInput) -> c.GrantToPartnerPayload:
        """Let a partner see events through its keys and webhooks; administrators. Only what is public is ever seen."""
        extent = Extent(
            input.topics,
            input.fields or (),
            moment(input.starts_at, "startsAt") if input.starts_at else None,
            moment(input.ends_at, "endsAt") if input.ends_at else None,
        )
        grant = await models.PartnerGrant.give(input.partner_id, extent, by=info.context.viewer, now=info.context.now)
        return c.GrantToPartnerPayload(grant=shown(grant))

    @verb(c.RevokePartnerGrantPayload)
    async def revoke_partner_grant(self, info: Info, input: c.RevokePartnerGrantInput) -> c.RevokePartnerGrantPayload:
        """Take a grant back; managers. What waits for the partner's webhooks is dropped within seconds."""
        grant = await models.PartnerGrant.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return c.RevokePartnerGrantPayload(grant=shown(grant))

    @verb(c.DeactivatePartnerPayload)
    async def deactivate_partner(self, info: Info, input: c.DeactivatePartnerInput) -> c.DeactivatePartnerPayload:
        """End all access of a partner at once: members, keys, webhooks; managers. Its entry on the wall stays."""
        partner = await partners.deactivate(input.id, by=info.context.viewer, now=info.context.now)
        return c.DeactivatePartnerPayload(partner=shown(partner))

    @verb(c.ActivatePartnerPayload)
    async def activate_partner(self, info: Info, input: c.ActivatePartnerInput) -> c.ActivatePartnerPayload:
        """Give a partner its access back as it was; administrators."""
        partner = await partners.activate(input.id, by=info.context.viewer, now=info.context.now)
        return c.ActivatePartnerPayload(partner=shown(partner))
