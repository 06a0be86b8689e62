"""Conditional requests (RFC 9110, 13): who has the page already gets 304 and no body."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

KEPT = ("cache-control", "content-location", "etag", "expires", "last-modified", "vary", "content-language")


def conditional(request: Request, answer: Response, changed_at: datetime | None) -> Response:
    """Give the answer an ETag over its bytes and a Last-Modified, or answer 304 when the client has just that.

    The ETag decides when the client sent one: a page can change without its story (a new design, a new neighbour).
    """
    tag = etag(answer.body)
    answer.headers["ETag"] = tag
    if changed_at:
        answer.headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    if answer.status_code != 200 or not _has(request, tag, changed_at):
        return answer
    kept = {name: value for name, value in answer.headers.items() if name in KEPT}
    return Response(status_code=304, headers=kept)


def etag(body: bytes | memoryview) -> str:
    """Names these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _has(request: Request, tag: str, changed_at: datetime | None) -> bool:
    if known := request.headers.get("if-none-match"):
        tags = {each.strip().removeprefix("W/") for each in known[:4_000].split(",")}
        return "*" in tags or tag in tags
    since = request.headers.get("if-modified-since")
    if not since or changed_at is None:
        return False
    try:
        return parsedate_to_datetime(since) >= changed_at.replace(microsecond=0)
    except (ValueError, TypeError, OverflowError):
        return False
