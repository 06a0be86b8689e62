"""Feeds: Atom and JSON Feed, one of each per language, by topic, by Baustein and by field of action.

A feed is made from the same rows as the pages, so whatever is published is in it with the transaction that publishes
it. It holds what is told in its language: a reader of the English feed has chosen English.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.language import Language
from models.programme import FieldOfAction, ProgrammeBlock
from resolvers.http.blog import CACHED, language_in_path
from resolvers.http.feeds import events, paging
from resolvers.http.feeds.item import TYPES, Document
from resolvers.http.feeds.topics import topic
from resolvers.http.feeds.writing import as_atom, as_json
from resolvers.http.fresh import conditional
from resolvers.http.page import page

HEADERS = {
    "Cache-Control": "public, max-age=60",
    "Access-Control-Allow-Origin": "*",  # feeds are public, readers that run in a browser may fetch them
    "X-Content-Type-Options": "nosniff",
}
OF_ARCHIVES = {**HEADERS, "Cache-Control": "public, max-age=3600"}  # a correction may wait an hour, it is in the feed
WRITTEN = {"atom": as_atom, "json": as_json}


async def stories(request: Request) -> Response:
    return await _of(request, "stories")


async def single(request: Request) -> Response:
    """`/de/feeds/successes.atom`. The stories have an older address, and keep it."""
    language, what = language_in_path(request), str(request.path_params["topic"])
    kind, of = _kind(request), request.path_params.get("month", "")
    if what == "stories":
        return RedirectResponse(f"/{language.value}/feed{'/' if of else ''}{of}.{kind}", 301, headers=CACHED)
    if what not in ("successes", "milestones"):
        raise HTTPException(404)
    return await _of(request, what)


async def of_block(request: Request) -> Response:
    return await _of(request, "programme", request.path_params["key"])


async def of_field(request: Request) -> Response:
    return await _of(request, "fields", request.path_params["key"])


async def of_events(request: Request) -> Response:
    """The log as far as it is public, by pages."""
    document = await events.page(language_in_path(request), request.app.state.site, request.query_params)
    return _answer(request, document)


async def index(request: Request) -> Response:
    """Every feed there is, for people."""
    language = language_in_path(request)
    return page(
        request, "feeds.html", language=language, headers=CACHED,
        alternates={each: f"/{each.value}/feeds" for each in Language},
        blocks=await ProgrammeBlock.all().order_by("position", "id"), fields=await FieldOfAction.all().order_by("key"),
    )  # fmt: skip


async def _of(request: Request, what: str, key: str = "") -> Response:
    language, of = language_in_path(request), request.path_params.get("month", "")
    site, now = request.app.state.site, request.app.state.now()
    _kind(request)
    found = await topic(site, what, key)
    if of:
        return _answer(request, await paging.archive(found, language, site, of, now))
    return _answer(request, await paging.current(found, language, site, now))


def _kind(request: Request) -> str:
    kind = str(request.path_params["kind"])
    if kind not in TYPES:
        raise HTTPException(404)
    return kind


def _answer(request: Request, document: Document) -> Response:
    kind = _kind(request)
    headers = dict(OF_ARCHIVES if document.is_archive else HEADERS)
    if document.site.websub_hub and not document.name:
        headers["Link"] = f'<{document.site.websub_hub}>; rel="hub", <{document.url(kind)}>; rel="self"'
    answer = Response(WRITTEN[kind](document), headers=headers, media_type=TYPES[kind])
    return conditional(request, answer, document.updated)


def _routes() -> list[Route]:
    """Each feed and its archives; the event log has pages instead."""
    found = [
        Route("/{language}/feeds", index, methods=["GET"]),
        Route("/{language}/feeds/events.{kind}", of_events, methods=["GET"]),
    ]
    for path, handler in (
        ("/{language}/feed", stories),
        ("/{language}/feeds/programme/{key}", of_block),
        ("/{language}/feeds/fields/{key}", of_field),
        ("/{language}/feeds/{topic}", single),
    ):
        found += [Route(f"{path}{month}.{{kind}}", handler, methods=["GET"]) for month in ("/{month}", "")]
    return found


routes = _routes()
