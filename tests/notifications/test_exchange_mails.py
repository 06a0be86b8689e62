"""The mails of the Kontaktbörse, from the sweep that notices to the page behind the link."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

import models
from models.exchange import Application, ApplicationState, ListingState
from models.exchange.words import CHOSEN
from models.language import Language
from models.teams import Team
from resolvers.http import exchange
from tests import people
from tests.exchanging import role
from tests.newsletters import SITE
from workers.exchange import REACTIONS
from workers.jobs import HANDLERS
from workers.outbox import relay
from workers.work import Job

DAY = timedelta(days=1)


def words(mail: Any) -> str:
    """The subject and the text part."""
    return f"{mail.subject}\n{mail.text}"


async def tick(post: Any, work: str = "exchange.tick", **payload: str) -> None:
    job = Job(id=models.base.new_id(), work=work, key=work, payload=payload, attempts=1)
    await HANDLERS[work](post.tools, job)


@pytest.fixture
async def browser(post: Any) -> Any:
    app = Starlette(routes=exchange.routes)
    app.state.site, app.state.now = SITE, lambda: post.now
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=SITE.base_url) as client:
        yield client


async def test_one_click_from_the_mail_of_day_23(post: Any, browser: Any) -> None:
    """C5.1, E7: a scanner that opens the link changes nothing; the button makes it thirty days more."""
    here = await role(post.now)
    began = post.now
    await post.step(began + 23 * DAY - timedelta(minutes=1))
    assert await post.mails() == []

    await post.step(began + 23 * DAY)
    (mail,) = await post.mails()
    said = words(mail)
    assert "Gilt „Grafik gesucht“ noch?" in said
    assert "Donnerstag, 14. Mai 2020" in said
    found = re.search(r"/exchange/confirm/\S+", said)
    assert found is not None
    link = found[0]
    before = await models.Listing.filter(id=here.listing.id).values()
    for _ in range(3):
        page = await browser.get(link)
    assert (page.status_code, "Ja, er gilt noch" in page.text) == (200, True)
    assert page.headers["cache-control"] == "no-store"
    assert await models.Listing.filter(id=here.listing.id).values() == before

    done = await browser.post(link)
    again = await browser.get(link + "?language=en")

    assert "Samstag, 6. Juni 2020" in done.text
    assert "Confirmed" in again.text
    assert "<button" not in again.text
    assert (await models.Listing.get(id=here.listing.id)).expires_at == began + 53 * DAY
    for broken in (link[:-1] + ("A" if link[-1] != "A" else "B"), "/exchange/confirm/x"):
        refused = await browser.post(broken)
        assert (refused.status_code, "gilt nicht" in refused.text) == (404, True)
    await tick(post)
    assert (await models.Listing.get(id=here.listing.id)).state is ListingState.OPEN


async def test_seven_days_later_the_person_hears_from_us_in_their_language(post: Any) -> None:
    """C5.2, E22: leads are nudged in German on the way; the applicant gets an English mail with three others."""
    here = await role(post.now)
    for n in range(3):
        await role(post.now, f"Aufgabe {n}", name=f"Team{n}")
    ada = await people.participant("Ada", now=post.now, locale=Language.EN)
    began = post.now
    application = await Application.apply(here.listing.id, "Hello", by=ada, now=began)

    for day in range(8):
        post.now = began + day * DAY
        await tick(post)
        await post.step()

    texts = [words(mail) for mail in await post.mails()]
    assert [text.partition("\n")[0] for text in texts if "Grafik" in text] == [
        "Jemand möchte bei „Grafik gesucht“ mitmachen",
        "Eine Bewerbung auf „Grafik gesucht“ wartet",
        "Morgen endet die Frist für „Grafik gesucht“",
        "No answer from “Grafik gesucht”",
    ]
    assert texts[-1].count("Aufgabe") == 3
    assert (await Application.get(id=application.id)).state is ApplicationState.EXPIRED


async def test_a_team_that_is_archived_takes_its_listings_along(post: Any) -> None:
    here = await role(post.now)
    ada = await people.participant("Ada", now=post.now)
    await Application.apply(here.listing.id, "", by=ada, now=post.now)
    team = await Team.get(id=here.team.id)
    await team.follow("archive", by=here.lead, now=post.now)

    await relay(REACTIONS)
    (job,) = await models.JobRun.filter(work="exchange.team_gone")
    await tick(post, job.work, **job.payload)
    await tick(post, job.work, **job.payload)
    await tick(post, "exchange.shuffle")
    await post.step()

    assert (await models.Listing.get(id=here.listing.id)).state is ListingState.WITHDRAWN
    assert any("zurückgezogen" in words(mail) for mail in await post.mails())


async def test_a_no_is_kind_in_both_languages_whatever_the_reason(post: Any) -> None:
    here = await role(post.now)
    for reason in CHOSEN:
        for language in Language:
            who = await people.participant(reason.value, now=post.now, locale=language)
            row = await Application.apply(here.listing.id, "", by=who, now=post.now)
            await Application.decline(row.id, reason, by=here.lead, now=post.now)

    await post.step()

    told = [words(mail) for mail in await post.mails()]
    assert sum("danke, dass du mitmachen wolltest" in text for text in told) == len(CHOSEN)
    assert sum("thank you for wanting to join" in text.lower() for text in told) == len(CHOSEN)
