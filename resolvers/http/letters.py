"""The newsletter's pages for readers: sign up, confirm, leave, choose, export, erase. No account, no JavaScript.

GET shows a page and changes nothing, because mail scanners open every link (E7); POST acts. A mail provider's
one-click POST (RFC 8058) needs no cookie, no origin and no second page. Whatever is wrong with a token, the answer is
the same.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.errors import RateLimited, Refusal
from models.language import Language
from models.newsletter import Frequency, LinkKind, NewsletterIssue, Subscription, SubscriptionLink
from models.newsletter.consent import WORDINGS
from models.newsletter.refusals import LinkInvalid
from models.newsletter.sections import SECTIONS, SectionKey, chosen, mask
from resolvers.http.forms import Fields, fields, one
from resolvers.http.page import HEADERS, language_of, page
from resolvers.http.problems import problem
from resolvers.negotiation import Unacceptable

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
SIGN_UPS = "20/hour"  # per network address: a school behind one router may sign up, a flood may not
LATEST = 10
ONE_CLICK = "One-Click"

Page = Callable[[Request], Awaitable[Response]]


def _answering(handler: Page) -> Page:
    """Refusals as pages: one answer for every link that does not work."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except LinkInvalid as refusal:
            return _shown(request, "letter_invalid.html", status=404, refusal=refusal)
        except Unacceptable as no:
            return problem(request, no.status)

    return answer


def _shown(
    request: Request, template: str, row: Subscription | None = None, *, status: int = 200, **values: Any
) -> Response:
    """A page that belongs to one person: in their language unless the address asks for another."""
    asked = request.query_params.get("language") in ("de", "en")
    language = language_of(request) if asked or row is None else row.locale
    return page(request, template, language=language, status=status, headers=PRIVATE, row=row, **values)


def _token(request: Request) -> str:
    return str(request.path_params["token"])


# Signing up


async def sign_up(request: Request) -> Response:
    """The form, and the issues of the past."""
    return await _form(request)


async def _form(request: Request, *, refusal: Refusal | None = None, email: str = "") -> Response:
    language = language_of(request)
    return page(
        request,
        "newsletter.html",
        language=language,
        status=200 if refusal is None else 429 if isinstance(refusal, RateLimited) else 422,
        alternates={each: f"/newsletter?language={each.value}" for each in Language},
        wording=WORDINGS[language],
        issues=await NewsletterIssue.archived().limit(LATEST),
        refusal=refusal,
        email=email[:320],
    )


async def ask(request: Request) -> Response:
    """The same answer for known and unknown addresses (E50), and for whatever falls into the trap."""
    form = await fields(request)
    email, state = one(form, "email"), request.app.state
    language = Language.EN if one(form, "language") == "en" else Language.DE
    try:
        who = request.client.host if request.client else ""
        if not await state.gate.allows(SIGN_UPS, "newsletter.sign_up", who):
            raise RateLimited("email")
        if not one(form, "website"):  # no person sees this field
            url = state.site.url("/newsletter")
            await Subscription.subscribe(email, language=language, now=state.now(), form_url=url)
    except Refusal as refusal:
        return await _form(request, refusal=refusal, email=email)
    await state.ring()
    return page(request, "newsletter_asked.html", language=language_of(request), headers=PRIVATE)


async def to_confirm(request: Request) -> Response:
    """What was agreed to, and one big button."""
    row = await Subscription.to_confirm(_token(request), now=request.app.state.now())
    return _shown(request, "letter_confirm.html", row, wording=WORDINGS[row.locale])


async def confirm(request: Request) -> Response:
    now = request.app.state.now()
    row = await Subscription.confirm(_token(request), now=now)
    return _shown(request, "letter_confirmed.html", row, preferences=row.preferences_path(now))


# Leaving


async def to_leave(request: Request) -> Response:
    """One big button; a break and once a month as offers below it, never in its way."""
    return _shown(request, "letter_unsubscribe.html", await Subscription.to_unsubscribe(_token(request)), done="")


async def leave(request: Request) -> Response:
    """One click by a mail provider, or the page's own buttons. A POST with neither shows the page."""
    form, token, now = await fields(request), _token(request), request.app.state.now()
    if one(form, "List-Unsubscribe") == ONE_CLICK or one(form, "leave"):
        row = await Subscription.unsubscribe(token, now=now)
        return _shown(request, "letter_left.html", row)
    if one(form, "undo"):
        row = await Subscription.to_unsubscribe(token)
        await Subscription.change_of_mind(token, now=now)
        await request.app.state.ring()
        return page(request, "newsletter_asked.html", language=row.locale, headers=PRIVATE)
    if wish := one(form, "instead"):
        row = await Subscription.slow_down(token, pause=wish == "pause", monthly=wish == "monthly", now=now)
        return _shown(request, "letter_unsubscribe.html", row, done=wish)
    return await to_leave(request)


# Choosing


async def preferences(request: Request) -> Response:
    row = await Subscription.to_prefer(_token(request), now=request.app.state.now())
    return _preferences(request, row)


def _preferences(
    request: Request, row: Subscription, *, refusal: Refusal | None = None, done: str = "", status: int = 200
) -> Response:
    now = request.app.state.now()
    return _shown(
        request, "letter_preferences.html", row, status=status, refusal=refusal, done=done, sections=SECTIONS,
        chosen=chosen(row.sections), paused=row.is_paused(now), unsubscribe=row.unsubscribe_path,
    )  # fmt: skip


async def prefer(request: Request) -> Response:
    """Save, or mail a link for what needs more than this link: export and erasure."""
    form, token, now = await fields(request), _token(request), request.app.state.now()
    for kind in (LinkKind.EXPORT, LinkKind.ERASE):
        if one(form, kind.value):
            row = await Subscription.to_prefer(token, now=now)
            await Subscription.mail_link(token, kind, now=now)
            await request.app.state.ring()
            return _preferences(request, row, done=kind.value)
    try:
        row = await Subscription.prefer(token, now=now, **_choice(form))
    except LinkInvalid:
        raise
    except Refusal as refusal:
        row = await Subscription.to_prefer(token, now=now)
        return _preferences(request, row, refusal=refusal, status=422)
    return _preferences(request, row, done="saved")


def _choice(form: Fields) -> dict[str, Any]:
    keys = {section.key.value for section in SECTIONS}
    return {
        "language": Language.EN if one(form, "language") == "en" else Language.DE,
        "sections": mask(SectionKey(key) for key in set(form.get("section", [])) & keys),
        "frequency": Frequency.MONTHLY if one(form, "frequency") == "monthly" else Frequency.WEEKLY,
        "pause": bool(one(form, "pause")),
    }


# Export and erasure, by a link of one hour


async def to_export(request: Request) -> Response:
    return await _offer(request, LinkKind.EXPORT, "letter_export.html")


async def to_erase(request: Request) -> Response:
    return await _offer(request, LinkKind.ERASE, "letter_erase.html")


async def _offer(request: Request, kind: LinkKind, template: str) -> Response:
    link = await SubscriptionLink.peek(_token(request), kind, now=request.app.state.now())
    if link.used_at:
        raise LinkInvalid("token")
    return _shown(request, template, link.subscription, done=False)


async def export(request: Request) -> Response:
    """Everything that is kept, as a file."""
    told = await Subscription.export(_token(request), now=request.app.state.now())
    attachment = {"Content-Disposition": 'attachment; filename="newsletter.json"'}
    return JSONResponse(told, headers={**HEADERS, **PRIVATE, **attachment})


async def erase(request: Request) -> Response:
    await Subscription.erase(_token(request), now=request.app.state.now())
    return _shown(request, "letter_erase.html", done=True)


def _route(path: str, get: Page, post: Page) -> Route:
    async def either(request: Request) -> Response:
        return await (post if request.method == "POST" else get)(request)

    return Route(path, _answering(either), methods=["GET", "POST"])


routes = [
    _route("/newsletter", sign_up, ask),
    _route("/newsletter/confirm/{token}", to_confirm, confirm),
    _route("/newsletter/unsubscribe/{token}", to_leave, leave),
    _route("/newsletter/preferences/{token}", preferences, prefer),
    _route("/newsletter/export/{token}", to_export, export),
    _route("/newsletter/erase/{token}", to_erase, erase),
]
