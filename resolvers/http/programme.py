"""The programme for everybody: its Bausteine with milestones and figures, and a lasting page for each figure (E63)."""

import re
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.access import ANONYMOUS, visible
from models.language import Language
from models.programme import Milestone, ProgrammeBlock, Success
from models.programme.milestone import ORDER
from resolvers.http.blog import CACHED, language_in_path, latest
from resolvers.http.fresh import conditional
from resolvers.http.page import language_of, page

KEY = re.compile(r"[a-z0-9-]{1,60}")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FIGURES = 100  # of one Baustein on its page; the feed and the API have them all


async def index(request: Request) -> Response:
    """The Bausteine, in the programme's order."""
    language = language_in_path(request)
    return page(
        request, "programme.html", language=language, headers=CACHED,
        alternates={each: f"/{each.value}/programme" for each in Language},
        blocks=await visible(ProgrammeBlock.all(), ANONYMOUS).order_by("position", "id").limit(100),
    )  # fmt: skip


async def block(request: Request) -> Response:
    """One Baustein: what it plans, what of it is reached, and its figures with date and source."""
    language, key = language_in_path(request), str(request.path_params["key"])
    found = await visible(ProgrammeBlock.filter(key=key), ANONYMOUS).first() if KEY.fullmatch(key) else None
    if found is None:
        raise HTTPException(404)
    milestones = await visible(Milestone.filter(block_id=found.id), ANONYMOUS).order_by(*ORDER)
    figures = visible(Success.filter(block_id=found.id), ANONYMOUS).order_by("-as_of", "-id").limit(FIGURES)
    return page(
        request, "block.html", language=language, headers=CACHED,
        alternates={each: found.path(each) for each in Language},
        block=found, milestones=milestones, successes=await figures,
    )  # fmt: skip


async def success(request: Request) -> Response:
    """One figure, and what it said before it was corrected. Its address never changes."""
    language, id = language_in_path(request), str(request.path_params["id"])
    if not ID.fullmatch(id):
        raise HTTPException(404)
    rows = visible(Success.filter(id=UUID(id)), ANONYMOUS).prefetch_related("team", "block", "corrections")
    found = await rows.first()
    if found is None:
        raise HTTPException(404)
    corrections = sorted(found.corrections, key=lambda each: (each.at, each.id), reverse=True)
    answer = page(
        request, "success.html", language=language, headers=CACHED,
        alternates={each: f"/{each.value}/successes/{found.id}" for each in Language},
        success=found, corrections=corrections,
    )  # fmt: skip
    return conditional(request, answer, latest([found.changed_at] if found.changed_at else []))


async def without_language(request: Request) -> Response:
    """`/programme`, as people type it."""
    return RedirectResponse(f"/{language_of(request).value}/programme", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/programme", without_language, methods=["GET"]),
    Route("/{language}/programme", index, methods=["GET"]),
    Route("/{language}/programme/{key}", block, methods=["GET"]),
    Route("/{language}/successes/{id}", success, methods=["GET"]),
]
