"""Where pictures can be fetched: `resolvers/http/pictures.py` serves them while one of their stories is public."""

from models.site import Site

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def picture_url(site: Site, sha256: str, media_type: str) -> str:
    """The address of a picture, by its content."""
    return site.url(f"/media/{sha256}.{ENDINGS.get(media_type, 'bin')}")
