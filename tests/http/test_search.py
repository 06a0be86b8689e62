"""The search page: for everybody, without scripts, and nothing that people typed or wrote becomes markup."""

import re
from datetime import datetime
from html import unescape

import httpx2
import pytest

from models.language import Language
from models.search import rebuild
from models.stories import Words
from models.teams import Team, TeamState
from tests import people, telling


@pytest.fixture
async def community(database: str, now: datetime) -> None:
    for number in range(23):
        await people.team(f"Strandkorb {number}", pitch="Für <b>alle</b> & jede:n")
    await telling.published(
        now, {Language.EN: Words("A beach hut for Ms Müller", "", "Huts.")}, of=await people.team("Strandgut")
    )
    await rebuild()
    await Team.filter(name="Strandkorb 22").update(state=TeamState.ARCHIVED)


def headings(text: str) -> list[str]:
    return [unescape(re.sub("<[^>]+>", "", one)) for one in re.findall("<h2[^>]*>(.*?)</h2>", text)]


async def test_somebody_searches_and_turns_the_pages(browser: httpx2.AsyncClient, community: None) -> None:
    """E24 and E50, as a reader sees them."""
    first = await browser.get("/de/search", params={"q": "strandkörbe"})
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    more = re.search('rel="next" href="([^"]+)"', first.text)
    assert more
    second = await browser.get(unescape(more[1]))

    assert "22 Treffer" in first.text
    found = [*headings(first.text), *headings(second.text)]
    assert (len(headings(first.text)), len(headings(second.text))) == (20, 2)
    assert set(found) == {f"Strandkorb {number}" for number in range(22)}
    assert "<mark>Strandkorb</mark>" in first.text
    assert "Für &lt;b&gt;alle&lt;/b&gt; &amp; jede:n" in first.text
    assert 'rel="next"' not in second.text


async def test_a_story_leads_to_its_page_and_is_read_out_in_its_language(
    browser: httpx2.AsyncClient, community: None
) -> None:
    answer = await browser.get("/de/search", params={"q": "MUELLER"})

    assert "Ein Treffer" in answer.text
    path = re.search(
        r'<h2 lang="en"><a href="(/de/stories/[^"]+)">A beach hut for Ms <mark>Müller</mark></a></h2>', answer.text
    )
    assert path
    assert (await browser.get(path[1])).status_code == 200


@pytest.mark.parametrize("typed", ["", "<script>alert(1)</script>", '" onfocus="x', "\x00", "NOT (", "x" * 5_000, "%"])
async def test_whatever_is_typed_is_shown_as_text(browser: httpx2.AsyncClient, database: str, typed: str) -> None:
    answer = await browser.get("/en/search", params={"q": typed})

    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert 'onfocus="' not in answer.text
    assert ("We found nothing" in answer.text) == bool(typed.replace("\x00", "").strip())


async def test_a_broken_place_is_a_kind_page_and_the_short_address_leads_on(
    browser: httpx2.AsyncClient, database: str
) -> None:
    assert (await browser.get("/de/search?q=a&after=xyz")).status_code == 400
    assert (await browser.get("/fr/search")).status_code == 404
    assert (await browser.get("/search", headers={"accept-language": "en"})).headers["location"] == "/en/search"
