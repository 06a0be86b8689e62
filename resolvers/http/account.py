"""The file with everything that is kept about somebody: for them alone, signed in, while it lies there (E1)."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.errors import Refusal
from models.privacy import DataExport
from resolvers import viewer
from resolvers.http.problems import problem

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'attachment; filename="my-data.zip"',
}


async def export(request: Request) -> Response:
    """Somebody else's file is not there, like one that never was; whoever is not signed in is asked to."""
    try:
        who, _ = await viewer.of(request, request.app.state.services)
    except Refusal:
        return problem(request, 400)
    if who.person_id is None:
        return RedirectResponse("/sign-in", 303, headers={"Cache-Control": "no-store"})
    id: UUID = request.path_params["id"]
    file = await DataExport.filter(request_id=id, person_id=who.person_id).first()
    if file is None:
        return problem(request, 404)
    return Response(bytes(file.content), media_type="application/zip", headers=HEADERS)


routes = [Route("/account/exports/{id:uuid}", export, methods=["GET"])]
