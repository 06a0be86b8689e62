"""Who is asking: a personal token or a partner's key in `Authorization`, or a session in a cookie. Cookies come with
CSRF checks. Neither is ever taken from an address: those are kept in logs and histories.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from models import vault
from models.access import ANONYMOUS, Viewer
from models.partners import viewer_by_key
from models.signin import viewer_by_cookie, viewer_by_token
from schema.context import Services

CSRF_HEADERS = ("x-leuchtturm-csrf", "apollo-require-preflight", "x-apollo-operation-name")
"""Any of these forces a preflight, which a foreign page does not get through."""

Refresh = Callable[[], Awaitable[Viewer | None]]
Clock = Callable[[], datetime]


class Unauthenticated(Exception):
    """The token in `Authorization` is forged, expired, revoked, or nobody's any more: 401."""


class CrossSite(Exception):
    """A page of another site is asking with a visitor's cookies: 403."""


def cookie_name(what: str, secure: bool) -> str:
    """`session` or `browser`; with `__Host-` no subdomain and no plain HTTP can set it."""
    return f"__Host-leuchtturm-{what}" if secure else f"leuchtturm-{what}"


def set_cookie(name: str, value: str, *, secure: bool, seconds: int) -> str:
    """A `Set-Cookie` value: for this host alone, out of reach of scripts. Zero seconds deletes it."""
    secured = "; Secure" if secure else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secured}"


async def by_token(secret: str, now: Clock) -> tuple[Viewer, Refresh] | None:
    """The viewer of a personal token or of a partner's key, and how to ask for them again."""

    async def look() -> Viewer | None:
        return await viewer_by_key(secret, now=now()) or await viewer_by_token(secret, now=now())

    return await _seen(look)


async def by_session(cookie: str, now: Clock) -> tuple[Viewer, Refresh] | None:
    """The viewer of a session cookie, and how to ask for them again."""

    return await _seen(lambda: viewer_by_cookie(cookie, now=now()))


async def _seen(look: Refresh) -> tuple[Viewer, Refresh] | None:
    viewer = await look()
    return (viewer, look) if viewer else None


def bearer(header: str | None) -> str | None:
    """The token of an `Authorization` header. Raises `Unauthenticated` for any other scheme."""
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Unauthenticated()
    return secret.strip()


async def of(request: HTTPConnection, services: Services) -> tuple[Viewer, Refresh | None]:
    """Who sends this request. Raises `Unauthenticated`; an unknown or expired cookie is simply nobody."""
    found = None
    if secret := bearer(request.headers.get("authorization")):
        found = await by_token(secret, services.now)
        if found is None:
            raise Unauthenticated()
    elif cookie := request.cookies.get(cookie_name("session", services.secure)):
        found = await by_session(cookie, services.now)
    return found or (ANONYMOUS, None)


def check_origin(request: HTTPConnection, services: Services, *, header: bool = True) -> None:
    """Refuse what a foreign page may have started (Fetch Metadata, then Origin, then a header that forces a preflight).

    `header=False` for forms and WebSockets, which cannot send one. Raises `CrossSite`.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host")
    allowed = origin in services.allowed_origins
    if request.headers.get("sec-fetch-site") == "cross-site" and not allowed:
        raise CrossSite()
    if origin is not None and not allowed and (origin == "null" or urlsplit(origin).netloc != host):
        raise CrossSite()
    by_cookie = bool(request.cookies) and "authorization" not in request.headers
    if header and by_cookie and not any(name in request.headers for name in CSRF_HEADERS):
        raise CrossSite()


def browser_of(request: HTTPConnection, services: Services) -> str:
    """The value that binds a sign-in link to this browser; "" when it has none yet."""
    return request.cookies.get(cookie_name("browser", services.secure), "")


BROWSERS = (("edg", "Edge"), ("opr", "Opera"), ("firefox", "Firefox"), ("chrome", "Chrome"), ("safari", "Safari"))
SYSTEMS = (
    *(("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"), ("windows", "Windows"), ("mac os", "macOS")),
    *(("cros", "ChromeOS"), ("linux", "Linux")),
)


def device_of(request: HTTPConnection | None) -> str:
    """The browser in words, such as `Firefox, Linux`: enough to tell one's own sessions apart, and no more (E12)."""
    agent = request.headers.get("user-agent", "").lower() if request is not None else ""
    told = [next((word for sign, word in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(word for word in told if word)


def new_browser() -> str:
    return vault.random_token()
