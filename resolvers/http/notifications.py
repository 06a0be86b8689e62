"""The pages behind the links of notification mails: how I want to hear of things, and no more of this. No sign-in.

GET shows and changes nothing, because mail scanners open every link (E7); POST acts. A mail provider's one-click POST
(RFC 8058) needs no cookie, no origin and no second page. Whoever was forwarded the mail can do no more than this.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.errors import Refusal
from models.language import Language
from models.notifications import KINDS, NotificationMail, Preference, Way, links
from models.notifications.links import NotificationLinkInvalid
from resolvers.http.forms import Fields, fields, one
from resolvers.http.letters import ONE_CLICK, PRIVATE
from resolvers.http.page import language_of, page
from resolvers.http.problems import problem
from resolvers.negotiation import Unacceptable

Page = Callable[[Request], Awaitable[Response]]


def _answering(handler: Page) -> Page:
    """Refusals as pages: one answer for every link that does not work."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except NotificationLinkInvalid as refusal:
            return page(request, "notifications_invalid.html", status=404, headers=PRIVATE, refusal=refusal)
        except Unacceptable as no:
            return problem(request, no.status)

    return answer


def _token(request: Request) -> str:
    return str(request.path_params["token"])


async def _language(request: Request, mail: NotificationMail) -> Language:
    """The reader's own language unless the address asks for another (E22)."""
    if request.query_params.get("language") in ("de", "en"):
        return language_of(request)
    return await links.language_of(mail)


async def preferences(request: Request) -> Response:
    """Every kind with its three ways, the hour of the digest, the night."""
    return await _preferences(request, await links.mail_of(_token(request)))


async def _preferences(
    request: Request, mail: NotificationMail, *, refusal: Refusal | None = None, done: bool = False
) -> Response:
    return page(
        request,
        "notifications_preferences.html",
        language=await _language(request, mail),
        status=422 if refusal else 200,
        headers=PRIVATE,
        row=await Preference.of(mail.person_id),
        kinds=list(KINDS.values()),
        ways=list(Way),
        refusal=refusal,
        done=done,
    )


async def prefer(request: Request) -> Response:
    form, token = await fields(request), _token(request)
    mail = await links.mail_of(token)
    if not form:
        return await _preferences(request, mail)
    try:
        await links.choose(token, now=request.app.state.now(), **_choice(form))
    except NotificationLinkInvalid:
        raise
    except Refusal as refusal:
        return await _preferences(request, mail, refusal=refusal)
    return await _preferences(request, mail, done=True)


def _choice(form: Fields) -> dict[str, Any]:
    """What the form says; a field that it does not have stays as it is, but for the box, which is off then."""
    known = {way.value for way in Way}
    said = {name: one(form, name) for name in KINDS}
    return {
        "ways": {name: Way(way) for name, way in said.items() if way in known},
        "digest_at": one(form, "digest_at") or None,
        "urgent": bool(one(form, "urgent")),
    }


async def to_leave(request: Request) -> Response:
    """One big button, and what it would end."""
    mail = await links.mail_of(_token(request))
    return await _leaving(request, mail, await links.left_by(mail), done=False)


async def leave(request: Request) -> Response:
    """One click by a mail provider, or the page's own button. A POST with neither shows the page."""
    form, token = await fields(request), _token(request)
    if one(form, "List-Unsubscribe") != ONE_CLICK and not one(form, "leave"):
        return await to_leave(request)
    mail = await links.mail_of(token)
    return await _leaving(request, mail, await links.leave(token, now=request.app.state.now()), done=True)


async def _leaving(request: Request, mail: NotificationMail, kinds: list[str], *, done: bool) -> Response:
    return page(
        request,
        "notifications_leave.html",
        language=await _language(request, mail),
        headers=PRIVATE,
        kinds=[KINDS[name] for name in kinds],
        preferences=f"/notifications/preferences/{mail.token}",
        done=done,
    )


def _route(path: str, get: Page, post: Page) -> Route:
    async def either(request: Request) -> Response:
        return await (post if request.method == "POST" else get)(request)

    return Route(path, _answering(either), methods=["GET", "POST"])


routes = [
    _route("/notifications/preferences/{token}", preferences, prefer),
    _route("/notifications/unsubscribe/{token}", to_leave, leave),
]
