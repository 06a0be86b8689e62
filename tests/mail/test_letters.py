"""The letters that jobs mail: what arrives, what is written down, and what is no longer mailed."""

import re
from datetime import UTC, datetime, timedelta

import pytest

import models
from models import vault
from models.language import Language
from models.mailbox import CaughtMail
from models.newsletter.consent import ConsentEvent, ConsentKind
from models.newsletter.links import LinkKind, SubscriptionLink
from models.newsletter.subscriptions import Subscription
from tests.newsletters import SITE
from tests.people import participant
from tests.standins.smtp import Relay
from workers.jobs import HANDLERS
from workers.mail import letters
from workers.mail.caught import CaughtMailbox, in_the_database
from workers.mail.smtp import Server, SmtpMailer
from workers.work import Done, Job, Later, Never, Tools

NOW = datetime(2020, 4, 14, 8, tzinfo=UTC)


@pytest.fixture
def tools():
    return Tools(SITE, CaughtMailbox(in_the_database(lambda: NOW)), now=lambda: NOW)


async def worked(tools, attempts=1):
    """Do every job that waits, once, as a worker would; how they ended."""
    endings = []
    for row in await models.JobRun.filter(state="pending").order_by("created_at"):
        job = Job(row.id, row.work, row.key, row.payload, attempts)
        endings.append(await HANDLERS[row.work](tools, job))
        await models.JobRun.filter(id=row.id).update(state="done")
    return endings


async def caught():
    return await CaughtMail.all().order_by("id")


async def test_whoever_asks_to_sign_in_gets_a_link_that_works(database, tools):
    viewer = await participant(email="zoe@example.org", now=NOW)
    await models.LoginLink.request("zoe@example.org", browser="here", now=NOW)

    assert await worked(tools) == [Done()]

    (mail,) = await caught()
    assert mail.recipient == "zoe@example.org"
    assert "Zoë Müller" in mail.text
    token = re.search(rf"{SITE.base_url}/sign-in/(\S+)", mail.text).group(1)
    session, _ = await models.LoginLink.redeem(token, browser="here", now=NOW)
    assert session.person_id == viewer.person_id


async def test_a_link_that_has_expired_is_not_mailed(database):
    await participant(email="zoe@example.org", now=NOW)
    await models.LoginLink.request("zoe@example.org", browser="here", now=NOW)
    late = Tools(SITE, CaughtMailbox(), now=lambda: NOW + timedelta(minutes=16))

    assert await worked(late) == [Done()]
    assert await caught() == []


@pytest.mark.parametrize("language", list(Language))
async def test_a_confirmation_works_and_is_evidence(database, tools, language):
    await Subscription.subscribe("ada@example.org", language=language, now=NOW)

    assert await worked(tools) == [Done()]

    (mail,) = await caught()
    token = re.search(rf"{SITE.base_url}/newsletter/confirm/(\S+)", mail.text).group(1)
    assert f'lang="{language.value}"' in mail.html
    reader = await Subscription.confirm(token, now=NOW)
    assert reader.state.value == "confirmed"
    sent = [
        e
        for e in await ConsentEvent.of(vault.fingerprint("ada@example.org"))
        if e.kind is ConsentKind.CONFIRMATION_SENT
    ]
    assert [event.message_id for event in sent] == [mail.message_id]
    assert len(sent[0].raw_mail_sha256) == 64
    assert await ConsentEvent.first_broken() is None


async def test_whoever_has_confirmed_meanwhile_gets_no_second_confirmation(database, tools):
    await Subscription.subscribe("ada@example.org", language=Language.DE, now=NOW)
    link = await SubscriptionLink.get(kind=LinkKind.CONFIRM)
    await Subscription.confirm(link.token, now=NOW)

    assert await worked(tools) == [Done()]
    assert await caught() == []


@pytest.mark.parametrize("kind", [LinkKind.ERASE, LinkKind.EXPORT])
async def test_a_link_to_erase_or_export_is_mailed_to_whoever_owns_the_address(database, tools, kind):
    await Subscription.subscribe("ada@example.org", language=Language.EN, now=NOW)
    link = await SubscriptionLink.get(kind=LinkKind.CONFIRM)
    reader = await Subscription.confirm(link.token, now=NOW)
    await models.JobRun.all().delete()
    await Subscription.mail_link(reader.preferences_path(NOW).rpartition("/")[2], kind, now=NOW)

    assert await worked(tools) == [Done()]

    (mail,) = await caught()
    assert mail.recipient == "ada@example.org"
    assert f"{SITE.base_url}/newsletter/{kind.value}/" in mail.text
    assert "valid for an hour" in mail.text


@pytest.mark.parametrize(
    "reply, ending",
    [("450 4.2.0 Greylisted", Later), ("550 5.1.1 No such user", Never), ("550 5.7.1 Go away", Never), ("drop", Later)],
)
async def test_a_relay_that_refuses_decides_whether_we_try_again(database, reply, ending):
    await Subscription.subscribe("ada@example.org", language=Language.DE, now=NOW)
    async with Relay() as relay:
        relay.says("ada@example.org", reply, times=2)
        mailer = SmtpMailer(Server("127.0.0.1", relay.port, security="none"), patience=2)
        (ended,) = await worked(Tools(SITE, mailer, now=lambda: NOW))
        await mailer.close()

    assert isinstance(ended, ending)
    assert "ada@" not in str(ended)
    assert not await ConsentEvent.filter(kind=ConsentKind.CONFIRMATION_SENT).exists()


async def test_a_mail_in_doubt_is_sent_again_under_the_same_message_id(database):
    await Subscription.subscribe("ada@example.org", language=Language.DE, now=NOW)
    link = await SubscriptionLink.get(kind=LinkKind.CONFIRM)
    job = Job(link.id, "mail.confirmation", "k", {"link": str(link.id)}, 1)
    async with Relay() as relay:
        mailer = SmtpMailer(Server("127.0.0.1", relay.port, security="none"), patience=2)
        tools = Tools(SITE, mailer, now=lambda: NOW)
        relay.then("drop", "ok")
        assert isinstance(await letters.confirmation(tools, job), Later)
        assert await letters.confirmation(tools, job) == Done()
        await mailer.close()

    assert list(relay.copies().values()) == [2]


async def test_caught_mail_is_kept_as_its_reader_would_see_it(database, tools):
    await Subscription.subscribe("ada@example.org", language=Language.DE, now=NOW)
    await worked(tools)

    (mail,) = await caught()
    names = [name for name, _ in mail.headers]
    assert mail.subject == "Bitte bestätige: Newsletter von Leuchtturm"
    assert {"From", "To", "Date", "Message-ID", "Auto-Submitted"} <= set(names)
    assert "<h1>Bitte bestätige deine Anmeldung</h1>" in mail.html
    assert mail.source.startswith("MIME-Version") or "Subject:" in mail.source
    assert mail.at == NOW


def test_pauses_grow_and_stay_within_an_hour():
    pauses = [letters.pause(attempt) for attempt in range(1, 20)]

    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=4, seconds=30)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
