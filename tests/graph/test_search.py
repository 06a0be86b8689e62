"""The search as a frontend asks it: hits of every kind, in pages, with what was found."""

from datetime import datetime
from typing import Any

import pytest

from models.language import Language
from models.search import rebuild
from models.stories import Words
from models.teams import Team, TeamState
from tests import people, telling
from tests.graph.api import Api
from tests.graph.test_reading import counted

STORY = {Language.DE: Words("Müllers Kreide", "Ein <b>Anfang</b>.", "Die Mühle mahlt."), Language.EN: telling.ENGLISH}


@pytest.fixture
async def community(database: str, now: datetime) -> None:
    for name in ("Müller", "Mueller & Co", "Muller <i>"):
        await people.team(name, pitch="Kreide für alle")
    for number in range(2):
        await telling.published(now, STORY, of=await people.team(f"Kreidekasten {number}"))
    hidden = await people.team("Geheime Kreide", pitch="Müller darf das nicht sehen")
    await rebuild()
    await Team.filter(id=hidden.id).update(state=TeamState.DRAFT)


async def pages(api: Api, query: str, first: int, **more: Any) -> list[dict[str, Any]]:
    """Every hit, page by page."""
    found: list[dict[str, Any]] = []
    after, going = None, True
    while going:
        page = (await api.ask("Search", query=query, first=first, after=after, **more))["search"]
        assert page["totalCount"] >= len(page["edges"])
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        found += [edge["node"] for edge in page["edges"]]
        after, going = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def title(hit: dict[str, Any]) -> str:
    return "".join(piece["text"] for piece in hit["title"])


async def test_a_search_box_shows_hits_of_every_kind_page_by_page(api: Api, community: None) -> None:
    """E24 and E50 at the API: Müller is Mueller, and what one may not see is neither shown nor counted."""
    whole = (await api.ask("Search", query="MUELLER kreide", first=100))["search"]
    hits = [edge["node"] for edge in whole["edges"]]

    assert whole["totalCount"] == len(hits) == 5
    assert {title(hit) for hit in hits} == {"Müller", "Mueller & Co", "Muller <i>", "Müllers Kreide"}
    assert await pages(api, "MUELLER kreide", 2) == hits
    assert "Geheim" not in str(whole)
    story = next(hit for hit in hits if hit["kind"] == "STORY")
    assert story["title"] == [
        {"text": "Müllers", "hit": True}, {"text": " ", "hit": False}, {"text": "Kreide", "hit": True},
    ]  # fmt: skip
    assert story["excerpt"][0] == {"text": "Ein <b>Anfang</b>. Die Mühle mahlt.", "hit": False}
    assert (story["subject"]["__typename"], story["language"]) == ("Story", "DE")
    assert story["subject"]["team"]["name"].startswith("Kreidekasten")
    team = next(hit for hit in hits if hit["kind"] == "TEAM")
    assert (team["subject"]["__typename"], team["language"]) == ("Team", None)

    assert len(await pages(api, "plan", 1, language="EN", kinds=["STORY"])) == 2
    assert await pages(api, "plan", 1, kinds=["TEAM"]) == []
    assert await pages(api, "geheime", 5, by=await people.participant()) == []


async def test_what_was_found_is_fetched_by_a_statement_for_each_kind(api: Api, community: None) -> None:
    with counted() as few:
        await api.ask("Search", query="kreide", first=1)
    with counted() as many:
        await api.ask("Search", query="kreide", first=50)

    # The hits, their number, teams and stories, and what is shown of either; the first page has hits of one kind.
    assert len(few) <= len(many) <= 6, "\n".join(many)


async def test_a_foreign_cursor_is_refused_and_any_query_is_answered(api: Api, database: str) -> None:
    for after in ("x", "W10", "WyJzZWFyY2giLDEsMl0x", "WyJzZWFyY2giLCJhIiwyXQ", "WyJzZWFyY2giLDFd", "é"):
        assert await api.code("Search", query="kreide", after=after) == "INVALID_CURSOR", after
    for query in ("", '"', "a" * 10_000, "\x01", "NOT (", "%"):
        assert (await api.ask("Search", query=query))["search"]["edges"] == [], query
    assert await api.code("Search", query="kreide", first=101) == "PAGE_SIZE"
