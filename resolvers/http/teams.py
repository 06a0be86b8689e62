"""Teams for everybody: the list in the order of the day, a page for each, and one click that wakes a team up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.access import ANONYMOUS, visible
from models.language import Language
from models.programme import FieldOfAction, Success
from models.stories import Story
from models.teams import Team, TeamLink
from models.teams.looking import Looking, TeamOrder, listed
from models.teams.refusals import LinkInvalid
from resolvers.http.blog import CACHED, Told, language_in_path, told
from resolvers.http.page import language_of, page
from resolvers.http.problems import problem
from schema.paging import InvalidCursor, Page

PER_PAGE = 24
SLUG = re.compile(r"[a-z0-9-]{1,80}")
KEY = re.compile(r"[a-z0-9-]{0,60}")
PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
STAGES = {
    "idea": ("Idee", "idea"),
    "prototype": ("Prototyp", "prototype"),
    "pilot": ("Pilot", "pilot"),
    "in_use": ("im Einsatz", "in use"),
}


@dataclass(frozen=True)
class Shown:
    """A team as a stranger sees it."""

    team: Team
    links: Sequence[TeamLink]
    successes: Sequence[Success]
    stories: Sequence[Told]


async def index(request: Request) -> Response:
    """Listed teams, a page at a time; `?field=` one topic only."""
    language = language_in_path(request)
    field, after = request.query_params.get("field", ""), request.query_params.get("after")
    if not KEY.fullmatch(field):
        raise HTTPException(404)
    rows = visible(listed(Looking(field_of_action=field or None)), ANONYMOUS).prefetch_related("field_of_action")
    wanted = Page(rows, order=TeamOrder.SHUFFLED.columns, first=PER_PAGE, after=after)
    try:
        found = list(await wanted.queryset())
    except InvalidCursor:
        return problem(request, 400)
    last = wanted.order.cursor(found[PER_PAGE - 1]) if len(found) > PER_PAGE else None
    return page(
        request, "teams.html", language=language, headers=CACHED, stages=STAGES,
        alternates={each: _path(each, field, after) for each in Language},
        teams=found[:PER_PAGE], fields=await FieldOfAction.all().order_by("key"), field=field,
        start=_path(language, field) if after else "", more=_path(language, field, last) if last else "",
    )  # fmt: skip


def _path(language: Language, field: str, after: str | None = None) -> str:
    query = {name: value for name, value in (("field", field), ("after", after)) if value}
    return f"/{language.value}/teams{'?' if query else ''}{urlencode(query)}"


async def team(request: Request) -> Response:
    """One team. An address that it had leads on to the present one."""
    language, slug = language_in_path(request), str(request.path_params["slug"])
    if not SLUG.fullmatch(slug):
        raise HTTPException(404)
    rows = visible(Team.at(slug), ANONYMOUS).prefetch_related("field_of_action", "block_memberships__block")
    found = await rows.first()
    if found is None:
        raise HTTPException(404)
    paths = {each: f"/{each.value}/teams/{found.slug}" for each in Language}
    if found.slug != slug:
        return RedirectResponse(paths[language], 301, headers=CACHED)
    shown = Shown(
        found,
        await visible(TeamLink.filter(team_id=found.id), ANONYMOUS).order_by("position", "id"),
        await visible(Success.filter(team_id=found.id), ANONYMOUS).order_by("-as_of", "-id").limit(10),
        await told(Story.lighthouses().filter(team_id=found.id).limit(6), language),
    )
    return page(request, "team.html", language=language, headers=CACHED, alternates=paths, shown=shown, stages=STAGES)


async def wake(request: Request) -> Response:
    """GET shows the team and one button, POST acts (E7). Whatever is wrong with a link, the answer is the same."""
    token = str(request.path_params["token"])
    try:
        if request.method == "POST":
            woken = await Team.wake_by_link(token, now=request.app.state.now())
        else:
            woken = await Team.to_wake(token)
    except LinkInvalid as refusal:
        return page(request, "team_wake.html", status=404, headers=PRIVATE, team=None, refusal=refusal)
    return page(request, "team_wake.html", headers=PRIVATE, team=woken, refusal=None)


async def without_language(request: Request) -> Response:
    """`/teams` and `/teams/kreidekasten`, as people type them."""
    rest = f"/{slug}" if (slug := request.path_params.get("slug")) else ""
    if rest and not SLUG.fullmatch(rest[1:]):
        raise HTTPException(404)
    return RedirectResponse(f"/{language_of(request).value}/teams{rest}", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/teams/wake/{token}", wake, methods=["GET", "POST"]),
    Route("/teams", without_language, methods=["GET"]),
    Route("/teams/{slug}", without_language, methods=["GET"]),
    Route("/{language}/teams", index, methods=["GET"]),
    Route("/{language}/teams/{slug}", team, methods=["GET"]),
]
