"""A page for people at `/graphql`: write an operation, run it, read the schema. No script from anywhere else."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_HERE = Path(__file__).parent
PAGE = (_HERE / "explorer.html").read_bytes()
_FILES = {"explorer.js": "text/javascript", "explorer.css": "text/css"}
_CONTENTS = {name: (_HERE / name).read_bytes() for name in _FILES}


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _CONTENTS:
        return Response(status_code=404)
    headers = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
    return Response(_CONTENTS[name], media_type=f"{_FILES[name]}; charset=utf-8", headers=headers)


routes = [Route("/graphql/{name}", _file, methods=["GET"])]
