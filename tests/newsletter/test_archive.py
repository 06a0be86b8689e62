"""The archive of sent issues: pages and a feed that everybody may read."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import httpx2
import pytest

import models
from models.newsletter import NewsletterIssue
from tests import people
from tests.newsletter.readers import composed, sent, story, success

ATOM = {"a": "http://www.w3.org/2005/Atom"}
DAY = timedelta(days=1)


async def test_a_sent_issue_has_a_page_in_each_language(browser: httpx2.AsyncClient, now: datetime) -> None:
    await story(at=now - DAY)
    await success("1.200 <Kisten>", at=now - DAY, title_en="1,200 boxes")
    issue = await sent(now)

    german = await browser.get("/newsletter/2020-w16/de")
    english = await browser.get("/newsletter/2020-w16/en")

    assert german.status_code == english.status_code == 200
    assert "KW 16: Kreide in drei Schulen" in german.text and "1.200 &lt;Kisten&gt;" in german.text
    assert "1,200 boxes" in english.text and "In German" in english.text
    assert '<link rel="canonical" href="http://test/newsletter/2020-w16/de">' in german.text
    assert 'hreflang="en" href="http://test/newsletter/2020-w16/en"' in german.text
    assert "unsubscribe" not in german.text and "preferences" not in german.text
    assert issue.subject_de in (await browser.get("/newsletter")).text


@pytest.mark.parametrize(
    "path", ["2020-w16/de", "2020-w99/de", "2020-W16/de", "2020-w16/fr", "x/de", "9999-w01/en", "0000-w00/de"]
)
async def test_what_was_not_sent_is_not_there(browser: httpx2.AsyncClient, now: datetime, path: str) -> None:
    await success(at=now - DAY)
    await composed(now)

    assert (await browser.get(f"/newsletter/{path}")).status_code == 404


async def test_a_page_that_did_not_change_is_not_sent_again(browser: httpx2.AsyncClient, now: datetime) -> None:
    await success(at=now - DAY)
    await sent(now)

    for path in ("/newsletter/2020-w16/de", "/newsletter/de/feed.atom"):
        first = await browser.get(path)
        again = await browser.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_a_correction_is_a_visible_note(browser: httpx2.AsyncClient, now: datetime) -> None:
    await success(at=now - DAY)
    issue = await sent(now)
    ed = await people.editor()

    await NewsletterIssue.correct(
        issue.id, note_de="Es waren 1.100.", note_en="It was 1,100.", by=ed, now=now + timedelta(hours=2)
    )

    assert "Es waren 1.100." in (await browser.get("/newsletter/2020-w16/de")).text
    feed = await browser.get("/newsletter/en/feed.atom")
    assert "It was 1,100." in feed.text and "2020-04-14T10:00:00Z" in feed.text


async def test_a_retracted_story_leaves_archive_and_feed(browser: httpx2.AsyncClient, now: datetime) -> None:
    """C9.4."""
    told = await story("Die Geschichte einer Gruppe", at=now - DAY)
    await success(at=now - DAY)
    await sent(now)
    await models.Story.filter(id=told.id).update(state="retracted")

    page = await browser.get("/newsletter/2020-w16/de")
    feed = await browser.get("/newsletter/de/feed.atom")

    for answer in (page, feed):
        assert "Was gelang." not in answer.text and "1.200 Kisten gepackt" in answer.text


async def test_the_feed_tells_issues_with_lasting_ids(browser: httpx2.AsyncClient, now: datetime) -> None:
    await success("Ein & zwei", at=now - DAY)
    issue = await sent(now)

    answer = await browser.get("/newsletter/de/feed.atom")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)  # our own feed
    (entry,) = root.findall("a:entry", ATOM)
    assert entry.findtext("a:id", namespaces=ATOM) == f"tag:leuchtturm.example.org,2020:issue:{issue.id}:de"
    assert "Ein &amp; zwei" in (entry.findtext("a:content", namespaces=ATOM) or "")
    assert root.find("a:link[@rel='self']", ATOM).get("href") == "http://test/newsletter/de/feed.atom"  # type: ignore[union-attr]


async def test_an_empty_archive_is_an_empty_feed(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/newsletter/en/feed.atom")

    assert answer.status_code == 200 and "<entry" not in answer.text
    assert (await browser.get("/newsletter/fr/feed.atom")).status_code == 404
