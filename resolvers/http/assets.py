"""Our few files for browsers. The name carries a hash of the content, so that a browser may keep it for ever."""

import hashlib
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"


def _read() -> dict[str, bytes]:
    folder = files("resolvers.http") / "assets"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in TYPES}


FILES = _read()


def _hashed(name: str) -> str:
    stem, _, kind = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(FILES[name]).hexdigest()[:16]}.{kind}"


NAMES = {_hashed(name): name for name in FILES}
URLS = {name: f"/assets/{hashed}" for hashed, name in NAMES.items()}


def url(name: str) -> str:
    """The address of a file of ours, such as `site.css`. Raises KeyError for others."""
    return URLS[name]


def _answer(name: str, caching: str) -> Response:
    # A picture from here can be opened as a page of its own; the policy keeps an SVG from doing more than look nice.
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy}
    return Response(FILES[name], media_type=TYPES[name.rpartition(".")[2]], headers=headers)


async def asset(request: Request) -> Response:
    name = NAMES.get(request.path_params["name"])
    if name is None:
        raise HTTPException(404)
    return _answer(name, FOR_EVER)


async def icon(request: Request) -> Response:
    """Browsers ask for this name of their own accord; an SVG icon satisfies them all by now."""
    return _answer("icon.svg", A_DAY)


routes = [
    Route("/assets/{name}", asset, methods=["GET"]),
    Route("/favicon.ico", icon, methods=["GET"]),
]
