"""What a browser shows when something is not there or not possible. Programs get the same as one line of text."""

from collections.abc import Mapping

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from models.base import request_id
from resolvers.http.page import Say, language_of, page

TEXTS: Mapping[int, tuple[tuple[str, str], tuple[str, str]]] = {
    400: (
        ("Das war nicht zu verstehen", "We could not understand this"),
        ("Etwas an dieser Anfrage ist unvollständig. Bitte öffnet die Seite noch einmal.",
         "Something about this request is incomplete. Please open the page again."),
    ),
    404: (
        ("Hier leuchtet nichts", "No light here"),
        ("Diese Seite gibt es nicht oder nicht mehr. Vielleicht ist die Adresse unterwegs abgeschnitten worden.",
         "This page does not exist, or no longer. Perhaps the address was cut off on its way."),
    ),
    405: (
        ("So geht es nicht", "Not like this"),
        ("Diese Adresse versteht nur andere Arten von Anfragen.",
         "This address understands other kinds of requests only."),
    ),
    410: (
        ("Diese Geschichte ist zurückgezogen", "This story has been withdrawn"),
        ("Das Team oder die Redaktion hat sie zurückgenommen. Danke, dass ihr sie nicht weiterverbreitet.",
         "The team or the editors have taken it back. Thank you for not passing it on."),
    ),
    413: (
        ("Das ist zu viel auf einmal", "This is too much at once"),
        ("Bitte kürzt eure Eingabe und sendet sie noch einmal.", "Please shorten your input and send it again."),
    ),
    429: (
        ("Bitte einen Moment Geduld", "A moment of patience, please"),
        ("Das war oft in kurzer Zeit. In ein paar Minuten geht es weiter.",
         "That was often in a short time. Please try again in a few minutes."),
    ),
    500: (
        ("Bei uns ist etwas kaputt", "Something broke on our side"),
        ("Es liegt nicht an euch. Wir sehen den Fehler im Protokoll. Bitte versucht es später noch einmal.",
         "It is not your fault. We see the error in our log. Please try again later."),
    ),
}  # fmt: skip


def problem(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The page for a status. Unknown statuses get the words of 400 or 500."""
    title, text = TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
    language = language_of(request)
    say = Say(language)
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(f"{say(*title)}. {say(*text)}\n", status, headers=dict(headers or {}))
    return page(
        request, "problem.html", language=language, status=status, headers=headers, title=say(*title), text=say(*text)
    )


async def on_http_exception(request: Request, exception: Exception) -> Response:
    """Starlette's own refusals (404, 405 with `Allow`) and ours, in the layout."""
    assert isinstance(exception, HTTPException)
    if exception.status_code in (204, 304):
        return Response(status_code=exception.status_code, headers=exception.headers)
    return problem(request, exception.status_code, exception.headers)


async def on_error(request: Request, exception: Exception) -> Response:
    """Everything that nobody foresaw. The page says nothing about it; the log does, with the request id."""
    structlog.get_logger(__name__).error("request.failed", request_id=request_id.get(), exc_info=exception)
    return problem(request, 500)


handlers = {HTTPException: on_http_exception, Exception: on_error}
