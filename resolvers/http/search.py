"""The search for everybody: a form, hits with their words marked, one page after the other; without scripts.

As a stranger, whoever is signed in: the page is public, and what members may find besides is in the graph.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import models
from models.access import ANONYMOUS, visible
from models.language import Language
from models.search import Hit, Question, Search, SearchKind
from resolvers.http.blog import language_in_path
from resolvers.http.page import language_of, page
from resolvers.http.problems import problem
from resolvers.search import OFTEN
from schema.paging import InvalidCursor
from schema.search import BY_RELEVANCE

PER_PAGE = 20
MOST_TYPED = 200  # characters that are shown again in the form


@dataclass(frozen=True)
class Found:
    """A hit, and where its page is; "" for what has none of its own."""

    hit: Hit
    path: str


async def search(request: Request) -> Response:
    """`/{language}/search?q=`: nothing typed shows the form alone."""
    language = language_in_path(request)
    typed = request.query_params.get("q", "").replace("\x00", "")[:MOST_TYPED].strip()
    after = request.query_params.get("after")
    try:
        place = BY_RELEVANCE.place(after) if after else None
    except InvalidCursor:
        return problem(request, 400)
    address = request.client.host if request.client else ""
    if typed and not await request.app.state.services.gate.allows(OFTEN, "search", f"address:{address}"):
        return problem(request, 429)
    asked = Search(Question.of(typed), ANONYMOUS, reader=language)
    hits = await asked.hits(PER_PAGE + 1, place)
    more = hits[PER_PAGE - 1] if len(hits) > PER_PAGE else None
    return page(
        request, "search.html", language=language,
        alternates={each: _path(each, typed, after) for each in Language},
        typed=typed, found=await _with_paths(hits[:PER_PAGE], language), count=await asked.count(),
        start=_path(language, typed) if after else "",
        more=_path(language, typed, BY_RELEVANCE.cursor(more)) if more else "",
    )  # fmt: skip


def _path(language: Language, typed: str, after: str | None = None) -> str:
    query = {name: value for name, value in (("q", typed), ("after", after)) if value}
    return f"/{language.value}/search{'?' if query else ''}{urlencode(query)}"


async def _with_paths(hits: list[Hit], language: Language) -> list[Found]:
    """Everything has a page; one statement for all stories, one for all teams."""
    ids = [hit.subject_id for hit in hits if hit.kind is SearchKind.STORY]
    told = await visible(models.Story.filter(id__in=ids), ANONYMOUS) if ids else []
    paths = {story.id: story.path(language) for story in told}
    ids = [hit.subject_id for hit in hits if hit.kind is SearchKind.TEAM]
    teams = await visible(models.Team.filter(id__in=ids), ANONYMOUS) if ids else []
    paths |= {team.id: f"/{language.value}/teams/{team.slug}" for team in teams}
    listings = [hit.subject_id for hit in hits if hit.kind is SearchKind.LISTING]
    paths |= {id: f"/{language.value}/exchange/{id}" for id in listings}
    resources = [hit.subject_id for hit in hits if hit.kind is SearchKind.LEARNING]
    paths |= {id: f"/{language.value}/learning/{id}" for id in resources}
    return [Found(hit, paths.get(hit.subject_id, "")) for hit in hits]


async def without_language(request: Request) -> Response:
    """`/search`, as people type it."""
    return RedirectResponse(f"/{language_of(request).value}/search", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/search", without_language, methods=["GET"]),
    Route("/{language}/search", search, methods=["GET"]),
]
