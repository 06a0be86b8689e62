"""The public front page, the imprint and the privacy page."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.language import Language
from models.programme import Success
from models.stories import Story
from resolvers.http import blog
from resolvers.http.page import language_of, page

NEWEST = 3  # stories on the front page: one row of cards
FIGURES = 4
PUBLIC = ["published", "corrected"]


async def landing(request: Request) -> Response:
    """Stories, figures with their sources, and the way to the weekly letter."""
    language = language_of(request)
    return page(
        request, "landing.html", language=language, alternates=addresses("/"), headers=CACHED, **await values(language)
    )


async def values(language: Language) -> dict[str, Any]:
    """What the front page shows."""
    return {
        "told": await blog.told(Story.lighthouses().limit(NEWEST), language),
        "successes": await Success.filter(state__in=PUBLIC).order_by("-as_of", "-id").limit(FIGURES),
    }


async def imprint(request: Request) -> Response:
    return page(request, "imprint.html", alternates=addresses("/imprint"), headers=CACHED)


async def privacy(request: Request) -> Response:
    return page(request, "privacy.html", alternates=addresses("/privacy"), headers=CACHED)


# The language may come from the browser's wish, so that shared caches must tell the two pages apart.
CACHED = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}


def addresses(path: str) -> dict[Language, str]:
    """One address per language, for pages that have no language in their path."""
    return {language: f"{path}?language={language.value}" for language in Language}


routes = [
    Route("/", landing, methods=["GET"]),
    Route("/imprint", imprint, methods=["GET"]),
    Route("/privacy", privacy, methods=["GET"]),
]
