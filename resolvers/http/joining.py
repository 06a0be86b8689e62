"""Joining on pages, without JavaScript: by oneself, or with an invitation. A mailed link only shows a page (E7)."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import models
from models.errors import Refusal
from models.members import Purpose
from models.members.consents import WORDINGS
from models.members.refusals import InvitationInvalid
from resolvers.http.login import by_method, form_of, page_of, status_of
from resolvers.http.page import language_of, page
from resolvers.members.sessions import accept_invitation, join_community
from schema.context import Context


def _wording(request: Request) -> str:
    return WORDINGS[Purpose.ACCOUNT].text(language_of(request))


def _form(request: Request, refusal: Refusal | None = None, *, email: str = "", name: str = "") -> Response:
    return page(
        request, "join.html", status=status_of(refusal), refusal=refusal, email=email[:320], name=name[:120],
        wording=_wording(request),
    )  # fmt: skip


async def _show(request: Request, context: Context) -> Response:
    return _form(request)


async def _join(request: Request, context: Context) -> Response:
    """Mail the link. The page is the same for members and for everybody else (E50)."""
    form = await form_of(request)
    email, name = form.get("email", ""), form.get("name", "")
    try:
        agreed = form.get("agreed") == "yes"
        await join_community(context, email, name, agreed=agreed, language=language_of(request))
    except Refusal as refusal:
        return _form(request, refusal, email=email, name=name)
    await context.services.ring()
    return page(request, "join_sent.html")


def _invitation(request: Request, refusal: Refusal | None = None, *, name: str = "", is_open: bool = True) -> Response:
    return page(
        request, "invitation.html", status=status_of(refusal), refusal=refusal, name=name[:120], open=is_open,
        wording=_wording(request),
    )  # fmt: skip


async def _opened(request: Request, context: Context) -> Response:
    """The mailed link: shows a form and changes nothing."""
    try:
        await models.Invitation.open(request.path_params["token"], now=context.now)
    except InvitationInvalid as refusal:
        return _invitation(request, refusal, is_open=False)
    return _invitation(request)


async def _accept(request: Request, context: Context) -> Response:
    """The button: the account is made, and this browser signed in."""
    form = await form_of(request)
    name = form.get("name", "")
    try:
        await accept_invitation(context, request.path_params["token"], name, agreed=form.get("agreed") == "yes")
    except Refusal as refusal:
        return _invitation(request, refusal, name=name, is_open=not isinstance(refusal, InvitationInvalid))
    return RedirectResponse("/sign-in", 303, headers={"cache-control": "no-store"})


routes = [
    Route("/join", page_of(by_method(_show, _join)), methods=["GET", "POST"]),
    Route("/invitation/{token}", page_of(by_method(_opened, _accept)), methods=["GET", "POST"]),
]
