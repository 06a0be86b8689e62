"""A feed's document as Atom (RFC 4287) and as JSON Feed 1.1."""

from typing import Any

import orjson

from resolvers.http import atom
from resolvers.http.feeds.item import TYPES, Document, Item


def as_atom(feed: Document) -> bytes:
    """The document as RFC 4287, with its neighbours as in RFC 5005."""
    document = atom.Document(feed.id, feed.face.title, feed.updated, feed.language)
    document.says("subtitle", feed.face.summary)
    document.written_by(feed.site.name)
    document.link("self", feed.url("atom"), TYPES["atom"])
    document.link("alternate", feed.site.url(feed.face.page), "text/html", feed.language)
    document.link("alternate", feed.url("atom", face=feed.twin), TYPES["atom"], feed.language.other)
    document.link("alternate", feed.url("json"), TYPES["json"], feed.language)
    for relation, name in feed.others.items():
        document.link(relation, feed.url("atom", name), TYPES["atom"])
    if feed.site.websub_hub and not feed.name:
        document.link("hub", feed.site.websub_hub)
    if feed.is_archive:
        document.is_archive()
    for each in feed.items:
        _entry(document, feed, each)
    return document.bytes()


def _entry(document: atom.Document, feed: Document, each: Item) -> None:
    entry = document.entry(feed.tag(each.id), each.title, each.changed)
    if each.url:
        entry.link("alternate", each.url, "text/html", feed.language)
    entry.published(each.published)
    entry.written_by(each.author)
    for word in each.tags:
        entry.category(word)
    entry.says("summary", each.summary)
    entry.html(each.html, base=feed.site.url("/"))


def as_json(feed: Document) -> bytes:
    """The document as https://www.jsonfeed.org/version/1.1/."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.face.title,
        "home_page_url": feed.site.url(feed.face.page),
        "feed_url": feed.url("json"),
        "description": feed.face.summary,
        "authors": [{"name": feed.site.name, "url": feed.site.url("/")}],
        "language": feed.language.value,
        "items": [_item(feed, each) for each in feed.items],
    }
    older = feed.others.get("prev-archive") or feed.others.get("next")
    if older:
        document["next_url"] = feed.url("json", older)
    if feed.site.websub_hub and not feed.name:
        document["hubs"] = [{"type": "WebSub", "url": feed.site.websub_hub}]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _item(feed: Document, each: Item) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": feed.tag(each.id),
        "title": each.title,
        "content_html": each.html,
        "summary": each.summary,
        "date_published": atom.rfc3339(each.published),
        "date_modified": atom.rfc3339(each.changed),
        "authors": [{"name": each.author}],
        "tags": list(dict.fromkeys(each.tags)),
        "language": feed.language.value,
    }
    if each.url:
        item["url"] = each.url
    if each.image:
        item["image"] = each.image
    return item
