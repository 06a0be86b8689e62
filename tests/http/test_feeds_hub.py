"""A hub hears of what is new: after the rows, through the client that reaches nothing of ours, and again later."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import feedparser
import httpx2
import pytest

import models
from models.base import new_id
from models.site import Site
from models.webhooks import Policy
from tests import telling
from tests.people import team
from tests.webhooks.partner import Partner
from workers import outbox, websub
from workers.mail.caught import CaughtMailbox
from workers.webhooks import safe
from workers.websub import Hub
from workers.work import Done, Job, Later, Never, Tools


@pytest.fixture
async def hub() -> AsyncIterator[Partner]:
    stand_in = await Partner().start()
    yield stand_in
    await stand_in.stop()


async def pinged(url: str, *, trusted: str, now: datetime, attempts: int = 1) -> Any:
    """What becomes of the job that the last publication made."""
    job = await models.JobRun.filter(work="websub.ping").order_by("-id").first()
    assert job is not None
    asked = Job(new_id(), job.work, job.key, job.payload, attempts)
    async with safe.opened(Policy(trusted=frozenset({trusted}))) as client:
        tools = Tools(Site(base_url="http://test"), CaughtMailbox(), now=lambda: now, hub=Hub(url, client))
        return await websub.ping(tools, asked)


async def test_a_new_story_is_announced_with_the_feeds_in_which_it_stands(
    database: str, now: datetime, hub: Partner
) -> None:
    field = await models.FieldOfAction.create(key="education", title_de="Bildung")
    await telling.published(now, of=await team(field_of_action_id=field.id))
    await outbox.relay()

    assert await pinged(hub.url("/hub"), trusted=hub.place, now=now) == Done()

    (received,) = hub.received
    said = parse_qs(received.body.decode())
    assert said["hub.mode"] == ["publish"]
    assert set(said["hub.url"]) == {
        f"http://test/{language}/{feed}.{kind}"
        for language in ("de", "en") for feed in ("feed", "feeds/fields/education") for kind in ("atom", "json")
    }  # fmt: skip


async def test_a_hub_that_is_away_is_told_later_and_not_for_ever(database: str, now: datetime, hub: Partner) -> None:
    await telling.published(now)
    await outbox.relay()
    hub.always["/hub"] = 503

    soon = await pinged(hub.url("/hub"), trusted=hub.place, now=now)
    never = await pinged(hub.url("/hub"), trusted=hub.place, now=now, attempts=websub.TRIES)
    inside = await pinged("http://127.0.0.1:1/hub", trusted="nobody:1", now=now)

    assert soon == Later(now + timedelta(minutes=1), "the hub answered 503")
    assert isinstance(never, Never)
    assert isinstance(inside, Never)
    assert len(hub.received) == 2


async def test_feeds_name_the_hub(browser: httpx2.AsyncClient) -> None:
    app = browser._transport.app  # type: ignore[attr-defined]
    app.state.site = Site(base_url="http://test", websub_hub="https://hub.example.org/")

    answer = await browser.get("/de/feed.atom")
    json = (await browser.get("/de/feeds/successes.json")).json()

    links = {link.rel: link.href for link in feedparser.parse(answer.content).feed.links}
    assert links["hub"] == "https://hub.example.org/"
    assert links["self"] in answer.headers["link"]
    assert json["hubs"] == [{"type": "WebSub", "url": "https://hub.example.org/"}]
