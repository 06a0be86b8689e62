"""Pictures of public stories. Their name is a hash of their content."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.stories import Asset, AssetFile
from models.stories.states import PUBLIC_STATES
from resolvers.http.fresh import conditional

SHA256 = re.compile(r"[0-9a-f]{64}")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
HEADERS = {
    "Cache-Control": "public, max-age=86400",  # a day, not for ever: a retracted story takes its pictures along
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}


def picture_path(image: Asset) -> str:
    """Where a picture is served while one of its stories is public."""
    return f"/media/{image.sha256}.{ENDINGS.get(image.media_type, 'bin')}"


async def picture(request: Request) -> Response:
    """The bytes as they were handed in."""
    sha256, _, _ = request.path_params["name"].partition(".")
    if not SHA256.fullmatch(sha256):
        raise HTTPException(404)
    if not await Asset.filter(sha256=sha256, story__state__in=list(PUBLIC_STATES)).exists():
        raise HTTPException(404)
    file = await AssetFile.get(sha256=sha256)
    return conditional(request, Response(file.content, media_type=file.media_type, headers=HEADERS), None)


routes = [Route("/media/{name}", picture, methods=["GET"])]
