"""Members: the viewer, signing in and out, sessions, tokens and roles."""

from datetime import timedelta
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models import vault
from models.access import require, visible
from models.errors import NotFound, SignInNeeded, ValidationProblem
from models.members import address
from models.roles import Role
from models.signin import SESSION_LIFE, viewer_of
from resolvers.verbs import verb
from resolvers.viewer import cookie_name, new_browser, set_cookie
from schema.binding import reads, shown
from schema.context import Context, Info
from schema.described import computed
from schema.members import (
    CreateApiTokenInput,
    CreateApiTokenPayload,
    GrantRoleInput,
    GrantRolePayload,
    Person,
    RedeemLoginLinkInput,
    RedeemLoginLinkPayload,
    RequestLoginLinkInput,
    RequestLoginLinkPayload,
    RevokeApiTokenInput,
    RevokeApiTokenPayload,
    RevokeRoleInput,
    RevokeRolePayload,
    RevokeSessionInput,
    RevokeSessionPayload,
    RoleGrant,
    SignOutInput,
    SignOutPayload,
    Viewer,
)
from schema.paging import Connection, Page

SIGN_IN = "5/15 minutes"  # per address that asks, and per mailbox (reliability.md, 4)
REDEEM = "20/15 minutes"  # a household behind one address types a few wrong links
MOST_DAYS = 366
BROWSER_SECONDS = 3600


class TokenLife(ValidationProblem):
    code = "TOKEN_LIFE"
    de = f"Ein Token lebt 1 bis {MOST_DAYS} Tage."
    en = f"A token lives 1 to {MOST_DAYS} days."


def you(context: Context) -> Viewer:
    """The viewer as GraphQL shows them."""
    return Viewer(roles=sorted(context.viewer.roles))


async def request_link(context: Context, email: str) -> None:
    """Mail a link, bound to this browser by a cookie. Raises `InvalidAddress` and `RateLimited`, nothing else."""
    mailbox = address(email)
    await context.limit(SIGN_IN, "sign in from", context.address, closed=True)
    await context.limit(SIGN_IN, "sign in to", vault.fingerprint(mailbox), closed=True)
    browser = context.browser or new_browser()
    await models.LoginLink.request(mailbox, browser=browser, now=context.now)
    name = cookie_name("browser", context.services.secure)
    context.cookies.append(set_cookie(name, browser, secure=context.services.secure, seconds=BROWSER_SECONDS))


async def redeem_link(context: Context, token: str) -> None:
    """Use a link up and sign this browser in. Raises `LinkInvalid`. A session that it had ends."""
    await context.limit(REDEEM, "redeem from", context.address, closed=True)
    session, cookie = await models.LoginLink.redeem(token, browser=context.browser, now=context.now)
    await _end_session(context)
    name = cookie_name("session", context.services.secure)
    seconds = int(SESSION_LIFE.total_seconds())
    context.cookies.append(set_cookie(name, cookie, secure=context.services.secure, seconds=seconds))
    now_viewer = await viewer_of(session.person_id, now=context.now, credential_id=session.id)
    assert now_viewer is not None, "a link was redeemed for somebody who may not sign in"
    context.viewer = now_viewer


async def _end_session(context: Context) -> None:
    """Revoke the session that this request came with, if it came with one (and not with a token)."""
    viewer = context.viewer
    if (
        viewer.credential_id
        and await models.Session.filter(id=viewer.credential_id, person_id=viewer.person_id).exists()
    ):
        await models.Session.revoke(viewer.credential_id, by=viewer, now=context.now)


async def sign_out(context: Context) -> None:
    """End the session of this browser; signing out twice changes nothing."""
    await _end_session(context)
    name = cookie_name("session", context.services.secure)
    context.cookies.append(set_cookie(name, "", secure=context.services.secure, seconds=0))


def signed_in(context: Context) -> UUID:
    """The person who asks. Raises `SignInNeeded`."""
    if context.viewer.person_id is None:
        raise SignInNeeded()
    return context.viewer.person_id


@strawberry.type
class MemberQuery:
    @computed
    def viewer(self, info: Info) -> Viewer:
        """You: roles, sessions, tokens."""
        return you(info.context)

    @reads(Person | None)
    def person(self, info: Info, id: UUID) -> QuerySet[models.Person]:
        """A member, for members."""
        return visible(models.Person.filter(id=id), info.context.viewer)

    @reads(Connection[Person])
    def people(self, info: Info) -> Page[models.Person]:
        """Members by handle, for members."""
        rows = visible(models.Person.filter(state="active"), info.context.viewer)
        return Page(rows, order=("handle", "id"))

    @reads(Connection[RoleGrant])
    def role_grants(self, info: Info, person_id: UUID | None = None) -> Page[models.RoleGrant]:
        """Roles that were given, newest first, for staff."""
        rows = models.RoleGrant.filter(person_id=person_id) if person_id else models.RoleGrant.all()
        return Page(visible(rows, info.context.viewer), order=("-id",))


@strawberry.type
class MemberMutation:
    @verb(RequestLoginLinkPayload)
    async def request_login_link(self, info: Info, input: RequestLoginLinkInput) -> RequestLoginLinkPayload:
        """Mail a sign-in link. The answer is the same for known and unknown addresses; a cookie binds the browser."""
        await request_link(info.context, input.email)
        return RequestLoginLinkPayload(sent=True)

    @verb(RedeemLoginLinkPayload)
    async def redeem_login_link(self, info: Info, input: RedeemLoginLinkInput) -> RedeemLoginLinkPayload:
        """Sign in with a mailed link, in the browser that asked for it. A link works once."""
        await redeem_link(info.context, input.token)
        return RedeemLoginLinkPayload(viewer=you(info.context))

    @verb(SignOutPayload)
    async def sign_out(self, info: Info, input: SignOutInput) -> SignOutPayload:
        """End the session of this browser."""
        await sign_out(info.context)
        return SignOutPayload(signed_out=True)

    @verb(CreateApiTokenPayload, limit="20/hour", once=("secret",))
    async def create_api_token(self, info: Info, input: CreateApiTokenInput) -> CreateApiTokenPayload:
        """Make a personal token for scripts; it acts with your roles. The secret is shown this once."""
        person_id = signed_in(info.context)
        if not 1 <= input.days <= MOST_DAYS:
            raise TokenLife("days")
        token, secret = await models.ApiToken.issue(
            person_id, input.name, by=info.context.viewer, now=info.context.now, life=timedelta(days=input.days)
        )
        return CreateApiTokenPayload(token=shown(token), secret=secret)

    @verb(RevokeApiTokenPayload)
    async def revoke_api_token(self, info: Info, input: RevokeApiTokenInput) -> RevokeApiTokenPayload:
        """Revoke one of your tokens. It ends at once, on open subscriptions with the next event."""
        signed_in(info.context)
        await models.ApiToken.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return RevokeApiTokenPayload(id=input.id)

    @verb(RevokeSessionPayload)
    async def revoke_session(self, info: Info, input: RevokeSessionInput) -> RevokeSessionPayload:
        """End one of your sessions, for example in a browser that you lost."""
        signed_in(info.context)
        await models.Session.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return RevokeSessionPayload(id=input.id)

    @verb(GrantRolePayload)
    async def grant_role(self, info: Info, input: GrantRoleInput) -> GrantRolePayload:
        """Give somebody a role; administrators only. Giving it again changes nothing."""
        require(info.context.viewer, Role.ADMINISTRATOR)
        if input.role in (Role.SYSTEM, Role.TEAM_LEAD):
            raise NotGrantable("role")
        if not await models.Person.filter(id=input.person_id).exists():
            raise NotFound("personId")
        grant = await models.RoleGrant.give(
            input.person_id, input.role, by=info.context.viewer, now=info.context.now, reason=input.reason[:200]
        )
        return GrantRolePayload(grant=shown(grant))

    @verb(RevokeRolePayload)
    async def revoke_role(self, info: Info, input: RevokeRoleInput) -> RevokeRolePayload:
        """Take a role back; administrators only. It ends with the next request and the next event."""
        require(info.context.viewer, Role.ADMINISTRATOR)
        person = await models.Person.filter(id=input.person_id).first()
        if person is None:
            raise NotFound("personId")
        await models.RoleGrant.take(input.person_id, input.role, by=info.context.viewer, now=info.context.now)
        return RevokeRolePayload(person=shown(person))


class NotGrantable(ValidationProblem):
    code = "NOT_GRANTABLE"
    de = "Diese Rolle wird nicht vergeben: Teamleitung folgt aus dem Team, „System“ sind unsere eigenen Aufgaben."
    en = "This role is not given: leading a team follows from the team, `SYSTEM` is our own jobs."
