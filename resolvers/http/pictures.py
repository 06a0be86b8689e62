"""Pictures of stories, for whoever may see one of them. Their name is a hash of their content."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.access import ANONYMOUS, Viewer, visible
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
    if await visible(shown_in, ANONYMOUS).exists():
        file = await AssetFile.get(sha256=sha256)
        return conditional(request, Response(file.content, media_type=file.media_type, headers=HEADERS), None)
    if not await visible(shown_in, await _viewer(request)).exists():
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
