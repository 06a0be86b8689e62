"""Caught mail and posts for programs: what `leuchtturm demo` reads. Mounted along with the developers' pages only."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.mailbox import CaughtMail
from models.publishing import RecordedPost

NEWEST = 50
NO_STORE = {"Cache-Control": "no-store"}


async def mails(request: Request) -> Response:
    """The newest mails, optionally to one address: `/dev/mailbox.json?to=ada@example.org`."""
    caught = CaughtMail.all().order_by("-at", "-id").limit(NEWEST)
    if to := request.query_params.get("to"):
        caught = caught.filter(recipient=to)
    shown = [
        {
            "id": str(mail.id),
            "at": mail.at.isoformat(),
            "to": mail.recipient,
            "subject": mail.subject,
            "headers": dict(mail.headers),
            "text": mail.text,
            "html": mail.html,
        }
        for mail in await caught
    ]
    return JSONResponse(shown, headers=NO_STORE)


async def posts(request: Request) -> Response:
    """The newest posts that did not leave this machine."""
    caught = await RecordedPost.all().order_by("-created_at", "-id").limit(NEWEST)
    shown = [{"id": str(post.id), "account": post.account, "text": post.text} for post in caught]
    return JSONResponse(shown, headers=NO_STORE)


routes = [
    Route("/dev/mailbox.json", mails, methods=["GET"]),
    Route("/dev/posts.json", posts, methods=["GET"]),
]
