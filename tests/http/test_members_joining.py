"""Joining on pages with the mails that come of it: by oneself, with an invitation, and back after a long time."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

import models
from models.language import Language
from models.mailbox import CaughtMail
from models.members import Consent, ConsentStatus, Invitation, Person, PersonState, Purpose
from models.newsletter.subscriptions import Subscription, SubscriptionState
from models.site import Site
from resolvers.limits import RateGate
from schema.context import Services
from tests import people
from tests.graph.api import app_of
from tests.graph.test_reading import counted
from workers.jobs import HANDLERS
from workers.mail.caught import CaughtMailbox, in_the_database
from workers.outbox import relay
from workers.work import Done, Job, Tools

SITE = Site(base_url="http://test")


@dataclass
class House:
    """Our pages, one browser in front of them, and a worker behind them that takes one step."""

    now: datetime
    client: httpx2.AsyncClient

    async def press(self, path: str, **fields: str) -> Any:
        return await self.client.post(path, data=fields or {"x": ""}, headers={"origin": "http://test"})

    async def work(self, **more: Any) -> None:
        """Do every job that waits, and what follows from events."""
        tools = Tools(SITE, CaughtMailbox(in_the_database(lambda: self.now)), now=lambda: self.now, **more)
        while await relay() != (0, 0):
            pass
        for row in await models.JobRun.filter(state="pending", work__in=list(HANDLERS)).order_by("created_at"):
            if row.work.partition(".")[0] in ("members", "mail"):
                assert await HANDLERS[row.work](tools, Job(row.id, row.work, row.key, row.payload, 1)) == Done()
            await models.JobRun.filter(id=row.id).update(state="done")

    async def mailed(self, recipient: str) -> list[CaughtMail]:
        return await CaughtMail.filter(recipient=recipient).order_by("id")


@pytest.fixture
async def house(database: str, now: datetime) -> AsyncIterator[House]:
    here = House(now, httpx2.AsyncClient())
    app = app_of(Services(site=SITE, gate=RateGate(), now=lambda: here.now))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        here.client = client
        yield here


def link_in(mail: CaughtMail, path: str) -> str:
    found = re.search(rf"http://test({path}/\S+)", mail.text)
    assert found, mail.text
    return found.group(1)


async def test_ada_joins_by_herself_and_a_member_gets_the_same_answer(house: House) -> None:
    """E50, E9, E41: the same page and the same statements; the tick counts when the mailed link is used."""
    await people.person("Bo Carlsen", email="bo@example.org", now=house.now)
    unticked = await house.press("/join", email="ada@example.org", name="Ada")
    assert (unticked.status_code, "Ohne eure Einwilligung" in unticked.text) == (422, True)

    addresses = ("ada@example.org", "bo@example.org")
    answers = [await house.press("/join", email=mailbox, name="Ada", agreed="yes") for mailbox in addresses]

    assert (answers[0].status_code, answers[0].text) == (answers[1].status_code, answers[1].text)
    ada = await Person.by_email("ada@example.org")
    assert ada and ada.state is PersonState.PENDING_VERIFICATION and not await Consent.holds(ada.id, Purpose.ACCOUNT)
    await house.work()
    (mail,) = await house.mailed("ada@example.org")
    assert len(await house.mailed("bo@example.org")) == 1
    assert (await house.press(link_in(mail, "/sign-in"))).status_code == 303
    ada = await Person.get(id=ada.id)
    assert ada.state is PersonState.ACTIVE and await Consent.holds(ada.id, Purpose.ACCOUNT)
    assert "Hallo, Ada" in (await house.client.get("/sign-in")).text


def kind(statement: str) -> str:
    """A statement without its values."""
    return statement.partition(" VALUES")[0].partition(": [")[0]


async def test_asking_for_a_link_takes_the_same_statements_for_everybody(database: str, now: datetime) -> None:
    """E50: similar time, by doing the same."""
    await people.person(email="ada@example.org", now=now)
    suspended = await people.person(email="bo@example.org", now=now)
    await Person.filter(id=suspended.person_id).update(state="suspended")

    asked, joined = [], []
    for email in ("ada@example.org", "bo@example.org", "nobody@example.org"):
        with counted() as statements:
            await models.LoginLink.request(email, browser="b", now=now)
        asked.append([kind(one) for one in statements])

        with counted() as statements:
            await models.signin.join(email, "Ada", agreed=True, browser="b", now=now)
        joined.append([kind(one) for one in statements])
    assert asked[0] == asked[1] == asked[2] and len(asked[0]) > 3
    assert len(joined[0]) > len(asked[0])
    assert [one for one in joined[0] if "SAVEPOINT" not in one] == [one for one in joined[2] if "SAVEPOINT" not in one]
    assert await Person.all().count() == 3


async def test_a_guest_comes_by_invitation_and_a_scanner_changes_nothing(house: House) -> None:
    """E7, E22, E41: GET shows, POST acts; the mail is in the language that the host chose."""
    host = await people.participant(now=house.now)
    await Invitation.ask("ada@example.org", by=host, now=house.now, message="Wir nähen.", locale=Language.EN)
    await house.work()
    await house.work()
    (mail,) = await house.mailed("ada@example.org")
    assert "Zoë Müller invites you" in mail.text and "Wir nähen." in mail.text and mail.html
    path = link_in(mail, "/invitation")

    for _ in range(2):
        assert (await house.client.get(path)).status_code == 200
    assert not await models.Session.exists()
    assert (await house.press(path, name="Ada", agreed="no")).status_code == 422
    assert (await house.press(path, name="Ada", agreed="yes")).status_code == 303
    assert "Hallo, Ada" in (await house.client.get("/sign-in")).text
    again = await house.press(path, name="Eve", agreed="yes")
    assert (again.status_code, "gilt nicht" in again.text) == (422, True)
    assert "gilt nicht" in (await house.client.get("/invitation/guessed")).text


async def test_whoever_was_gone_gets_one_letter_in_their_language(house: House) -> None:
    """E10, E22."""
    ada = await people.participant("Ada", now=house.now, email="ada@example.org", locale=Language.EN)
    for days in (366, 366, 397):
        house.now += timedelta(days=days if days == 366 and house.now.year == 2020 else 1)
        await models.JobRun.enqueue("members.daily", f"members.daily:{house.now}", due_at=house.now, payload={})
        await house.work()
        await house.work()
    (mail,) = await house.mailed("ada@example.org")
    assert "Would you like to keep your account" in mail.subject
    house.now += timedelta(days=31)
    await models.JobRun.enqueue("members.daily", "members.daily", due_at=house.now, payload={})
    await house.work()
    assert (await Person.get(id=ada.person_id)).state is PersonState.DORMANT


async def test_leaving_the_newsletter_by_mail_counts_for_the_account(house: House) -> None:
    """E9: one consent, whichever way it is taken back."""
    ada = await people.participant("Ada", now=house.now, email="ada@example.org")
    await Consent.give(Purpose.NEWSLETTER, Language.DE, by=ada, now=house.now)
    await Consent.give(Purpose.MATCHING, Language.DE, by=ada, now=house.now)
    await Subscription.subscribe("ada@example.org", language=Language.DE, now=house.now)
    reader = await Subscription.get()

    await Subscription.unsubscribe(reader.unsubscribe_path.rsplit("/", 1)[1], now=house.now)
    await house.work()

    assert (await Subscription.get()).state is SubscriptionState.UNSUBSCRIBED
    assert {(c.purpose, c.state) for c in await Consent.all()} == {
        (Purpose.NEWSLETTER, ConsentStatus.WITHDRAWN),
        (Purpose.MATCHING, ConsentStatus.GIVEN),
    }
