"""Story pages: what readers, search engines and networks see of a story."""

from datetime import date, datetime, timedelta

import httpx2
import pytest

import models
from models.language import Language
from models.site import Site
from models.stories import Claim, Story, Words
from tests import telling
from tests.people import editor, manager

SOURCE = Claim("400 Pläne", "https://example.org/plans", date(2020, 4, 9))


async def test_a_story_is_a_page_in_both_languages(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, _ = await telling.published(now, facts=[SOURCE], images=[telling.picture()])

    german = await browser.get(f"/de/stories/{story.slug}")
    english = await browser.get(f"/en/stories/{story.slug}")

    assert german.status_code == english.status_code == 200
    assert "<h1" in german.text
    assert telling.GERMAN.headline in german.text
    assert "<strong>fertige</strong>" in german.text
    assert "Dienstag, 14. April 2020" in german.text
    assert 'alt="Eine Tafel"' in german.text
    assert "Stand 9. April 2020" in german.text
    assert telling.ENGLISH.headline in english.text
    assert "Tuesday, 14 April 2020" in english.text
    assert 'alt="A blackboard"' in english.text


async def test_a_network_finds_what_it_needs_for_a_card(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, _ = await telling.published(now, images=[telling.picture()])

    page = (await browser.get(f"/en/stories/{story.slug}")).text

    address = f"http://test/en/stories/{story.slug}"
    assert f'<link rel="canonical" href="{address}">' in page
    assert f'<meta property="og:url" content="{address}">' in page
    assert f'<meta property="og:title" content="{telling.ENGLISH.headline}">' in page
    assert '<meta property="og:image" content="http://test/media/' in page
    assert '<meta property="og:image:alt" content="A blackboard">' in page
    assert f'<link rel="alternate" hreflang="de" href="http://test/de/stories/{story.slug}">' in page


async def test_a_missing_translation_falls_back_visibly(browser: httpx2.AsyncClient, now: datetime) -> None:
    """E23."""
    story, _ = await telling.published(now, {Language.DE: telling.GERMAN})

    page = (await browser.get(f"/en/stories/{story.slug}")).text
    index = (await browser.get("/en/stories")).text

    assert "This story is available in German only so far." in page
    assert '<h1 lang="de">' in page
    assert f'<link rel="canonical" href="http://test/de/stories/{story.slug}">' in page
    assert "in German</span>" in index


@pytest.mark.parametrize("language", ["de", "en"])
async def test_only_public_stories_are_there(browser: httpx2.AsyncClient, now: datetime, language: str) -> None:
    """E50: a story that waits reads like one that never was."""
    story, _ = await telling.approved(now)

    assert (await browser.get(f"/{language}/stories/{story.slug}")).status_code == 404
    assert telling.GERMAN.headline not in (await browser.get(f"/{language}/stories")).text


async def test_a_retracted_story_says_kindly_that_it_is_gone(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, author = await telling.published(now, images=[telling.picture()])
    image = (await browser.get(f"/de/stories/{story.slug}")).text.split('src="/media/')[1].split('"')[0]
    assert (await browser.get(f"/media/{image}")).status_code == 200

    await Story.retract(story.id, reason="Das Team möchte es so.", by=author, now=now)
    answer = await browser.get(f"/de/stories/{story.slug}")

    assert answer.status_code == 410
    assert "zurückgezogen" in answer.text
    assert telling.GERMAN.headline not in answer.text
    assert "Das Team möchte es so." not in answer.text
    assert telling.GERMAN.headline not in (await browser.get("/de/stories")).text
    assert (await browser.get(f"/media/{image}")).status_code == 404


async def test_whoever_works_on_a_draft_sees_its_pictures_and_nobody_else(
    browser: httpx2.AsyncClient, now: datetime
) -> None:
    await telling.approved(now, images=[telling.picture()])
    image = f"/media/{(await models.Asset.get()).sha256}.png"
    colleague = await editor(now=now)
    assert colleague.person_id
    _, secret = await models.ApiToken.issue(colleague.person_id, "desk", by=colleague, now=now)

    assert (await browser.get(image)).status_code == 404
    assert (await browser.get(image, headers={"authorization": "Bearer lt_forged"})).status_code == 404
    seen = await browser.get(image, headers={"authorization": f"Bearer {secret}"})
    assert seen.status_code == 200
    assert "private" in seen.headers["cache-control"]


async def test_a_corrected_story_shows_its_correction(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, author = await telling.published(now)

    await Story.correct(
        story.id, {Language.DE: telling.GERMAN._replace(body="Es sind 300.")},
        note_de="Es waren 300, nicht 400.", note_en="It was 300, not 400.", by=author, now=now + timedelta(days=1),
    )  # fmt: skip
    page = (await browser.get(f"/de/stories/{story.slug}")).text

    assert "Korrigiert am 15. April 2020:" in page
    assert "Es waren 300, nicht 400." in page
    assert "Es sind 300." in page


async def test_who_has_the_page_already_gets_no_body(browser: httpx2.AsyncClient, now: datetime) -> None:
    story, _ = await telling.published(now)
    path = f"/de/stories/{story.slug}"
    first = await browser.get(path)

    by_tag = await browser.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    by_date = await browser.get(path, headers={"if-modified-since": first.headers["last-modified"]})
    changed = await browser.get(path, headers={"if-none-match": '"another"'})
    odd = await browser.get(path, headers={"if-modified-since": "the day before"})

    assert by_tag.status_code == by_date.status_code == 304
    assert by_tag.content == b""
    assert by_tag.headers["etag"] == first.headers["etag"]
    assert changed.status_code == odd.status_code == 200


async def test_a_short_link_leads_to_the_story_in_the_language_of_the_post(
    browser: httpx2.AsyncClient, now: datetime
) -> None:
    story, _ = await telling.published(now)
    channel = await models.Channel.create(kind="mastodon", name="Mastodon", account_ref="a", languages=["en"])
    (post,) = await models.ChannelPost.plan(
        story.id, site=Site(base_url="http://test"), by=await manager(now=now), now=now, channel_ids=[channel.id]
    )

    answer = await browser.get(f"/s/{post.link_code}")

    assert answer.status_code == 302
    assert answer.headers["location"] == f"/en/stories/{story.slug}"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("code", ["unknown", "x" * 5_000, "%00", "%2e%2e"])
async def test_a_short_link_that_nobody_made_leads_nowhere(browser: httpx2.AsyncClient, code: str) -> None:
    assert (await browser.get(f"/s/{code}")).status_code == 404


async def test_older_stories_are_on_the_next_page(browser: httpx2.AsyncClient, now: datetime) -> None:
    for number in range(13):
        await telling.published(
            now + timedelta(minutes=number), {Language.DE: Words(f"Geschichte {number:02}", "", "Ein Text.")}
        )

    newest, older = await browser.get("/de/stories"), await browser.get("/de/stories?page=2")

    assert "Geschichte 12" in newest.text
    assert "Geschichte 00" not in newest.text
    assert 'rel="next" href="/de/stories?page=2"' in newest.text
    assert "Geschichte 00" in older.text
    assert 'rel="prev" href="/de/stories"' in older.text
    assert (await browser.get("/de/stories?page=3")).status_code == 404


async def test_the_front_page_shows_the_newest(browser: httpx2.AsyncClient, now: datetime) -> None:
    await telling.published(now)

    assert telling.GERMAN.headline in (await browser.get("/?language=de")).text
