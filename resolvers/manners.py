"""What the head of a request decides about its answer: worked out once for the same head, and kept.

A client sends the same head with each question, but for the length of the body and who asks. So media types, language,
origin and the head of the answer are looked up by bytes, and the rules about them stay where they are.
"""

from dataclasses import dataclass

from starlette.requests import Request

from models.language import Language, preferred
from resolvers import viewer
from resolvers.negotiation import check_content_type, prefers_stream, spoken, takes_stream
from resolvers.planner.keeping import Kept
from schema.context import Services

DECIDES = frozenset(
    (b"accept", b"accept-language", b"content-type", b"content-encoding", b"host", b"origin", b"sec-fetch-site")
)
"""Headers that the endpoint looks at, of a stranger's request."""
PERSONAL = frozenset((b"cookie", b"authorization"))
THERE = PERSONAL | {name.encode() for name in viewer.CSRF_HEADERS}
"""Headers of which only decides here whether they are there."""
HEAD = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept, Accept-Language, Cookie, Authorization, Origin"),
)
"""What every answer says unless it says otherwise."""
LONGEST = 2_000  # bytes of a head worth keeping
MOST = 500  # heads

Pairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How one request wants to be answered."""

    media_type: str
    language: Language
    personal: bool
    """It brings a cookie or a token: who asks has to be looked up."""
    takes_stream: bool
    prefers_stream: bool
    head: Pairs
    """Of the answer, but for its length."""


class Manners:
    """Those of one process, for one set of allowed origins."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: Kept[Manner] = Kept(MOST)

    def of(self, request: Request) -> Manner:
        """Raises `Unacceptable` and `CrossSite`; what is refused is not kept."""
        if request.method != "POST":
            return self._made(request)
        parts: list[bytes] = []
        for name, value in request.scope["headers"]:
            if name in DECIDES:
                parts += (name, value)
            elif name in THERE and (name != b"cookie" or value.strip(b"; =\t")):
                parts.append(name)
        key = tuple(parts)
        known = self._kept.get(key)
        if known is not None:
            return known
        made = self._made(request)
        return self._kept.put(key, made) if sum(map(len, parts)) <= LONGEST else made

    def _made(self, request: Request) -> Manner:
        headers = request.headers
        accept = headers.get("accept", "")
        media_type = spoken(accept)
        viewer.check_origin(request, self._services)
        if request.method == "POST":
            check_content_type(request)
        return Manner(
            media_type=media_type,
            language=preferred(headers.get("accept-language", "")),
            personal="authorization" in headers or bool(request.cookies),
            takes_stream=takes_stream(accept),
            prefers_stream=prefers_stream(accept),
            head=((b"content-type", f"{media_type}; charset=utf-8".encode()), *HEAD, *shared(request, self._services)),
        )


def shared(request: Request, services: Services) -> Pairs:
    """CORS headers for the single-page applications that the operator named, and for nobody else."""
    origin = request.headers.get("origin", "")
    if origin not in services.allowed_origins:
        return ()
    return (
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
    )
