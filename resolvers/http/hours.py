"""Sprechstunden for everybody: what takes place in the next weeks, and one of them with its notes."""

from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models import hours
from models.access import ANONYMOUS, visible
from models.hours import AHEAD, HourMode, OfficeHourHost, OfficeHourSession, Sought
from models.hours.queue.standing import minutes, queue_of, waiting
from models.language import Language
from models.members import Person
from models.text import html
from resolvers.http.blog import CACHED, language_in_path
from resolvers.http.page import language_of, page

MOST = 60


async def index(request: Request) -> Response:
    """The next ones in the order in which they take place; what was called off is left out."""
    rows = hours.sessions(Sought(since=request.app.state.now())).filter(state__in=list(AHEAD))
    rows = visible(rows, ANONYMOUS).prefetch_related("series").order_by(*hours.ORDER).limit(MOST)
    return page(
        request, "hours.html", language=language_in_path(request), headers=CACHED, sessions=await rows,
        alternates={each: f"/{each.value}/hours" for each in Language},
    )  # fmt: skip


async def session(request: Request) -> Response:
    """One of them. Hosts are named who show their name to strangers."""
    try:
        id = UUID(str(request.path_params["id"]))
    except ValueError:
        raise HTTPException(404) from None
    found = await visible(OfficeHourSession.filter(id=id), ANONYMOUS).prefetch_related("series").first()
    if found is None:
        raise HTTPException(404)
    hosts = OfficeHourHost.filter(session_id=id).order_by("id").values_list("person_id", flat=True)
    named = await visible(Person.filter(id__in=await hosts), ANONYMOUS).order_by("display_name", "id")
    queue = await queue_of(id) if found.mode is HourMode.QUEUE and found.state in AHEAD else None
    return page(
        request, "hour.html", language=language_in_path(request), headers=CACHED, session=found, hosts=named,
        notes=html(found.notes) if found.notes else "", book=request.app.state.site.app(f"/hours/{id}"),
        waiting=waiting(queue.standings) if queue else None, minutes=minutes(queue.wait_seconds) if queue else None,
        alternates={each: f"/{each.value}/hours/{id}" for each in Language},
    )  # fmt: skip


async def without_language(request: Request) -> Response:
    return RedirectResponse(f"/{language_of(request).value}/hours", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/hours", without_language, methods=["GET"]),
    Route("/{language}/hours", index, methods=["GET"]),
    Route("/{language}/hours/{id}", session, methods=["GET"]),
]
