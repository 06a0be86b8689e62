"""Pictures made to fit a network: only when they do not fit, never in the event loop, without the place."""

import asyncio
import warnings
from io import BytesIO

from PIL import Image, ImageOps

from models.publishing.networks import Network

EDGE_MOST = 4096  # pixels; X's and Mastodon's servers shrink larger ones themselves, and badly
SMALLEST_EDGE = 64  # pixels; below that nobody sees anything
QUALITIES = (90, 80, 70, 60, 50)


class Unfit(Exception):
    """The picture cannot be made to fit."""


async def fitted(content: bytes, media_type: str, rules: Network) -> tuple[bytes, str]:
    """The picture within the network's limits, and its type. Raises `Unfit`."""
    return await asyncio.to_thread(fit, content, media_type, rules.image_bytes, rules.image_types)


def fit(content: bytes, media_type: str, most: int, types: tuple[str, ...]) -> tuple[bytes, str]:
    """A noisy picture of 12 megapixels takes seconds of CPU: call it in a thread."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as opened:
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                tagged = bool(opened.getexif())
    except Exception as broken:  # Pillow answers broken files with many kinds of exceptions
        raise Unfit("unreadable") from broken
    if len(content) <= most and media_type in types and not tagged and max(upright.size) <= EDGE_MOST:
        return content, media_type
    return _saved(upright, most, media_type if media_type in types else "image/jpeg")


def _saved(picture: Image.Image, most: int, media_type: str) -> tuple[bytes, str]:
    picture.thumbnail((EDGE_MOST, EDGE_MOST))
    if media_type == "image/png" and len(made := _bytes(picture, "PNG")) <= most:
        return made, "image/png"
    flat = _flattened(picture)
    while True:
        for quality in QUALITIES:
            if len(made := _bytes(flat, "JPEG", quality=quality)) <= most:
                return made, "image/jpeg"
        if min(flat.size) < SMALLEST_EDGE:
            raise Unfit("too large")
        flat = flat.resize((flat.width * 3 // 4, flat.height * 3 // 4))


def _flattened(picture: Image.Image) -> Image.Image:
    """Without transparency, on white: JPEG has none, and black is what readers would get."""
    if picture.mode in ("RGB", "L"):
        return picture
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")


def _bytes(picture: Image.Image, kind: str, **options: int) -> bytes:
    into = BytesIO()
    picture.save(into, kind, optimize=True, **options)  # no exif: where the photographer stood is nobody's business
    return into.getvalue()
