"""Pages of the development set-up, mounted by `make run` alone: the way to everything, caught mail, caught posts.

They show what receivers would see, private addresses included, and ask nobody who they are. `leuchtturm api` does not
mount them unless `LEUCHTTURM_DEV_PAGES` says so.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from leuchtturm.seeds import people
from models import text
from models.mailbox import CaughtMail
from models.publishing import ChannelKind, PostPart, RecordedPost
from models.stories import AssetFile
from resolvers.http import landing
from resolvers.http.page import POLICY, language_of, page

NEWEST = 200  # rows per page; older ones are in the database
WITH_FRAME = {"Content-Security-Policy": f"{POLICY}; frame-src 'self'"}
# A mail brings its own styles. Without `allow-scripts` and `allow-same-origin` it can do nothing to our pages, and the
# pictures of strangers are not fetched: looking at a caught mail tells nobody.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
ROOT = Path(__file__).resolve().parent.parent
NAMED_DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
HEX = re.compile(r"[0-9a-f]{64}")


async def start(request: Request) -> Response:
    """The public front page with a board of links above it."""
    return page(
        request, "dev/start.html", alternates=landing.addresses("/"), people=people.SIGN_IN,
        mails=await CaughtMail.all().count(), posts=await RecordedPost.all().count(), documents=documents(),
        **await landing.values(language_of(request)),
    )  # fmt: skip


async def mailbox(request: Request) -> Response:
    """Caught mail, newest first; `?to=` shows one receiver's."""
    receiver = request.query_params.get("to", "")[:320].replace("\x00", "")
    mails = CaughtMail.filter(recipient=receiver) if receiver else CaughtMail.all()
    newest = await mails.order_by("-at", "-id").limit(NEWEST).only("id", "recipient", "subject", "at")
    return page(request, "dev/mailbox.html", mails=newest, receiver=receiver)


async def mail(request: Request) -> Response:
    """One mail: text, HTML in a frame without rights, headers."""
    found = await _mail(request)
    return page(
        request, "dev/mail.html", headers=WITH_FRAME, mail=found, one_click=_one_click(request, dict(found.headers))
    )


async def mail_html(request: Request) -> Response:
    """The HTML part as it was sent; links open outside of the frame."""
    html = (await _mail(request)).html
    head = '<base target="_blank">'
    html = html.replace("<head>", f"<head>{head}", 1) if "<head>" in html else head + html
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HTMLResponse(html, headers=headers)


async def _mail(request: Request) -> CaughtMail:
    try:
        found = await CaughtMail.filter(id=UUID(request.path_params["id"])).first()
    except ValueError:
        raise HTTPException(404) from None
    if found is None:
        raise HTTPException(404)
    return found


def _one_click(request: Request, headers: dict[str, str]) -> str:
    """Where a mail program's own unsubscribe button would post to (RFC 8058), "" when the mail offers none."""
    if "one-click" not in headers.get("List-Unsubscribe-Post", "").lower():
        return ""
    addresses = re.findall(r"<(https?://[^>]+)>", headers.get("List-Unsubscribe", ""))
    base = request.app.state.site.base_url
    return next((address.removeprefix(base) for address in addresses if address.startswith(base + "/")), "")


@dataclass(frozen=True)
class Seen:
    """A caught post as a follower would see it."""

    post: RecordedPost
    network: ChannelKind
    account: str
    answers: bool
    """It continues the post before it."""


async def posts(request: Request) -> Response:
    """What would be on the networks, newest first."""
    caught = await RecordedPost.all().order_by("-created_at", "-id").limit(NEWEST)
    parts = PostPart.filter(client_key__in=[post.client_key for post in caught]).prefetch_related("post__channel")
    channels: dict[UUID, Any] = {part.client_key: part.post.channel for part in await parts}
    seen = [
        Seen(
            post,
            channels[post.client_key].kind if post.client_key in channels else ChannelKind.RECORD,
            channels[post.client_key].name if post.client_key in channels else post.account,
            bool(post.reply_to),
        )
        for post in caught
    ]
    return page(request, "dev/posts.html", seen=seen)


async def picture(request: Request) -> Response:
    """The picture of any story, public or not: posts are caught before anything is public elsewhere."""
    sha256 = request.path_params["sha256"]
    file = await AssetFile.filter(sha256=sha256).first() if HEX.fullmatch(sha256) else None
    if file is None:
        raise HTTPException(404)
    return Response(file.content, media_type=file.media_type, headers={"X-Content-Type-Options": "nosniff"})


def documents() -> list[str]:
    """The documents that lie in the working copy; an installed package has none."""
    named = [name for name in NAMED_DOCUMENTS if (ROOT / name).is_file()]
    return named + sorted(str(file.relative_to(ROOT)) for file in (ROOT / "docs").rglob("*.md"))


async def document(request: Request) -> Response:
    """One document as a page. Only what `documents` lists is read: the path never reaches the file system."""
    name = request.path_params["name"]
    if name not in documents():
        raise HTTPException(404)
    html = text.html((ROOT / name).read_text(encoding="utf-8"))
    html = html.replace("<pre>", '<pre tabindex="0">')  # what scrolls must be reachable with the keyboard
    return page(request, "dev/document.html", name=name, html=html)


routes = [
    Route("/", start, methods=["GET"]),
    Route("/dev/mailbox", mailbox, methods=["GET"]),
    Route("/dev/mailbox/{id}", mail, methods=["GET"]),
    Route("/dev/mailbox/{id}/html", mail_html, methods=["GET"]),
    Route("/dev/posts", posts, methods=["GET"]),
    Route("/dev/pictures/{sha256}", picture, methods=["GET"]),
    Route("/dev/docs/{name:path}", document, methods=["GET"]),
]
