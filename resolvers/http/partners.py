"""The wall of those who carry the programme: by kind, with words instead of amounts (C15)."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.access import ANONYMOUS, visible
from models.language import Language
from models.partners import ORDER, Partner, PartnerKind
from resolvers.http.blog import CACHED, language_in_path
from resolvers.http.page import language_of, page
from schema.pictures import picture_url

MOST = 200
HEADINGS = {
    PartnerKind.PATRONAGE: ("Schirmherrschaft", "Patronage"),
    PartnerKind.FUNDING: ("Förderpartner:innen", "Funding partners"),
    PartnerKind.IMPLEMENTATION: ("Umsetzungspartner:innen", "Implementation partners"),
    PartnerKind.INITIATOR: ("Initiiert von", "Initiated by"),
}


async def wall(request: Request) -> Response:
    """Everybody who stands there now; nobody has to act when a time is over."""
    rows = visible(Partner.wall(request.app.state.now()), ANONYMOUS).order_by(*ORDER).limit(MOST)
    groups = [(HEADINGS[kind], list(some)) for kind, some in groupby(await rows, key=lambda row: row.purpose)]
    return page(
        request, "partners.html", language=language_in_path(request), headers=CACHED, groups=groups,
        logo=lambda row: picture_url(request.app.state.site, row.logo_sha256, row.logo_type),
        alternates={each: f"/{each.value}/partners" for each in Language},
    )  # fmt: skip


async def without_language(request: Request) -> Response:
    return RedirectResponse(f"/{language_of(request).value}/partners", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/partners", without_language, methods=["GET"]),
    Route("/{language}/partners", wall, methods=["GET"]),
]
