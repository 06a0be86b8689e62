"""Mutations to join, to sign in and out, for sessions, tokens, invitations and roles."""

from datetime import timedelta

import strawberry

import models
from models.access import require
from models.errors import NotFound, ValidationProblem
from models.roles import Role
from resolvers.members import sessions
from resolvers.members.reading import you
from resolvers.members.sessions import signed_in
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.members import signing_in as s

MOST_DAYS = 366
INVITATIONS = "10/hour"
NOT_GIVEN = {Role.SYSTEM, Role.TEAM_LEAD, Role.ONESELF}


class TokenLife(ValidationProblem):
    code = "TOKEN_LIFE"
    de = f"Ein Token lebt 1 bis {MOST_DAYS} Tage."
    en = f"A token lives 1 to {MOST_DAYS} days."


class NotGrantable(ValidationProblem):
    code = "NOT_GRANTABLE"
    de = "Diese Rolle wird nicht vergeben: Sie folgt aus Team oder Person, und „System“ sind unsere eigenen Aufgaben."
    en = "This role is not given: it follows from the team or the person; `SYSTEM` is our own jobs."


@strawberry.type
class SignInMutation:
    @verb(s.RequestLoginLinkPayload)
    async def request_login_link(self, info: Info, input: s.RequestLoginLinkInput) -> s.RequestLoginLinkPayload:
        """Mail a sign-in link. The answer is the same for known and unknown addresses; a cookie binds the browser."""
        await sessions.request_link(info.context, input.email)
        return s.RequestLoginLinkPayload(sent=True)

    @verb(s.RedeemLoginLinkPayload)
    async def redeem_login_link(self, info: Info, input: s.RedeemLoginLinkInput) -> s.RedeemLoginLinkPayload:
        """Sign in with a mailed link, in the browser that asked for it. A link works once."""
        await sessions.redeem_link(info.context, input.token)
        return s.RedeemLoginLinkPayload(viewer=you(info.context))

    @verb(s.SignOutPayload)
    async def sign_out(self, info: Info, input: s.SignOutInput) -> s.SignOutPayload:
        """End the session of this browser."""
        await sessions.sign_out(info.context)
        return s.SignOutPayload(signed_out=True)

    @verb(s.CreateApiTokenPayload, limit="20/hour", once=("secret",))
    async def create_api_token(self, info: Info, input: s.CreateApiTokenInput) -> s.CreateApiTokenPayload:
        """Make a personal token for scripts; it acts with your roles. The secret is shown this once."""
        person_id = signed_in(info.context)
        if not 1 <= input.days <= MOST_DAYS:
            raise TokenLife("days")
        token, secret = await models.ApiToken.issue(
            person_id, input.name, by=info.context.viewer, now=info.context.now, life=timedelta(days=input.days)
        )
        return s.CreateApiTokenPayload(token=shown(token), secret=secret)

    @verb(s.RevokeApiTokenPayload)
    async def revoke_api_token(self, info: Info, input: s.RevokeApiTokenInput) -> s.RevokeApiTokenPayload:
        """Revoke one of your tokens. It ends at once, on open subscriptions with the next event."""
        signed_in(info.context)
        await models.ApiToken.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return s.RevokeApiTokenPayload(id=input.id)

    @verb(s.RevokeSessionPayload)
    async def revoke_session(self, info: Info, input: s.RevokeSessionInput) -> s.RevokeSessionPayload:
        """End one of your sessions, for example in a browser that you lost."""
        signed_in(info.context)
        await models.Session.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return s.RevokeSessionPayload(id=input.id)

    @verb(s.GrantRolePayload)
    async def grant_role(self, info: Info, input: s.GrantRoleInput) -> s.GrantRolePayload:
        """Give somebody a role; administrators only. Giving it again changes nothing."""
        require(info.context.viewer, Role.ADMINISTRATOR)
        if input.role in NOT_GIVEN:
            raise NotGrantable("role")
        if not await models.Person.filter(id=input.person_id).exists():
            raise NotFound("personId")
        grant = await models.RoleGrant.give(
            input.person_id, input.role, by=info.context.viewer, now=info.context.now, reason=input.reason[:200]
        )
        return s.GrantRolePayload(grant=shown(grant))

    @verb(s.RevokeRolePayload)
    async def revoke_role(self, info: Info, input: s.RevokeRoleInput) -> s.RevokeRolePayload:
        """Take a role back; administrators only. It ends with the next request and the next event."""
        require(info.context.viewer, Role.ADMINISTRATOR)
        person = await models.Person.filter(id=input.person_id).first()
        if person is None:
            raise NotFound("personId")
        await models.RoleGrant.take(input.person_id, input.role, by=info.context.viewer, now=info.context.now)
        return s.RevokeRolePayload(person=shown(person))

    @verb(s.JoinCommunityPayload)
    async def join_community(self, info: Info, input: s.JoinCommunityInput) -> s.JoinCommunityPayload:
        """Ask for an account; it begins with the mailed link. The answer is the same for members and everybody else."""
        await sessions.join_community(
            info.context, input.email, input.name, agreed=input.agreed, language=input.language
        )
        return s.JoinCommunityPayload(sent=True)

    @verb(s.RevokeOtherSessionsPayload)
    async def revoke_other_sessions(
        self, info: Info, input: s.RevokeOtherSessionsInput
    ) -> s.RevokeOtherSessionsPayload:
        """Sign out everywhere but here."""
        signed_in(info.context)
        ended = await models.Session.revoke_others(by=info.context.viewer, now=info.context.now)
        return s.RevokeOtherSessionsPayload(ended=ended)

    @verb(s.UnlinkIdentityPayload)
    async def unlink_identity(self, info: Info, input: s.UnlinkIdentityInput) -> s.UnlinkIdentityPayload:
        """Take back that you sign in with an account elsewhere; the link by mail always works."""
        signed_in(info.context)
        await models.Identity.unlink(input.id, by=info.context.viewer, now=info.context.now)
        return s.UnlinkIdentityPayload(id=input.id)

    @verb(s.InviteMemberPayload, limit=INVITATIONS)
    async def invite_member(self, info: Info, input: s.InviteMemberInput) -> s.InviteMemberPayload:
        """Invite somebody by mail. The answer never tells whether they are a member already."""
        invitation = await models.Invitation.ask(
            input.email, by=info.context.viewer, now=info.context.now, message=input.message, locale=input.language
        )
        return s.InviteMemberPayload(invitation=shown(invitation))

    @verb(s.WithdrawInvitationPayload)
    async def withdraw_invitation(self, info: Info, input: s.WithdrawInvitationInput) -> s.WithdrawInvitationPayload:
        """Take an invitation back; its link ends. What had become of it is not told."""
        signed_in(info.context)
        invitation = await models.Invitation.withdraw(input.id, by=info.context.viewer, now=info.context.now)
        return s.WithdrawInvitationPayload(invitation=shown(invitation))

    @verb(s.AcceptInvitationPayload)
    async def accept_invitation(self, info: Info, input: s.AcceptInvitationInput) -> s.AcceptInvitationPayload:
        """Join with a mailed invitation, and be signed in. A link works once."""
        await sessions.accept_invitation(info.context, input.token, input.name, agreed=input.agreed)
        return s.AcceptInvitationPayload(viewer=you(info.context))
