"""Signing in and out for pages and mutations alike: cookies, limits, and who the viewer is afterwards."""

from uuid import UUID

import models
from models import vault
from models.errors import SignInNeeded
from models.language import Language
from models.members import address
from models.members.handles import handle_of
from models.signin import SESSION_LIFE, join, viewer_of
from resolvers.viewer import cookie_name, device_of, new_browser, set_cookie
from schema.context import Context

SIGN_IN = "5/15 minutes"  # per address that asks, and per mailbox (reliability.md, 4)
REDEEM = "20/15 minutes"  # a household behind one address types a few wrong links
BROWSER_SECONDS = 3600


async def request_link(context: Context, email: str) -> None:
    """Mail a link, bound to this browser by a cookie. Raises `InvalidAddress` and `RateLimited`, nothing else."""
    mailbox = address(email)
    await context.limit(SIGN_IN, "sign in from", context.address, closed=True)
    await context.limit(SIGN_IN, "sign in to", vault.fingerprint(mailbox), closed=True)
    await models.LoginLink.request(mailbox, browser=bind_browser(context), now=context.now)


def bind_browser(context: Context) -> str:
    """The value that this browser is known by for an hour; it gets one if it has none."""
    browser = context.browser or new_browser()
    name = cookie_name("browser", context.services.secure)
    context.cookies.append(set_cookie(name, browser, secure=context.services.secure, seconds=BROWSER_SECONDS))
    return browser


async def join_community(
    context: Context, email: str, name: str, *, agreed: bool, language: Language = Language.DE
) -> None:
    """Mail the link with which an account begins. Raises what `join` refuses, and `RateLimited`."""
    mailbox = address(email)
    await context.limit(SIGN_IN, "sign in from", context.address, closed=True)
    await context.limit(SIGN_IN, "sign in to", vault.fingerprint(mailbox), closed=True)
    await join(mailbox, name, agreed=agreed, browser=bind_browser(context), now=context.now, locale=language)


async def accept_invitation(context: Context, token: str, name: str, *, agreed: bool) -> None:
    """Join with an invitation and sign this browser in. Raises `InvitationInvalid`, `AgreementNeeded`."""
    await context.limit(REDEEM, "redeem from", context.address, closed=True)
    guest = await models.Invitation.accept(token, name=name, agreed=agreed, handle=handle_of(name), now=context.now)
    await enter(context, *await models.Session.open(guest.id, now=context.now, device=device_of(context.request)))


async def redeem_link(context: Context, token: str) -> None:
    """Use a link up and sign this browser in. Raises `LinkInvalid`. A session that it had ends."""
    await context.limit(REDEEM, "redeem from", context.address, closed=True)
    device = device_of(context.request)
    opened = await models.LoginLink.redeem(token, browser=context.browser, now=context.now, device=device)
    await enter(context, *opened)


async def enter(context: Context, session: models.Session, cookie: str) -> None:
    """This browser is signed in from now on; a session that it had ends."""
    await _end_session(context)
    name = cookie_name("session", context.services.secure)
    seconds = int(SESSION_LIFE.total_seconds())
    context.cookies.append(set_cookie(name, cookie, secure=context.services.secure, seconds=seconds))
    now_viewer = await viewer_of(session.person_id, now=context.now, credential_id=session.id)
    assert now_viewer is not None, "a session was opened for somebody who may not sign in"
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
