"""Feeds of the blog: Atom (RFC 4287) and JSON Feed 1.1, one of each per language.

A feed is made from the same rows as the pages, so a story is in it with the very transaction that publishes it. It
holds the stories that are told in its language: a reader of the English feed has chosen English.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.language import Language
from models.site import Site
from models.stories import Story, StoryState
from resolvers.http import atom
from resolvers.http.blog import Told, language_in_path, latest, told
from resolvers.http.fresh import conditional
from resolvers.http.page import Say
from resolvers.http.pictures import picture_path

ENTRIES = 50  # a feed of whole stories stays well below a megabyte; older ones are on the pages
BEGINNING = datetime(2020, 3, 16, tzinfo=UTC)  # the day of the idea: an empty feed needs a date that does not move
HEADERS = {
    "Cache-Control": "public, max-age=60",
    "Access-Control-Allow-Origin": "*",  # feeds are public, readers that run in a browser may fetch them
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Feed:
    """What both formats say."""

    site: Site
    language: Language
    title: str
    summary: str
    entries: tuple[Told, ...]
    updated: datetime

    @property
    def page_url(self) -> str:
        return self.site.url(f"/{self.language.value}/stories")

    def url(self, kind: str, language: Language | None = None) -> str:
        """The feed's own address, or that of its twin in the other language; `kind` is `atom` or `json`."""
        return self.site.url(f"/{(language or self.language).value}/feed.{kind}")

    def tag(self, *words: object) -> str:
        """A tag URI (RFC 4151) from ids, never from a slug: it outlives every change of address."""
        return f"tag:{self.site.tag_authority}:" + ":".join(str(word) for word in words)

    def id_of(self, entry: Told) -> str:
        return self.tag("story", entry.story.id, self.language.value)

    def html_of(self, entry: Told) -> str:
        """The whole story as HTML with absolute addresses: correction first, then the words, then the pictures."""
        parts = []
        if entry.correction:
            word = Say(self.language)("Korrektur", "Correction")
            parts.append(f"<p><strong>{word}:</strong> {atom.escape(entry.correction)}</p>")
        parts.append(entry.text.body_html)
        for image in entry.images:
            address, alt = self.site.url(picture_path(image)), atom.escape(image.alt(self.language))
            parts.append(f'<p><img src="{address}" alt="{alt}" width="{image.width}" height="{image.height}"></p>')
        return "\n".join(parts)


async def feed_of(request: Request) -> Feed:
    """The feed in the language that the path names."""
    language = language_in_path(request)
    entries = tuple(await told(Story.lighthouses(language).limit(ENTRIES), language))
    site: Site = request.app.state.site
    say = Say(language)
    return Feed(
        site,
        language,
        title=site.name + say(": Leuchtturmgeschichten", ": lighthouse stories"),
        summary=say("Was Teams aus der Community erreicht haben.", "What teams of the community have achieved."),
        entries=entries,
        updated=latest([BEGINNING, *(entry.changed_at for entry in entries), *await _taken_back()]) or BEGINNING,
    )


async def _taken_back() -> list[datetime]:
    """A story that vanishes changes the feed as well: without this the date would go backwards."""
    gone = Story.filter(state=StoryState.RETRACTED, retracted_at__isnull=False).order_by("-retracted_at").limit(1)
    return [story.retracted_at for story in await gone if story.retracted_at]


def as_atom(feed: Feed) -> bytes:
    """The feed as RFC 4287."""
    document = atom.Document(feed.tag("feed", "stories", feed.language.value), feed.title, feed.updated, feed.language)
    document.says("subtitle", feed.summary)
    document.written_by(feed.site.name)
    document.link("self", feed.url("atom"), "application/atom+xml")
    document.link("alternate", feed.page_url, "text/html", feed.language)
    document.link("alternate", feed.url("atom", feed.language.other), "application/atom+xml", feed.language.other)
    for each in feed.entries:
        entry = document.entry(feed.id_of(each), each.text.headline, each.changed_at)
        entry.link("alternate", feed.site.url(each.path), "text/html", each.language)
        entry.published(each.story.published_at)
        entry.written_by(each.story.team.name)
        for word in each.story.tags:
            entry.category(word)
        entry.says("summary", each.text.teaser)
        entry.html(feed.html_of(each), base=feed.site.url("/"))
    return document.bytes()


def as_json(feed: Feed) -> bytes:
    """The feed as https://www.jsonfeed.org/version/1.1/."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.url("json"),
        "description": feed.summary,
        "authors": [{"name": feed.site.name, "url": feed.site.url("/")}],
        "language": feed.language.value,
        "items": [_item(feed, each) for each in feed.entries],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _item(feed: Feed, each: Told) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": feed.id_of(each),
        "url": feed.site.url(each.path),
        "title": each.text.headline,
        "content_html": feed.html_of(each),
        "summary": each.text.teaser,
        "date_published": atom.rfc3339(each.story.published_at),
        "date_modified": atom.rfc3339(each.changed_at),
        "authors": [{"name": each.story.team.name}],
        "tags": list(dict.fromkeys(each.story.tags)),
        "language": feed.language.value,
    }
    if each.images:
        item["image"] = feed.site.url(picture_path(each.images[0]))
    return item


async def atom_feed(request: Request) -> Response:
    feed = await feed_of(request)
    return conditional(
        request, Response(as_atom(feed), headers=HEADERS, media_type="application/atom+xml"), feed.updated
    )


async def json_feed(request: Request) -> Response:
    feed = await feed_of(request)
    return conditional(
        request, Response(as_json(feed), headers=HEADERS, media_type="application/feed+json"), feed.updated
    )


routes = [
    Route("/{language}/feed.atom", atom_feed, methods=["GET"]),
    Route("/{language}/feed.json", json_feed, methods=["GET"]),
]
