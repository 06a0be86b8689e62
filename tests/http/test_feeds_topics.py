"""Feeds by topic, by Baustein and by field of action, with archives whose addresses never change."""

from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
import httpx2
import pytest

import models
from models.base import new_id
from models.outbox import OutboxEvent
from models.programme import Figure, Plan
from models.roles import Visibility
from models.stories import Story
from tests import telling
from tests.http.test_feeds import validated
from tests.people import editor, team

NASTY = "Zwölf <b>Läden</b> & „mehr“ ]]> "
HISTORY = "{http://purl.org/syndication/history/1.0}archive"


async def read(browser: httpx2.AsyncClient, path: str) -> Any:
    """The feed as a reader understands it; a slip in the document is an error."""
    answer = await browser.get(path)
    feed = feedparser.parse(answer.content)
    assert answer.status_code == 200, path
    assert not feed.bozo, path
    feed.around = {link.rel: link.href for link in feed.feed.links if link.rel not in ("alternate", "self")}
    return feed


async def success(now: datetime, **of: Any) -> models.Success:
    edda, emil = await editor(now=now), await editor("Emil Sommer", now=now)
    figure = Figure(NASTY, "Läden", "12", date(2020, 3, 20), "https://example.org/?a=1&b=2", metric_en="shops")
    row = await models.Success.record(figure, by=edda, now=now, **of)
    await models.Success.verify(row.id, by=emil, now=now)
    return await models.Success.publish(row.id, by=emil, now=now)


async def test_archives_and_the_present_feed_together_are_everything(
    browser: httpx2.AsyncClient, now: datetime
) -> None:
    old, _ = await telling.published(now - timedelta(days=25))
    new, reviewer = await telling.published(now)

    feed = await read(browser, "/de/feed.atom")
    archive = await read(browser, feed.around["prev-archive"])

    assert feed.around == {"prev-archive": "http://test/de/feed/2020-03.atom"}
    assert archive.around == {"current": "http://test/de/feed.atom"}
    assert [entry.id for entry in archive.entries] == [f"tag:leuchtturm.example.org,2020:story:{old.id}:de"]
    assert archive.feed.id == feed.feed.id
    said = await browser.get("/de/feed/2020-03.atom")
    assert ElementTree.fromstring(said.content).find(HISTORY) is not None
    again = await browser.get("/de/feed/2020-03.atom", headers={"if-none-match": said.headers["etag"]})
    assert again.status_code == 304
    json = (await browser.get("/de/feed.json")).json()
    assert json["next_url"] == "http://test/de/feed/2020-03.json"
    validated((await browser.get(json["next_url"])).json())

    await Story.retract(old.id, reason="x", by=reviewer, now=now + timedelta(hours=1))
    since = {"if-modified-since": said.headers["last-modified"]}
    emptied = await browser.get("/de/feed/2020-03.atom", headers=since)
    assert (emptied.status_code, feedparser.parse(emptied.content).entries) == (200, [])
    assert str(new.id) in (await browser.get("/de/feed.atom")).text


async def test_a_block_tells_what_it_plans_and_reaches(browser: httpx2.AsyncClient, now: datetime) -> None:
    edda = await editor(now=now)
    block = await models.ProgrammeBlock.create(
        key="matching-fonds", title_de="Matching Fonds", title_en="Matching fund"
    )
    plan = Plan("Der Fonds startet", date(2020, 4, 7), "The fund starts", text_de="Mit <allem>\nund mehr.")
    row = await models.Milestone.plan(block.id, plan, by=edda, now=now - timedelta(days=20))
    await models.Milestone.reach(row.id, date(2020, 4, 7), by=edda, now=now - timedelta(days=7))
    figure = await success(now, block_id=block.id)
    await models.Success.correct(figure.id, {"value": "11"}, note_de="Einer < doppelt.", by=edda, now=now)

    feed = await read(browser, "/de/feeds/programme/matching-fonds.atom")
    english = await read(browser, "/en/feeds/milestones.atom")
    page = (await browser.get("/de/programme/matching-fonds")).text
    (shown,) = [entry for entry in feed.entries if ":success:" in entry.id]

    assert [entry.title for entry in feed.entries][1:] == [
        "Erreicht: Der Fonds startet", "Geplant für den 7. April 2020: Der Fonds startet"
    ]  # fmt: skip
    assert [entry.title for entry in english.entries] == [
        "Reached: The fund starts",
        "Planned for 7 April 2020: The fund starts",
    ]
    assert len({entry.id for entry in [*feed.entries, *english.entries]}) == 5
    assert "<strong>11</strong> Läden" in shown.content[0].value
    assert "Stand: 20. März 2020" in shown.content[0].value
    assert "Einer &lt; doppelt. Vorher:" in shown.content[0].value
    assert "<strong>12</strong>" in shown.content[0].value
    assert feed.around["prev-archive"].endswith("/de/feeds/programme/matching-fonds/2020-03.atom")
    assert len((await read(browser, feed.around["prev-archive"])).entries) == 1
    assert 'href="/de/feeds/programme/matching-fonds.atom"' in page
    assert "Erreicht am Dienstag, 7. April 2020" in page
    assert (await browser.get(shown.link)).status_code == 200
    for topic in ("successes", "milestones", "programme/matching-fonds"):
        validated((await browser.get(f"/de/feeds/{topic}.json")).json())

    await models.Milestone.act(row.id, "reopen", by=edda, now=now)
    await models.Milestone.act(row.id, "drop", by=edda, now=now)
    assert (await read(browser, "/de/feeds/milestones.atom")).entries == []


async def test_a_figure_keeps_its_page_and_what_it_said(browser: httpx2.AsyncClient, now: datetime) -> None:
    """E63: date and source with every number, the corrected one included."""
    figure = await success(now, team_id=(await team()).id)
    await models.Success.correct(
        figure.id, {"value": "11"}, note_de="Einer doppelt.", by=await editor(now=now), now=now
    )

    page = (await browser.get(f"/de/successes/{figure.id}")).text

    assert "<b>Läden" not in page
    assert page.count("<strong>11</strong>") == page.count("<strong>12</strong>") == 1
    assert page.count("Stand Freitag, 20. März 2020") == page.count('href="https://example.org/?a=1&amp;b=2"') == 2
    assert "Einer doppelt." in page


async def test_a_field_of_action_has_the_news_of_its_teams(browser: httpx2.AsyncClient, now: datetime) -> None:
    field = await models.FieldOfAction.create(key="education", title_de="Bildung")
    inside = await team(field_of_action_id=field.id)
    story, _ = await telling.published(now, of=inside)
    await telling.published(now)
    figure = await success(now, team_id=inside.id)

    feed = await read(browser, "/de/feeds/fields/education.atom")

    assert {entry.id.split(":")[-2] for entry in feed.entries} == {str(story.id), str(figure.id)}


async def test_the_log_is_a_feed_by_pages(browser: httpx2.AsyncClient, now: datetime) -> None:
    """RFC 5005, 3. Nothing but what everybody may see."""
    for number in range(1, 121):
        hidden = number == 100
        await OutboxEvent.create(
            seq=number, type="success.published", subject_kind="success", subject_id=new_id(), at=now,
            visible_to=Visibility.STAFF if hidden else Visibility.PUBLIC, payload={"action": "publish"},
        )  # fmt: skip

    first = await read(browser, "/de/feeds/events.atom")
    second = await read(browser, first.around["next"])
    third = await read(browser, second.around["next"])
    back = await read(browser, second.around["previous"])
    json = (await browser.get("/de/feeds/events.json")).json()

    ids = [entry.id for page in (first, second, third) for entry in page.entries]
    assert (len(ids), len(set(ids))) == (119, 119)
    assert first.around.keys() == {"first", "next"}
    assert third.around.keys() == {"first", "previous"}
    assert [entry.id for entry in back.entries] == [entry.id for entry in first.entries]
    assert first.entries[0].title == "Ein Erfolg ist öffentlich, mit Zahl, Stand und Quelle."
    assert json["next_url"] == "http://test/de/feeds/events.json?before=70"
    validated(json)


@pytest.mark.parametrize(
    "path",
    [
        "/de/feed/2020-04.atom", "/de/feed/2020-02.atom", "/de/feed/2020-13.atom", "/de/feed/1.atom",
        "/de/feeds/secrets.atom", "/de/feeds/programme/none.atom", "/de/feeds/programme/%00.atom",
        "/de/feeds/fields/none.json", "/de/feeds/events.atom?before=x", "/de/feeds/events.atom?after=" + "9" * 30,
        "/de/feeds/successes.rss", "/fr/feeds/successes.atom", "/de/programme/none", "/de/successes/none",
        "/de/successes/01717d5c-2c00-7a4e-9d1b-3f6c0b7e4a12",
    ],
)  # fmt: skip
async def test_whatever_is_no_feed_is_not_there(browser: httpx2.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_one_address_per_feed_and_a_page_of_all(browser: httpx2.AsyncClient) -> None:
    await models.ProgrammeBlock.create(key="matching-fonds", title_de="Matching Fonds")
    moved = await browser.get("/de/feeds/stories.atom")
    page = (await browser.get("/en/feeds")).text

    assert (moved.status_code, moved.headers["location"]) == (301, "/de/feed.atom")
    assert 'href="/en/feeds/programme/matching-fonds.json"' in page
    assert "Matching Fonds" in (await browser.get("/de/programme")).text
