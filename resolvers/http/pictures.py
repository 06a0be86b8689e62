"""Pictures of stories and logos of partners, for whoever may see one of them. Their name is a hash of their content."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.access import ANONYMOUS, NOTHING, Viewer, visible
from models.partners import Partner
from models.stories import Asset, AssetFile, Story
from resolvers import viewer
from resolvers.http.fresh import conditional

SHA256 = re.compile(r"[0-9a-f]{64}")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
HEADERS = {
    "Cache-Control": "public, max-age=86400",  # a day, not for ever: a retracted story takes its pictures along
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}


PRIVATE = {**HEADERS, "Cache-Control": "private, no-store"}


def picture_path(image: Asset) -> str:
    """Where a picture is served: to everybody while one of its stories is public, before that to who works on it."""
    return f"/media/{image.sha256}.{ENDINGS.get(image.media_type, 'bin')}"


async def picture(request: Request) -> Response:
    """The bytes as they were handed in."""
    sha256, _, _ = request.path_params["name"].partition(".")
    if not SHA256.fullmatch(sha256):
        raise HTTPException(404)
    shown_in = Story.filter(images__sha256=sha256)
    logo = visible(Partner.wall(request.app.state.services.now()).filter(logo_sha256=sha256), ANONYMOUS)
    if await visible(shown_in, ANONYMOUS).exists() or await logo.exists():
        file = await AssetFile.get(sha256=sha256)
        return conditional(request, Response(file.content, media_type=file.media_type, headers=HEADERS), None)
    who = await _viewer(request)
    entry = visible(Partner.filter(logo_sha256=sha256), who) if who.is_staff else Partner.filter(NOTHING)
    if not (await visible(shown_in, who).exists() or await entry.exists()):
        raise HTTPException(404)
    file = await AssetFile.get(sha256=sha256)
    return Response(file.content, media_type=file.media_type, headers=PRIVATE)


async def _viewer(request: Request) -> Viewer:
    """Who looks; a token that is not valid (any more) is nobody."""
    try:
        who, _ = await viewer.of(request, request.app.state.services)
    except viewer.Unauthenticated:
        return ANONYMOUS
    return who


routes = [Route("/media/{name}", picture, methods=["GET"])]
