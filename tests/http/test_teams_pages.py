"""Teams for everybody: a list in the order of the day (E43), a page each, and one click that wakes a team (E7)."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import httpx2
import pytest
from starlette.applications import Starlette

import models
from models.language import Language
from models.notifications import KINDS, Notification
from models.programme import SuccessState
from models.site import Site
from models.teams import LinkState, Team, TeamState
from resolvers.http import problems, teams
from tests import people

SITE = Site(base_url="http://test")


@pytest.fixture
async def browser(database: str, now: datetime) -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=teams.routes, exception_handlers=problems.handlers)
    app.state.site, app.state.now = SITE, lambda: now
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://test", headers={"accept": "text/html"}
    ) as client:
        yield client


async def test_a_stranger_reads_of_a_team_what_is_public(browser: httpx2.AsyncClient, now: datetime) -> None:
    """Shown links, successes with "as of" and source (E63); no draft, no held link, no name of a person."""
    field = await models.FieldOfAction.create(key="education", title_de="Bildung", title_en="Education")
    team = await people.team("Kreidekasten", "demo-kreide", pitch="Pläne <b>für</b> alle.", field_of_action=field)
    await people.team("Entwurf", "demo-entwurf")
    await Team.filter(slug="demo-entwurf").update(state=TeamState.DRAFT)
    await people.lead_of(team.id, "Lena Fischer", now)
    for url, state in (("https://gut.example.org/", LinkState.SHOWN), ("https://neu.example.org/", LinkState.HELD)):
        await models.TeamLink.create(team_id=team.id, url=url, label=url, state=state)
    await models.Success.create(
        title_de="Geprüfte Pläne", title_en="", metric="Pläne", value="412", as_of=date(2020, 4, 8), team_id=team.id,
        source_url="https://quelle.example.org/", state=SuccessState.PUBLISHED,
    )  # fmt: skip

    shown = await browser.get("/en/teams/demo-kreide")
    listed = await browser.get("/de/teams?field=education")

    for said in ("Pläne &lt;b&gt;für&lt;/b&gt; alle.", "https://gut.example.org/", "412", "quelle.example.org"):
        assert said in shown.text
    assert "Education" in shown.text and 'rel="nofollow' in shown.text
    for unsaid in ("https://neu.example.org/", "Lena", "Fischer"):
        assert unsaid not in shown.text
    assert "/de/teams/demo-kreide" in listed.text and "demo-entwurf" not in listed.text
    for missing in (
        "/de/teams/demo-entwurf",
        "/de/teams/" + "x" * 200,
        "/de/teams/%00",
        "/de/teams?field=%00",
        "/xx/teams",
    ):
        assert (await browser.get(missing)).status_code == 404
    assert (await browser.get("/de/teams?after=x")).status_code == 400


async def test_old_addresses_lead_on_and_pages_follow_each_other(browser: httpx2.AsyncClient) -> None:
    await Team.bulk_create([Team(slug=f"t{n:02}", name=f"T{n}", place=n, state=TeamState.LISTED) for n in range(60)])
    await models.FormerSlug.create(slug="alt", team=await Team.get(slug="t07"))

    moved = await browser.get("/de/teams/alt")
    assert (moved.status_code, moved.headers["location"]) == (301, "/de/teams/t07")
    assert (await browser.get("/teams/t07", headers={"accept-language": "en"})).headers["location"] == "/en/teams/t07"

    path, found = "/de/teams", []
    while path:
        text = (await browser.get(path)).text
        found += [part[:3] for part in text.split('<a href="/de/teams/')[1:]]
        path = text.partition('rel="next" href="')[2].partition('"')[0]
    assert found == [f"t{n:02}" for n in range(60)]


async def test_one_click_in_the_mail_wakes_a_team(browser: httpx2.AsyncClient, now: datetime) -> None:
    """E7: a scanner that opens the link wakes nobody; the button does, twice is once, and the next rest has its own."""
    team = await people.team("Anker", next_checkin_at=now - timedelta(days=9), missed_checkins=1)
    lead = await people.lead_of(team.id, now=now)
    await Team.miss(team.id, now=now)
    told = await Notification.get(person_id=lead.person_id, what="team.resting")
    link = KINDS["team.resting"].mailed(SITE, team.id, told.about, Language.DE).removeprefix("http://test")

    assert "Wir sind wieder da" in (await browser.get(link)).text
    assert (await Team.get(id=team.id)).state is TeamState.DORMANT
    for _ in range(2):
        assert (await browser.post(link)).status_code == 200
    team = await Team.get(id=team.id)
    assert team.state is TeamState.LISTED and team.next_checkin_at is not None and team.next_checkin_at > now

    await Team.act(team.id, "rest", by=await people.manager(now=now), now=now)
    for wrong in (link, link[:-1] + "x", "/teams/wake/x", "/teams/wake/" + "0" * 64):
        assert (await browser.post(wrong)).status_code == 404
    assert (await Team.get(id=team.id)).state is TeamState.DORMANT
