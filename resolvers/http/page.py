"""Pages for browsers: one layout, two languages, strict headers, readable without JavaScript.

How to make a page:

    return page(request, "confirm.html", language=reader.language, status=200, address=address)

with a template in `templates/` that fills blocks of `layout.html`:

    {% extends "layout.html" %}
    {% set title = say("Anmeldung bestätigen", "Confirm your subscription") %}
    {% block content %}
      <h1>{{ title }}</h1>
      <p>{{ say("Ein Klick fehlt noch.", "One click is missing.") }}</p>
      <form method="post"><button>{{ say("Bestätigen", "Confirm") }}</button></form>
    {% endblock %}

Every template has `say(de, en)` (the text in the page's language; `say.refusal(refusal)` is a refusal's sentence),
`language`, `site`, `zone`, `path`, `status`, the filters `day`, `moment` and `clock` (used as
`{{ at | moment(language, zone) }}`) and the values that the handler passed. A name that nobody passed raises
(StrictUndefined). The classes of the style sheet are listed in `templates/examples.md`. Inline styles and scripts are
refused by the browser (Content-Security-Policy); forms may only be sent to ourselves.

The answer is `Cache-Control: no-store` unless the handler says otherwise in `headers`: a page behind a token must not
stay in a shared cache.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from models.language import Language, preferred
from models.site import Site
from resolvers.http import assets, dates, pictures

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Within the site the referrer stays (forms are checked by it); nobody else learns of an address with a token in it.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=(), browsing-topics=()",
    "Cache-Control": "no-store",
}


class Say:
    """Picks the text in the page's language: `say("Hallo", "Hello")`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, de: str, en: str) -> str:
        """The text in the page's language; German stands in where English is missing (E23)."""
        return (en or de) if self.language is Language.EN else de

    def refusal(self, refusal: Any) -> str:
        """The sentence of a refusal (`models/errors.py`)."""
        return self(refusal.de, refusal.en)


def language_of(request: Request) -> Language:
    """The language of the page: from the path, from `?language=`, or as the browser prefers; German else."""
    for wish in (request.path_params.get("language"), request.query_params.get("language")):
        if wish in ("de", "en"):
            return Language(wish)
    return preferred(request.headers.get("accept-language", ""))


def page(
    request: Request,
    template: str,
    *,
    language: Language | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    alternates: Mapping[Language, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Answer with a template. `alternates` are the paths of the page in each language (`?language=` if not given).

    Headers given here replace those of the same name in `HEADERS`.
    """
    language = language or language_of(request)
    html = ENVIRONMENT.get_template(template).render(**_common(request, language, alternates), status=status, **values)
    sent = {**HEADERS, **(headers or {}), "Content-Language": language.value}
    if alternates is None:
        sent.setdefault("Vary", "Accept-Language")
    return HTMLResponse(html, status, headers=sent)


def _common(request: Request, language: Language, alternates: Mapping[Language, str] | None) -> dict[str, Any]:
    site: Site = request.app.state.site
    return {
        "language": language,
        "say": Say(language),
        "site": site,
        "path": request.url.path,
        "alternates": {each: (alternates or {}).get(each) or _in(request, each) for each in Language},
        "has_own_addresses": alternates is not None,
        "zone": site.zone,
    }


def _in(request: Request, language: Language) -> str:
    """The same address with another `language`; what else stands in the query, such as a token, stays."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "language"]
    return f"{request.url.path}?{urlencode([*query, ('language', language.value)])}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("resolvers.http"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=assets.url, picture_path=pictures.picture_path)
    filters: dict[str, Callable[..., Any]] = {"day": dates.day, "moment": dates.moment, "clock": dates.clock}
    environment.filters.update(filters)
    return environment


ENVIRONMENT = _environment()
