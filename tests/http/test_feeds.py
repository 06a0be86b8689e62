"""Feeds, read by a feed reader and checked against the format's schema."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx2
import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from models.language import Language
from models.stories import Story, Words
from tests import telling

SPECS = Path(__file__).parents[3] / "shared/specs/jsonfeed"
GERMAN_ONLY = {Language.DE: Words("Nur „deutsch“ & <klein>", "Kurz gesagt.", "Ein Text mit `<tag>` & mehr.")}


def validated(feed: Any) -> None:
    """Against the published schema of JSON Feed 1.1, where it lies next to the project."""
    if not SPECS.exists():
        pytest.skip(f"no API description of JSON Feed at {SPECS}")
    old, new = json.loads((SPECS / "feed-1.json").read_text()), json.loads((SPECS / "feed.json").read_text())
    registry: Any = Registry()
    for name, schema in (("feed-1", old), ("feed", new)):
        registry = registry.with_resource(name, Resource(contents=schema, specification=DRAFT4))
    jsonschema.Draft4Validator(new, registry=registry).validate(feed)


async def test_a_feed_reader_understands_the_atom_feed(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, _ = await telling.published(now, images=[telling.picture()])
    await telling.published(now + timedelta(hours=1), GERMAN_ONLY)

    answer = await browser.get("/de/feed.atom")
    feed = feedparser.parse(answer.content)

    assert answer.headers["content-type"] == "application/atom+xml"
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.language == "de"
    assert [entry.title for entry in feed.entries] == [GERMAN_ONLY[Language.DE].headline, telling.GERMAN.headline]
    entry = feed.entries[1]
    assert entry.id == f"tag:leuchtturm.example.org,2020:story:{story.id}:de"
    assert entry.link == f"http://test/de/stories/{story.slug}"
    assert entry.author == "Kreidekasten"
    assert entry.tags[0].term == "Bildung"
    assert "<strong>fertige</strong>" in entry.content[0].value
    assert 'src="http://test/media/' in entry.content[0].value
    links = {(link.rel, link.get("hreflang")): link.href for link in feed.feed.links}
    assert links["self", None] == "http://test/de/feed.atom"
    assert links["alternate", "en"] == "http://test/en/feed.atom"


async def test_the_json_feed_keeps_to_its_schema(browser: httpx2.AsyncClient, now: datetime) -> None:
    await telling.published(now, images=[telling.picture()])
    await telling.published(now, GERMAN_ONLY)

    answer = await browser.get("/de/feed.json")
    feed = answer.json()

    assert answer.headers["content-type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://test/de/feed.json"
    assert len({item["id"] for item in feed["items"]}) == 2
    assert all(item["url"].startswith("http://test/de/stories/") for item in feed["items"])
    validated(feed)


async def test_each_language_has_its_own_feed(browser: httpx2.AsyncClient, now: datetime) -> None:
    await telling.published(now)
    await telling.published(now, GERMAN_ONLY)

    english = feedparser.parse((await browser.get("/en/feed.atom")).content)

    assert [entry.title for entry in english.entries] == [telling.ENGLISH.headline]
    assert english.feed.language == "en"


async def test_an_edit_moves_the_date_and_keeps_the_id(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, editor = await telling.published(now)
    (before,) = feedparser.parse((await browser.get("/de/feed.atom")).content).entries

    await Story.correct(
        story.id, {Language.DE: telling.GERMAN._replace(headline="Anders")},
        note_de="Neuer Titel.", note_en="New title.", by=editor, now=now + timedelta(days=1),
    )  # fmt: skip
    (after,) = feedparser.parse((await browser.get("/de/feed.atom")).content).entries

    assert after.id == before.id
    assert after.published == before.published
    assert after.updated_parsed > before.updated_parsed
    assert "Neuer Titel." in after.content[0].value


@pytest.mark.parametrize("kind", ["atom", "json"])
async def test_a_retracted_story_leaves_the_feed_at_once(browser: httpx2.AsyncClient, now: datetime, kind: str) -> None:
    story, editor = await telling.published(now)
    before = await browser.get(f"/de/feed.{kind}")
    unchanged = await browser.get(f"/de/feed.{kind}", headers={"if-none-match": before.headers["etag"]})

    await Story.retract(story.id, reason="x", by=editor, now=now + timedelta(days=1))
    since = {"if-modified-since": before.headers["last-modified"]}
    after = await browser.get(f"/de/feed.{kind}", headers=since)

    assert unchanged.status_code == 304
    assert after.status_code == 200
    assert str(story.id) in before.text
    assert str(story.id) not in after.text


async def test_an_empty_feed_is_a_feed(browser: httpx2.AsyncClient) -> None:
    first, second = await browser.get("/de/feed.atom"), await browser.get("/de/feed.atom")

    assert not feedparser.parse(first.content).bozo
    assert first.headers["etag"] == second.headers["etag"]
    validated((await browser.get("/de/feed.json")).json())


@pytest.mark.parametrize("path", ["/fr/feed.atom", "/de/feed.rss", "/" + "d" * 5_000 + "/feed.atom"])
async def test_a_feed_that_does_not_exist(browser: httpx2.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_feed_is_only_read(browser: httpx2.AsyncClient, method: str) -> None:
    answer = await browser.request(method, "/de/feed.atom")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
