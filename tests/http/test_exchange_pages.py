"""The contact board for visitors: roles of teams that are open, no people, in the order of the day (E43)."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest
from starlette.applications import Starlette

from models.exchange import Listing
from models.members import Skill, SkillState
from models.site import Site
from resolvers.http import exchange, problems
from tests.exchanging import role, seeker


@pytest.fixture
async def browser(database: str, now: datetime) -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=exchange.routes, exception_handlers=problems.handlers)
    app.state.site, app.state.now = Site(base_url="http://test", app_url="https://app.example.org"), lambda: now
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://test", headers={"accept": "text/html"}
    ) as client:
        yield client


async def test_a_stranger_finds_roles_and_no_people(browser: httpx2.AsyncClient, now: datetime) -> None:
    skill = await Skill.create(key="grafik", label_de="Grafik", label_en="Graphics", state=SkillState.APPROVED)
    here = await role(now, "Plakate <b>malen</b>", must=[skill.id], hours_per_week=3)
    gone = await role(now, "Vergeben", name="Treppenhaus", languages=["tr"])
    await Listing.filter(id=gone.listing.id).update(state="filled")
    _, wish = await seeker(now)

    listed = await browser.get("/en/exchange")
    shown = await browser.get(f"/de/exchange/{here.listing.id}")

    for text in (listed.text, shown.text):
        assert "Plakate &lt;b&gt;malen&lt;/b&gt;" in text
        assert "Kreidekasten" in text
    assert "3 hours a week" in listed.text
    assert "Graphics" in listed.text
    assert f"https://app.example.org/exchange/{here.listing.id}" in shown.text
    for unsaid in ("Vergeben", wish.title, "Sami", "Lena"):
        assert unsaid not in listed.text
    assert (await browser.get("/exchange")).headers["location"] == "/de/exchange"
    assert "Plakate" in (await browser.get("/de/exchange?spoken=de")).text
    assert "Plakate" not in (await browser.get("/de/exchange?spoken=tr")).text
    for missing in (
        f"/de/exchange/{wish.id}",
        f"/de/exchange/{gone.listing.id}",
        "/de/exchange/x",
        "/de/exchange?spoken=%00",
    ):
        assert (await browser.get(missing)).status_code == 404
    assert (await browser.get("/de/exchange?after=x")).status_code == 400


async def test_the_board_goes_on_on_the_next_page(browser: httpx2.AsyncClient, now: datetime) -> None:
    here = await role(now, "Rolle 0")
    rows = [
        Listing(
            purpose="seeks_member", team_id=here.team.id, person_id=here.lead.person_id, title=f"Rolle {n}",
            state="open", expires_at=here.listing.expires_at,
        )
        for n in range(1, 25)
    ]  # fmt: skip
    await Listing.bulk_create(rows)

    first = await browser.get("/de/exchange")
    following = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = await browser.get(following)

    titles = [{n for n in range(25) if f">Rolle {n}<" in text} for text in (first.text, second.text)]
    assert [len(found) for found in titles] == [20, 5]
    assert titles[0] | titles[1] == set(range(25))
