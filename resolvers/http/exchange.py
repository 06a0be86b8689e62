"""The page behind the mail of day 23: GET shows the listing and one button, POST acts (E7). No account is needed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.exchange import Listing
from models.exchange.refusals import LinkInvalid
from models.members import Person
from resolvers.http.page import page

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


async def confirmation(request: Request) -> Response:
    """Whatever is wrong with a link, the answer is the same; a second click finds it confirmed already."""
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


routes = [Route("/exchange/confirm/{token}", confirmation, methods=["GET", "POST"])]
