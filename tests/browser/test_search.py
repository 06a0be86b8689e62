"""The search page in a real browser: accessible, and usable without scripts."""

from datetime import datetime

import pytest

from models.search import rebuild
from tests import people, telling
from tests.browser.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]  # a browser on a busy machine takes its time


async def test_somebody_without_scripts_finds_a_story_and_reads_it(
    plain: Reader, phone: Reader, database: str, now: datetime
) -> None:
    await people.team("Müller & Kreide", pitch="Wir teilen Kreide.")
    story, _ = await telling.published(now)
    await rebuild()

    page = await plain.opens("/de/stories")
    await page.get_by_role("link", name="Suche").click()
    await page.get_by_label("Wonach sucht ihr?").fill("kreide wochenplan")
    await page.get_by_role("button", name="Suchen").click()
    await plain.sees("Ein Treffer")
    await page.get_by_role("link", name=telling.GERMAN.headline).click()
    await page.wait_for_url(f"**/de/stories/{story.slug}")

    for somebody, where in ((plain, "desk"), (phone, "phone")):
        await somebody.opens("/de/search?q=kreide")
        await somebody.sees("Müller & Kreide")
        await somebody.photographs(f"search-{where}")
        assert somebody.complaints == []
    await phone.finds_it_accessible()
    await phone.opens("/en/search?q=nowhere")
    await phone.finds_it_accessible()
