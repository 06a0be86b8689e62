"""The archive: every sent issue as a page per language and as an Atom feed, from its frozen copy alone.

What was unpublished since then (a team took its consent back, C9.4) leaves page and feed as well; a correction is a
visible note.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import text
from models.language import Language
from models.newsletter import NewsletterIssue, sources
from models.newsletter.weeks import Week
from models.site import Site
from resolvers.http import atom, dates
from resolvers.http.blog import language_in_path
from resolvers.http.fresh import conditional
from resolvers.http.page import Say, page

ENTRIES = 30  # half a year of Fridays; older issues stay on their pages
BEGINNING = datetime(2020, 3, 16, tzinfo=UTC)  # an empty feed needs a date that does not move
WEEK = re.compile(r"\d{4}-w\d{2}", re.ASCII)
CACHED = {"Cache-Control": "public, max-age=300"}
FEED = {**CACHED, "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Line:
    """One item as the archive shows it."""

    title: str
    url: str
    html: str
    team: str
    language: Language
    picture: Mapping[str, Any] | None
    as_of: date | None
    source: str


@dataclass(frozen=True)
class Part:
    """A section with what is left of it."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Shown:
    """An issue in one language."""

    issue: NewsletterIssue
    language: Language
    subject: str
    intro_html: str
    parts: tuple[Part, ...]

    @property
    def path(self) -> str:
        return self.issue.archive_path(self.language)

    @property
    def changed_at(self) -> datetime:
        return self.issue.changed_at or BEGINNING

    @property
    def correction(self) -> str:
        return Say(self.language)(self.issue.correction_de, self.issue.correction_en)


async def shown(issues: Sequence[NewsletterIssue], language: Language) -> list[Shown]:
    """The issues as they were frozen, less what is no longer public: one statement per kind of item."""
    editions = [(issue, issue.frozen["editions"][language.value]) for issue in issues if issue.frozen]
    public = await _still_public([edition for _, edition in editions])
    return [_shown(issue, edition, language, public) for issue, edition in editions]


async def _still_public(editions: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    told: dict[str, set[UUID]] = {}
    for edition in editions:
        for section in edition["sections"]:
            for item in section["items"]:
                told.setdefault(item["kind"], set()).add(UUID(item["id"]))
    return {(kind, str(id)) for kind, ids in told.items() for id in await sources.public(kind, sorted(ids))}


def _shown(
    issue: NewsletterIssue, edition: Mapping[str, Any], language: Language, public: set[tuple[str, str]]
) -> Shown:
    parts = []
    for section in edition["sections"]:
        lines = tuple(_line(item) for item in section["items"] if (item["kind"], item["id"]) in public)
        if lines:
            parts.append(Part(section["title"], lines))
    return Shown(issue, language, edition["subject"], text.html(edition["intro"]), tuple(parts))


def _line(item: Mapping[str, Any]) -> Line:
    return Line(
        title=item["title"],
        url=item["url"],
        html=text.html(item["blurb"]),
        team=item["team"],
        language=Language(item["language"]),
        picture=item["picture"],
        as_of=date.fromisoformat(item["as_of"]) if item["as_of"] else None,
        source=item["source"],
    )


async def issue_page(request: Request) -> Response:
    """One issue. What was not sent is not there (E50)."""
    week, language = request.path_params["week"], language_in_path(request)
    if not WEEK.fullmatch(week):
        raise HTTPException(404)
    wanted = Week(int(week[:4]), int(week[-2:]))
    rows = await NewsletterIssue.archived().filter(iso_year=wanted.year, iso_week=wanted.number)
    found = await shown(rows, language)
    if not found:
        raise HTTPException(404)
    (one,) = found
    answer = page(
        request, "issue.html", language=language, headers=CACHED,
        alternates={each: rows[0].archive_path(each) for each in Language}, shown=one,
    )  # fmt: skip
    return conditional(request, answer, one.changed_at)


async def feed(request: Request) -> Response:
    """The latest issues as RFC 4287, each with all it says."""
    language = language_in_path(request)
    site: Site = request.app.state.site
    entries = await shown(await NewsletterIssue.archived().limit(ENTRIES), language)
    updated = max([BEGINNING, *(entry.changed_at for entry in entries)])
    answer = Response(as_atom(site, language, entries, updated), headers=FEED, media_type="application/atom+xml")
    return conditional(request, answer, updated)


def as_atom(site: Site, language: Language, entries: Sequence[Shown], updated: datetime) -> bytes:
    """The feed's document. Ids are tag URIs from the issue's own id: they outlive every change of address."""
    say = Say(language)

    def address(tongue: Language) -> str:
        return site.url(f"/newsletter/{tongue.value}/feed.atom")

    document = atom.Document(
        f"tag:{site.tag_authority}:feed:newsletter:{language.value}",
        site.name + say(": Wochenbrief", ": weekly letter"),
        updated,
        language,
    )
    document.says(
        "subtitle", say("Jeden Freitag, was in der Community gelang.", "What worked in the community, weekly.")
    )
    document.written_by(site.name)
    document.link("self", address(language), "application/atom+xml")
    document.link("alternate", site.url(f"/newsletter?language={language.value}"), "text/html", language)
    document.link("alternate", address(language.other), "application/atom+xml", language.other)
    for each in entries:
        entry = document.entry(
            f"tag:{site.tag_authority}:issue:{each.issue.id}:{language.value}", each.subject, each.changed_at
        )
        entry.link("alternate", site.url(each.path), "text/html", language)
        entry.published(each.issue.sent_at or BEGINNING)
        entry.html(html_of(each, say), base=site.url("/"))
    return document.bytes()


def html_of(each: Shown, say: Say) -> str:
    """A whole issue as HTML, for a feed: correction first."""
    told = []
    if each.correction:
        told.append(f"<p><strong>{say('Korrektur', 'Correction')}:</strong> {atom.escape(each.correction)}</p>")
    told.append(each.intro_html)
    for part in each.parts:
        told.append(f"<h2>{atom.escape(part.title)}</h2>")
        told += [_html_of_line(line, say) for line in part.lines]
    return "\n".join(told)


def _html_of_line(line: Line, say: Say) -> str:
    title = atom.escape(line.title)
    head = f'<a href="{atom.escape(line.url)}">{title}</a>' if line.url else title
    evidence = f"{say('Stand', 'As of')} {dates.day(line.as_of, say.language, short=True)}" if line.as_of else ""
    source = f"{say('Quelle', 'Source')}: {atom.escape(line.source)}" if line.source else ""
    tail = ", ".join(part for part in (evidence, source) if part)
    return f'<h3 lang="{line.language.value}">{head}</h3>{line.html}' + (f"<p>{tail}</p>" if tail else "")


routes = [
    Route("/newsletter/{language}/feed.atom", feed, methods=["GET"]),
    Route("/newsletter/{week}/{language}", issue_page, methods=["GET"]),
]
