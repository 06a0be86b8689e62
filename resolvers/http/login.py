"""Signing in on pages, without JavaScript: ask for a link, open it, press one button.

The mailed link only *shows* a page (mail scanners open every link); the button's POST redeems it, in the browser that
asked for it. The GraphQL mutations `requestLoginLink`, `redeemLoginLink` and `signOut` do the same.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import models
from models.errors import RateLimited, Refusal
from resolvers import viewer
from resolvers.contexts import context_for
from resolvers.http.page import page
from resolvers.http.problems import problem
from resolvers.members import redeem_link, request_link, sign_out
from resolvers.negotiation import Unacceptable
from resolvers.negotiation import body as read_body
from resolvers.oidc import Provider
from schema.context import Context

FORM = "application/x-www-form-urlencoded"
Handler = Callable[[Request, Context], Awaitable[Response]]


def page_of(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A page with the viewer's context. A POST from another site's page is refused before anything is read."""

    async def answer(request: Request) -> Response:
        services = request.app.state.services
        try:
            if request.method == "POST":
                viewer.check_origin(request, services, header=False)
            context = await context_for(request, services)
            response = await handler(request, context)
        except viewer.CrossSite:
            return problem(request, 400)
        except viewer.Unauthenticated:
            return problem(request, 400)
        except Unacceptable as no:
            return problem(request, no.status)
        for cookie in context.cookies:
            response.headers.append("set-cookie", cookie)
        return response

    return answer


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a small form; the last one of each name counts."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Unacceptable(400, "A form is needed.", "BAD_REQUEST")
    try:
        fields = parse_qs((await read_body(request)).decode(), max_num_fields=10, keep_blank_values=True)
    except (UnicodeDecodeError, ValueError) as broken:
        raise Unacceptable(400, "The form cannot be read.", "BAD_REQUEST") from broken
    return {name: values[-1] for name, values in fields.items()}


def status_of(refusal: Refusal | None) -> int:
    if refusal is None:
        return 200
    return 429 if isinstance(refusal, RateLimited) else 422


async def show(request: Request, context: Context, refusal: Refusal | None = None, email: str = "") -> Response:
    """The form, or who is signed in; with the provider, if there is one."""
    me = context.viewer.person_id
    person = await models.Person.filter(id=me).first() if me else None
    provider: Provider | None = context.services.more.get("oidc")
    out = None
    if provider and request.query_params.get("left"):
        out = await provider.way_out(context.services.site.url("/sign-in"), now=context.now)
    return page(
        request, "login.html", status=status_of(refusal), person=person, refusal=refusal, email=email[:320],
        provider=provider.settings.label if provider else None, provider_out=out,
        connected=bool(person) and "connected" in request.query_params,
    )  # fmt: skip


async def _show(request: Request, context: Context) -> Response:
    return await show(request, context)


async def _ask(request: Request, context: Context) -> Response:
    """Mail a link. The page is the same for known and unknown addresses."""
    email = (await form_of(request)).get("email", "")
    try:
        await request_link(context, email)
    except Refusal as refusal:
        return await show(request, context, refusal, email)
    await context.services.ring()
    return page(request, "login_sent.html")


async def _opened(request: Request, context: Context) -> Response:
    """The mailed link: shows a button and changes nothing."""
    return page(request, "login_link.html", token=request.path_params["token"], refusal=None)


async def _redeem(request: Request, context: Context) -> Response:
    """The button: sign this browser in."""
    token = request.path_params["token"]
    try:
        await redeem_link(context, token)
    except Refusal as refusal:
        return page(request, "login_link.html", status=status_of(refusal), token=token, refusal=refusal)
    return RedirectResponse("/sign-in", 303, headers={"cache-control": "no-store"})


async def _leave(request: Request, context: Context) -> Response:
    """Sign this browser out. The next page says where to sign out of the provider, too."""
    await sign_out(context)
    return RedirectResponse("/sign-in?left=1", 303, headers={"cache-control": "no-store"})


def by_method(get: Handler, post: Handler) -> Handler:
    async def either(request: Request, context: Context) -> Response:
        return await (post if request.method == "POST" else get)(request, context)

    return either


async def _moved(request: Request) -> Response:
    """The word that people type."""
    return RedirectResponse("/sign-in", 308)


routes = [
    Route("/login", _moved, methods=["GET"]),
    Route("/sign-in", page_of(by_method(_show, _ask)), methods=["GET", "POST"]),
    Route("/sign-in/{token}", page_of(by_method(_opened, _redeem)), methods=["GET", "POST"]),
    Route("/sign-out", page_of(_leave), methods=["POST"]),
]
