"""The public pages in a real browser: front page, stories, errors, sign-in."""

from datetime import UTC, datetime

import pytest

from leuchtturm.seeds import seed
from models.base import utcnow
from models.stories import Story
from tests import telling
from tests.browser.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]  # a browser on a busy machine takes its time

PAGES = [
    "/?language=de", "/de/stories", "/imprint", "/privacy", "/sign-in", "/join", "/newsletter", "/de/feeds", "/en/faq",
    "/de/programme", "/de/hours",
]  # fmt: skip


@pytest.fixture
async def story(database: str) -> Story:
    """A story with everything that a story can have."""
    story, _ = await telling.published(
        datetime(2020, 4, 14, 8, 0, tzinfo=UTC),
        images=[telling.picture(size=(1200, 675))],
        facts=[telling.Claim("400 Pläne", "https://example.org/plans", datetime(2020, 4, 9).date())],  # noqa: DTZ001
    )
    return story


@pytest.mark.timeout(240)
async def test_public_pages_are_accessible(reader: Reader, phone: Reader, story: Story) -> None:
    for path in PAGES:
        for somebody, where in ((reader, "desk"), (phone, "phone")):
            await somebody.opens(path)
            await somebody.finds_it_accessible()
            await somebody.photographs(f"{path.strip('/').partition('?')[0].replace('/', '-') or 'front'}-{where}")
            assert somebody.complaints == [], path


async def test_the_front_page_invites_to_stories_and_letter(reader: Reader, story: Story) -> None:
    page = await reader.opens("/?language=de")

    await reader.sees("Was nach dem Hackathon weiterleuchtet")
    await page.get_by_role("link", name=telling.GERMAN.headline).click()

    await page.wait_for_url(f"**/de/stories/{story.slug}")
    await reader.sees("Nachprüfbar: Zahlen und Quellen")


async def test_a_story_page_is_accessible_in_both_languages_and_schemes(
    reader: Reader, phone: Reader, story: Story
) -> None:
    for somebody, where in ((reader, "desk"), (phone, "phone")):
        for language in ("de", "en"):
            await somebody.opens(f"/{language}/stories/{story.slug}")
            await somebody.finds_it_accessible()
            await somebody.photographs(f"story-{language}-{where}")
        assert somebody.complaints == []


async def test_a_story_can_be_read_without_scripts(plain: Reader, story: Story) -> None:
    page = await plain.opens(f"/de/stories/{story.slug}")

    await plain.sees(telling.GERMAN.headline)
    await plain.sees("Am Anfang war der Sonntag")
    picture = page.get_by_alt_text("Eine Tafel")
    assert (await picture.bounding_box() or {})["width"] > 300

    await page.get_by_role("link", name="English").click()
    await plain.sees(telling.ENGLISH.headline)
    assert plain.complaints == []


async def test_somebody_with_a_keyboard_skips_to_the_content(reader: Reader, story: Story) -> None:
    page = await reader.opens("/de/stories")

    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    assert await skip.is_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")

    focused = await page.evaluate("document.activeElement.textContent")
    assert focused == telling.GERMAN.headline
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_a_page_that_is_not_there_is_kind(phone: Reader) -> None:
    await phone.opens("/nowhere", status=404)

    await phone.sees("Hier leuchtet nichts")
    await phone.finds_it_accessible()


async def test_a_member_signs_in_without_scripts(plain: Reader) -> None:
    await seed(utcnow(), plain.site.settings.site)
    page = await plain.opens("/sign-in?language=de")

    await page.get_by_label("Deine E-Mail-Adresse").fill("edda@example.org")
    await page.get_by_role("button", name="Link schicken").click()

    await plain.sees("Wenn es zu dieser Adresse ein Mitglied gibt")
    await plain.photographs("sign-in-sent")
