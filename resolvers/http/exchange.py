"""The contact board for everybody: roles of teams in the order of the day, and the page behind the mail of day 23."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from tortoise.queryset import QuerySet

from models.access import ANONYMOUS, visible
from models.exchange import Listing, ListingOrder, Looking, board
from models.exchange.refusals import LinkInvalid
from models.language import Language
from models.members import Person
from models.members.fields import CODE
from resolvers.http.blog import CACHED, language_in_path
from resolvers.http.page import language_of, page
from resolvers.http.problems import problem
from schema.paging import InvalidCursor, Page

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
PER_PAGE = 20
SPOKEN = {"de": ("Deutsch", "German"), "en": ("Englisch", "English"), "tr": ("Türkisch", "Turkish"),
          "ar": ("Arabisch", "Arabic"), "fa": ("Persisch", "Persian"), "fr": ("Französisch", "French"),
          "gsg": ("Gebärdensprache (DGS)", "German Sign Language")}  # fmt: skip
"""The languages that the form offers; of all others the code is shown."""


def _open() -> QuerySet[Listing]:
    """What a stranger may see: roles of teams, no people."""
    return visible(board(Looking()), ANONYMOUS)


async def index(request: Request) -> Response:
    """Open roles, a page at a time; `?spoken=` those where a language is spoken."""
    language, after = language_in_path(request), request.query_params.get("after")
    spoken = request.query_params.get("spoken", "")
    if spoken and not CODE.fullmatch(spoken):
        raise HTTPException(404)
    rows = visible(board(Looking(languages=[spoken] if spoken else [])), ANONYMOUS)
    rows = rows.prefetch_related("team", "languages", "skills__skill")
    wanted = Page(rows, order=ListingOrder.SHUFFLED.columns, first=PER_PAGE, after=after)
    try:
        found = list(await wanted.queryset())
    except InvalidCursor:
        return problem(request, 400)
    last = wanted.order.cursor(found[PER_PAGE - 1]) if len(found) > PER_PAGE else None
    return page(
        request, "board.html", language=language, headers=CACHED, names=SPOKEN, spoken=spoken,
        alternates={each: _path(each, spoken, after) for each in Language}, listings=found[:PER_PAGE],
        start=_path(language, spoken) if after else "", more=_path(language, spoken, last) if last else "",
    )  # fmt: skip


def _path(language: Language, spoken: str, after: str | None = None) -> str:
    query = {name: value for name, value in (("spoken", spoken), ("after", after)) if value}
    return f"/{language.value}/exchange{'?' if query else ''}{urlencode(query)}"


async def listing(request: Request) -> Response:
    """One open role. What is filled, ended or a person's is not here for strangers."""
    language = language_in_path(request)
    try:
        id = UUID(str(request.path_params["id"]))
    except ValueError:
        raise HTTPException(404) from None
    found = await _open().filter(id=id).prefetch_related("team", "languages", "skills__skill").first()
    if found is None:
        raise HTTPException(404)
    paths = {each: f"/{each.value}/exchange/{id}" for each in Language}
    return page(
        request, "listing.html", language=language, headers=CACHED, alternates=paths, listing=found, names=SPOKEN,
        apply=request.app.state.site.app(f"/exchange/{id}"),
    )  # fmt: skip


async def confirmation(request: Request) -> Response:
    """GET shows the listing and one button, POST acts (E7). No account is needed.

    Whatever is wrong with a link, the answer is the same; a second click finds it confirmed already.
    """
    token = str(request.path_params["token"])
    try:
        if request.method == "POST":
            listing = await Listing.confirm_by_link(token, now=request.app.state.now())
            return await _shown(request, listing, done=True)
        asked = await Listing.to_confirm(token)
        return await _shown(request, asked.listing, done=not asked.is_new)
    except LinkInvalid as refusal:
        return page(request, "listing_link_invalid.html", status=404, headers=PRIVATE, refusal=refusal)


async def _shown(request: Request, listing: Listing, *, done: bool) -> Response:
    """In the language of whoever published it, unless the address asks for another."""
    asked = request.query_params.get("language") in ("de", "en")
    language = None if asked else (await Person.get(id=listing.person_id)).locale
    return page(request, "listing_confirm.html", language=language, headers=PRIVATE, listing=listing, done=done)


async def without_language(request: Request) -> Response:
    """`/exchange`, as people type it."""
    return RedirectResponse(f"/{language_of(request).value}/exchange", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/exchange/confirm/{token}", confirmation, methods=["GET", "POST"]),
    Route("/exchange", without_language, methods=["GET"]),
    Route("/{language}/exchange", index, methods=["GET"]),
    Route("/{language}/exchange/{id}", listing, methods=["GET"]),
]
