"""The response that carries a kept answer."""

from starlette.responses import Response

from resolvers.cache.kept import Kept
from resolvers.cache.strangers import Written

VARY = "Accept, Cookie, Authorization, Origin"
"""Without the language where the answer does not depend on it: a CDN would keep one copy per browser's wish."""


class Whole(Response):
    """An answer that was written already. `kept` is None when it is for this request alone."""

    kept: Kept | None = None

    @classmethod
    def of(cls, written: Written, media_type: str) -> "Whole":
        response = cls(written.body, 200, media_type=f"{media_type}; charset=utf-8")
        response.kept = written.kept
        if written.kept is not None and not written.kept.by_language:
            response.headers["vary"] = VARY
        return response
