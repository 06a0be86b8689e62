"""Signing in with an account elsewhere, on pages: there, back, and a welcome for somebody new."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import models
from models.errors import Refusal
from models.identities import SignInBroken, come_back, join_with
from models.members import InvalidName, Purpose
from models.members.consents import WORDINGS
from models.members.refusals import AgreementNeeded
from resolvers.http.login import form_of, page_of, show, status_of
from resolvers.http.page import language_of, page
from resolvers.http.problems import problem
from resolvers.members.sessions import REDEEM, bind_browser, enter, signed_in
from resolvers.oidc import Provider
from resolvers.viewer import device_of
from schema.context import Context

GOING = "20/15 minutes"  # from one address: an office that signs in on Monday morning


def provider_of(context: Context) -> Provider | None:
    """The provider of this installation, if it has one."""
    found: Provider | None = context.services.more.get("oidc")
    return found


async def _go(request: Request, context: Context) -> Response:
    """Begin: bind the attempt to this browser and send it to the provider."""
    provider = provider_of(context)
    if provider is None:
        return problem(request, 404)
    try:
        return _away(await _begin(context, provider, person_id=None))
    except Refusal as refusal:
        return await show(request, context, refusal)


async def _connect(request: Request, context: Context) -> Response:
    """Begin to connect an account elsewhere with the one that is signed in here.

    By POST from our own page alone: otherwise a foreign page could connect a stranger's account. A form may not lead
    away from us (Content-Security-Policy), so the answer is a page with a link.
    """
    provider = provider_of(context)
    if provider is None:
        return problem(request, 404)
    try:
        there = await _begin(context, provider, person_id=signed_in(context))
    except Refusal as refusal:
        return await show(request, context, refusal)
    return page(request, "provider_go.html", provider=provider.settings.label, there=there)


async def _begin(context: Context, provider: Provider, *, person_id: UUID | None) -> str:
    await context.limit(GOING, "provider from", context.address, closed=True)
    attempt = await models.OidcAttempt.begin(browser=bind_browser(context), person_id=person_id, now=context.now)
    return await provider.way_there(attempt, now=context.now)


async def _back(request: Request, context: Context) -> Response:
    """The provider's answer, in the browser that began: sign in, connect, or welcome somebody new."""
    provider = provider_of(context)
    if provider is None:
        return problem(request, 404)
    try:
        await context.limit(REDEEM, "redeem from", context.address, closed=True)
        return await _answered(request, context, provider)
    except Refusal as refusal:
        return await show(request, context, refusal)


async def _answered(request: Request, context: Context, provider: Provider) -> Response:
    said = request.query_params
    attempt = await models.OidcAttempt.finish(said.get("state", ""), browser=context.browser, now=context.now)
    # RFC 9207: an answer that names another issuer was meant for somebody else.
    if "code" not in said or said.get("iss", provider.settings.issuer) != provider.settings.issuer:
        raise SignInBroken("code")
    claims = await provider.claims(said["code"], attempt, now=context.now)
    if attempt.person_id is not None:
        if attempt.person_id != context.viewer.person_id:
            raise SignInBroken("state")
        await models.Identity.link(attempt.person_id, claims, by=context.viewer, now=context.now)
        return _away("/sign-in?connected=1")
    if opened := await come_back(claims, now=context.now, device=device_of(request)):
        await enter(context, *opened)
        return _away("/sign-in")
    await attempt.keep(claims)
    return _welcome_page(request, str(attempt.id), attempt.welcome, claims.name)


def _welcome_page(request: Request, attempt: str, welcome: str, name: str, refusal: Refusal | None = None) -> Response:
    wording = WORDINGS[Purpose.ACCOUNT].text(language_of(request))
    return page(
        request, "provider_welcome.html", status=status_of(refusal), attempt=attempt, welcome=welcome, name=name[:120],
        wording=wording, refusal=refusal,
    )  # fmt: skip


async def _welcome(request: Request, context: Context) -> Response:
    """The button on the welcoming page: make the account."""
    if provider_of(context) is None:
        return problem(request, 404)
    form = await form_of(request)
    attempt, welcome, name = (form.get(field, "") for field in ("attempt", "welcome", "name"))
    try:
        await context.limit(REDEEM, "redeem from", context.address, closed=True)
        opened = await join_with(
            _id(attempt), welcome, name=name, agreed=form.get("agreed") == "yes", browser=context.browser,
            now=context.now, locale=language_of(request), device=device_of(request),
        )  # fmt: skip
    except (InvalidName, AgreementNeeded) as refusal:
        return _welcome_page(request, attempt, welcome, name, refusal)
    except Refusal as refusal:
        return await show(request, context, refusal)
    await enter(context, *opened)
    return _away("/sign-in")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as broken:
        raise SignInBroken("welcome") from broken


def _away(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})


routes = [
    Route("/sign-in/provider", page_of(_go), methods=["GET"]),
    Route("/sign-in/provider/back", page_of(_back), methods=["GET"]),
    Route("/sign-in/provider/connect", page_of(_connect), methods=["POST"]),
    Route("/sign-in/provider/welcome", page_of(_welcome), methods=["POST"]),
]
