"""Sending an issue to a real relay: what becomes of each copy, each reader and the issue."""

import asyncio
import contextlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

import models
from models.access import SYSTEM
from models.newsletter import deliveries
from models.newsletter.deliveries import Delivery
from tests.conftest import on_postgres
from tests.mail import audience
from tests.newsletters import SITE
from tests.people import editor
from tests.standins.smtp import Relay
from workers.mail.smtp import Server, SmtpMailer
from workers.newsletter.send import Sender
from workers.newsletter.send_liveness import liveness
from workers.newsletter.send_press import copy_id
from workers.work import Tools

FRIDAY = datetime(2020, 4, 17, 7, tzinfo=UTC)  # 9 o'clock in Berlin


class Clock:
    def __init__(self) -> None:
        self.now = FRIDAY

    def __call__(self) -> datetime:
        return self.now

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
async def relay():
    async with Relay() as relay:
        yield relay


@pytest.fixture
def clock():
    return Clock()


def sender_of(relay, database, clock, **more):
    known = {"mail_per_minute": 0, "smtp_connections": 3, **more}
    reconciler = known.pop("reconciler", None)
    mailer = SmtpMailer(Server("127.0.0.1", relay.port, security="none"), patience=known.pop("patience", 5.0))
    return Sender(Tools(SITE, mailer, now=clock, **known), liveness(database), reconciler=reconciler)


async def sending(count, clock, domain="example.org"):
    """An issue that is being sent to so many people."""
    issue_id = await audience.issue(clock())
    readers = await audience.subscribers(count, clock(), domain)
    await audience.copies(issue_id, readers, clock())
    return issue_id, readers


async def states(issue_id):
    return Counter(
        str(state.value) for state in await Delivery.filter(issue_id=issue_id).values_list("state", flat=True)
    )


async def state_of(issue_id):
    return (await models.NewsletterIssue.get(id=issue_id)).state.value


async def until_sent(issue_id, sender):
    while await state_of(issue_id) != "sent":
        with contextlib.suppress(Exception):  # as the crew does: trouble is a reason to look again
            await sender.step()


async def test_every_reader_gets_one_copy_and_the_issue_is_sent(database, relay, clock):
    issue_id, readers = await sending(25, clock)

    await sender_of(relay, database, clock).step()

    assert sorted(taken.recipient for taken in relay.accepted) == sorted(f"reader-{n}@example.org" for n in range(25))
    assert set(relay.copies()) == {copy_id(SITE, issue_id, reader) for reader in readers}
    assert await states(issue_id) == {"sent": 25}
    assert await state_of(issue_id) == "sent"
    assert relay.connections == 3
    assert relay.accepted[0].message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_second_look_sends_nothing_again(database, relay, clock):
    await sending(5, clock)
    sender = sender_of(relay, database, clock)

    await sender.step()
    await sender.step()

    assert len(relay.accepted) == 5


@pytest.mark.parametrize(
    "reply, copy, reader",
    [
        ("550 5.1.1 No such user", "bounced", "bounced"),
        ("550 5.7.515 Access denied", "failed", "confirmed"),
        ("554 IP=192.0.2.1 - NOWL", "failed", "confirmed"),
        ("550 5.1.8 Bad sender", "failed", "confirmed"),
        ("552 5.2.2 Over quota", "bounced", "confirmed"),
        ("550 No reason given", "bounced", "confirmed"),
        ("452 4.2.2 Mailbox full", "queued", "confirmed"),
        ("450 4.7.1 Slow down", "queued", "confirmed"),
    ],
)
async def test_a_reply_decides_about_the_copy_and_seldom_about_the_person(database, relay, clock, reply, copy, reader):
    issue_id, readers = await sending(4, clock)
    relay.says("reader-2@example.org", reply)

    await sender_of(relay, database, clock).step()

    refused = await Delivery.get(subscription_id=readers[2])
    assert refused.state.value == copy
    assert refused.reply == reply
    assert (await models.Subscription.get(id=readers[2])).state.value == reader
    assert (await states(issue_id))["sent"] == 3
    assert await state_of(issue_id) == ("sending" if copy == "queued" else "sent")


async def test_a_busy_mailbox_is_asked_again_under_the_same_message_id(database, relay, clock):
    issue_id, readers = await sending(1, clock)
    relay.says("reader-0@example.org", "450 4.2.0 Greylisted", times=2)
    sender = sender_of(relay, database, clock)

    await sender.step()
    assert relay.accepted == []
    await sender.step()
    clock.later(minutes=5)
    await sender.step()
    clock.later(minutes=14)
    await sender.step()
    assert relay.accepted == []
    clock.later(minutes=1)
    await sender.step()

    assert [taken.message_id for taken in relay.accepted] == [copy_id(SITE, issue_id, readers[0])]
    assert (await Delivery.get(issue_id=issue_id)).attempts == 3
    assert await state_of(issue_id) == "sent"


async def test_after_two_days_a_copy_is_given_up_and_its_reader_is_kept(database, relay, clock):
    issue_id, readers = await sending(1, clock)
    relay.says("reader-0@example.org", "450 4.2.0 Greylisted", times=20)
    sender = sender_of(relay, database, clock)

    for _ in range(12):
        await sender.step()
        clock.later(hours=12)

    assert await states(issue_id) == {"failed": 1}
    assert (await models.Subscription.get(id=readers[0])).state.value == "confirmed"


async def test_no_retry_falls_into_the_night(database, relay, clock):
    issue_id, _ = await sending(1, clock)
    relay.says("reader-0@example.org", "450 4.2.0 Greylisted")
    clock.later(hours=11, minutes=58)  # 20:58 in Berlin

    await sender_of(relay, database, clock).step()

    assert (await Delivery.get(issue_id=issue_id)).next_at == datetime(2020, 4, 18, 6, tzinfo=UTC)


async def test_many_refusals_by_policy_pause_the_issue_and_cost_no_reader(database, relay, clock):
    issue_id, readers = await sending(60, clock)
    for number in range(60):
        relay.says(f"reader-{number}@example.org", "550 5.7.26 Unauthenticated")

    await sender_of(relay, database, clock).step()

    assert await state_of(issue_id) == "paused"
    assert (await states(issue_id))["failed"] <= 5 + 3
    assert await models.Subscription.filter(id__in=readers, state="confirmed").count() == 60
    assert await models.AuditEvent.filter(subject_id=issue_id, action="pause", note__contains="5.7.26").exists()


async def test_many_unknown_addresses_pause_the_issue(database, relay, clock):
    issue_id, _ = await sending(60, clock)
    for number in range(60):
        relay.says(f"reader-{number}@example.org", "550 5.1.1 No such user")

    await sender_of(relay, database, clock).step()

    assert await state_of(issue_id) == "paused"
    assert (await states(issue_id))["bounced"] <= 11 + 3


async def test_one_bad_address_never_stops_the_others(database, relay, clock):
    issue_id, readers = await sending(6, clock)
    bad = await models.Subscription.get(id=readers[0])
    bad.contact = models.vault.seal("broken\r\nRCPT TO:<eve@example.org>", f"subscription:{bad.id}")
    await bad.save()

    await sender_of(relay, database, clock).step()

    assert await states(issue_id) == {"sent": 5, "bounced": 1}
    assert relay.to("eve@example.org") == []


async def test_a_cut_after_acceptance_is_held_for_the_editors(database, relay, clock):
    issue_id, _ = await sending(5, clock)
    relay.then("ok", "drop")

    await sender_of(relay, database, clock).step()

    assert await states(issue_id) == {"sent": 4, "unknown": 1}
    assert len(relay.accepted) == 5
    assert await state_of(issue_id) == "sent"


async def test_a_cut_after_acceptance_is_sent_again_when_that_is_the_policy(database, relay, clock):
    issue_id, _ = await sending(5, clock)
    relay.then("ok", "drop")
    sender = sender_of(relay, database, clock, uncertain_copies="resend")

    await sender.step()
    assert await states(issue_id) == {"sent": 4, "queued": 1}
    clock.later(minutes=5)
    await sender.step()

    assert await states(issue_id) == {"sent": 5}
    assert sorted(relay.copies().values()) == [1, 1, 1, 1, 2]


async def test_a_relay_whose_log_is_asked_leaves_no_doubt(database, relay, clock):
    class Log:
        async def accepted(self, message_ids):
            return set(message_ids) & set(relay.copies())

    issue_id, _ = await sending(5, clock)
    relay.then("ok", "drop", "vanish")
    sender = sender_of(relay, database, clock, reconciler=Log())

    await sender.step()
    await sender.step()

    assert await states(issue_id) == {"sent": 5}
    assert set(relay.copies().values()) == {1}


async def test_an_editor_sends_a_copy_in_doubt_again_or_lets_it_go(database, relay, clock):
    issue_id, _ = await sending(2, clock)
    relay.then("drop", "drop")
    sender = sender_of(relay, database, clock)
    await sender.step()
    again, gone = await Delivery.filter(issue_id=issue_id)

    await again.follow("send_again", by=SYSTEM, now=clock())
    await gone.follow("let_go", by=SYSTEM, now=clock())
    await models.NewsletterIssue.filter(id=issue_id).update(state="sending")
    await sender.step()

    assert await states(issue_id) == {"sent": 1, "failed": 1}
    assert sorted(relay.copies().values()) == [1, 2]


async def leave(reader):
    """What the one-click link of any earlier mail does."""
    row = await models.Subscription.get(id=reader)
    await models.Subscription.unsubscribe(row.unsubscribe_path.rpartition("/")[2], now=FRIDAY)


async def test_whoever_leaves_while_the_issue_is_sent_gets_no_copy(database, relay, clock):
    """Also when the copy is claimed already: the start mark looks once more."""
    issue_id, readers = await sending(20, clock)
    relay.delay = 0.02
    sender = sender_of(relay, database, clock, smtp_connections=1)

    work = asyncio.create_task(sender.step())
    await relay.has(2)
    for reader in readers[10:]:
        await leave(reader)
    await work

    assert (await states(issue_id))["skipped"] == 10
    assert len(relay.accepted) == 10


async def test_a_pause_lets_at_most_one_more_copy_per_connection_leave(database, relay, clock):
    boss = await editor()
    issue_id, _ = await sending(60, clock)
    relay.delay = 0.05
    sender = sender_of(relay, database, clock)

    work = asyncio.create_task(sender.step())
    await relay.has(6)
    await models.NewsletterIssue.pause(issue_id, reason="a wrong date", by=boss, now=clock())
    gone = len(relay.accepted)
    await work

    assert len(relay.accepted) <= gone + 3
    assert set(await states(issue_id)) == {"sent", "queued"}
    assert await Delivery.filter(issue_id=issue_id, state="queued", attempts__gt=0).count() == 0

    await models.NewsletterIssue.resume(issue_id, by=boss, now=clock())
    relay.delay = 0
    await sender.step()
    assert await states(issue_id) == {"sent": 60}
    assert set(relay.copies().values()) == {1}


async def test_a_cancelled_issue_keeps_no_waiting_copies(database, relay, clock):
    boss = await editor()
    issue_id, _ = await sending(40, clock)
    relay.delay = 0.05
    sender = sender_of(relay, database, clock)

    work = asyncio.create_task(sender.step())
    await relay.has(3)
    await models.NewsletterIssue.cancel(issue_id, reason="wrong week", by=boss, now=clock())
    await work
    await sender.step()

    counted = await states(issue_id)
    assert set(counted) == {"sent", "skipped"}
    assert counted["sent"] == len(relay.accepted) < 12


async def test_a_relay_that_is_away_costs_nothing(database, relay, clock):
    issue_id, _ = await sending(10, clock)
    sender = sender_of(relay, database, clock)
    port = relay.port
    await relay.stop()

    await sender.step()
    assert await states(issue_id) == {"queued": 10}
    assert await Delivery.filter(issue_id=issue_id, attempts__gt=0).count() == 0

    await relay.listen(port)
    assert await sender.step() is False  # not every second
    clock.later(seconds=16)
    await sender.step()
    assert await states(issue_id) == {"sent": 10}


async def test_a_relay_that_says_421_is_called_again_later(database, relay, clock):
    issue_id, _ = await sending(3, clock)
    relay.says("reader-1@example.org", "421 4.7.0 Too many")
    sender = sender_of(relay, database, clock, smtp_connections=1)

    await sender.step()
    assert await states(issue_id) == {"sent": 2, "queued": 1}
    clock.later(minutes=5)
    await sender.step()

    assert await states(issue_id) == {"sent": 3}
    assert relay.connections >= 2


async def test_copies_of_a_dead_sender_are_taken_up(database, relay, clock):
    issue_id, _ = await sending(10, clock)
    taken = await deliveries.claim(issue_id, "somebody who died", 6, clock())
    await deliveries.start([copy.id for copy in taken[:2]], "somebody who died", clock())

    await sender_of(relay, database, clock).step()

    assert await states(issue_id) == {"sent": 8, "unknown": 2}
    assert len(relay.accepted) == 8


async def test_copies_of_a_living_sender_are_left_alone_and_a_late_answer_changes_nothing(database, relay, clock):
    issue_id, _ = await sending(4, clock)
    alive = liveness(database)
    sender = Sender(
        Tools(SITE, SmtpMailer(Server("127.0.0.1", relay.port, security="none")), now=clock, smtp_connections=2), alive
    )
    async with alive.claimant() as other:
        taken = await deliveries.claim(issue_id, other.name, 2, clock())
        await sender.step()
        assert await states(issue_id) == {"sent": 2, "sending": 2}
        assert await state_of(issue_id) == "sending"

    await sender.step()
    late = await deliveries.settle([deliveries.Ended(taken[0].id, "doubt")], other.name, clock())
    assert late == set()
    assert await states(issue_id) == {"sent": 4}


async def test_a_worker_that_is_stopped_waits_for_the_replies_in_flight(database, relay, clock):
    issue_id, _ = await sending(50, clock)
    relay.delay = 0.1
    sender = sender_of(relay, database, clock)

    work = asyncio.create_task(sender.step())
    await relay.has(4)
    await sender.drain(10)
    await work

    counted = await states(issue_id)
    assert counted == {"sent": len(relay.accepted), "queued": 50 - len(relay.accepted)}
    assert len(relay.accepted) < 12


async def test_a_worker_that_is_cancelled_settles_what_has_begun(database, relay, clock):
    issue_id, _ = await sending(50, clock)
    relay.delay = 0.1
    work = asyncio.create_task(sender_of(relay, database, clock).step())
    await relay.has(4)

    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    assert await states(issue_id) == {"sent": len(relay.accepted), "queued": 50 - len(relay.accepted)}


async def test_a_rate_is_kept(database, relay, clock):
    await sending(10, clock)
    began = asyncio.get_running_loop().time()

    await sender_of(relay, database, clock, mail_per_minute=1200).step()

    assert asyncio.get_running_loop().time() - began >= 9 * 60 / 1200
    assert len(relay.accepted) == 10


@pytest.mark.skipif(not on_postgres(), reason="needs PostgreSQL: several senders on one database")
async def test_several_senders_share_an_issue(database, relay, clock):
    issue_id, _ = await sending(300, clock)
    senders = [sender_of(relay, database, clock) for _ in range(3)]

    await asyncio.gather(*(sender.step() for sender in senders))
    for sender in senders:
        await sender.step()

    assert await states(issue_id) == {"sent": 300}
    assert set(relay.copies().values()) == {1}


async def test_progress_is_told_by_provider(database, relay, clock):
    issue_id, _ = await sending(3, clock)
    relay.says("reader-0@example.org", "450 4.2.0 Greylisted")

    await sender_of(relay, database, clock).step()

    told = {(count.state.value, count.copies, count.deferred) for count in await deliveries.progress(issue_id)}
    assert told == {("sent", 2, 0), ("queued", 1, 1)}


@pytest.mark.parametrize(
    "address, group",
    [
        *(("a@gmail.com", "gmail"), ("a@GoogleMail.com", "gmail"), ("a@web.de", "gmx"), ("a@t-online.de", "t-online")),
        *(("a@outlook.de", "outlook"), ("a@example.org", "others"), ("", "others")),
    ],
)
def test_a_provider_is_known_by_its_domain(address, group):
    assert deliveries.domain_group(address) == group


async def test_a_broken_issue_does_not_hold_up_another(database, relay, clock):
    broken, readers = await sending(3, clock)
    await models.NewsletterIssue.filter(id=broken).update(frozen={"editions": "gone"})
    whole = await audience.issue(clock(), week=17)
    await audience.copies(whole, readers, clock())

    with pytest.raises(AttributeError):
        await sender_of(relay, database, clock).step()

    assert await states(whole) == {"sent": 3}
    assert (await states(broken))["queued"] == 3


async def test_what_was_not_approved_is_not_sent(database, relay, clock):
    """The templates have changed since the proof: people look again before anything leaves."""
    issue_id, _ = await sending(3, clock)
    await models.IssueProof.create(issue_id=issue_id, revision=1, snapshot={}, sha256="", variants={"de": "other"})
    sender = sender_of(relay, database, clock)

    await sender.step()
    await sender.step()

    assert relay.accepted == []
    assert await state_of(issue_id) == "paused"
    assert await states(issue_id) == {"queued": 3}
    assert await Delivery.filter(issue_id=issue_id, attempts__gt=0).count() == 0


async def test_an_address_that_cannot_be_unsealed_is_skipped(database, relay, clock):
    issue_id, readers = await sending(4, clock)
    await models.Subscription.filter(id=readers[1]).update(contact="AAAA" * 12)

    await sender_of(relay, database, clock).step()

    assert await states(issue_id) == {"sent": 3, "skipped": 1}


@pytest.mark.skipif(not on_postgres(), reason="needs PostgreSQL: a server that drops its connections")
async def test_a_database_that_drops_every_connection_costs_no_copy_and_doubles_none(database, relay, clock):
    issue_id, _ = await sending(200, clock)
    relay.delay = 0.02
    sender = sender_of(relay, database, clock)
    server = await asyncpg.connect(database)

    work = asyncio.create_task(until_sent(issue_id, sender))
    for enough in (20, 60, 100):
        await relay.has(enough)
        await server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    async with asyncio.timeout(40):
        await work
    await server.close()

    assert await states(issue_id) == {"sent": 200}
    assert set(relay.copies().values()) == {1}
    assert len(relay.accepted) == 200


@pytest.mark.skipif(not on_postgres(), reason="needs PostgreSQL: a server that drops its connections")
async def test_a_connection_that_is_cut_in_the_middle_of_the_account_costs_no_copy(database, relay, clock):
    issue_id, _ = await sending(40, clock)
    relay.delay = 0.02
    work = asyncio.create_task(until_sent(issue_id, sender_of(relay, database, clock)))
    server = await asyncpg.connect(database)
    await relay.has(5)

    async with server.transaction():  # whoever keeps the account has to wait for us
        await server.execute("SELECT id FROM delivery FOR UPDATE")
        while not await server.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            await asyncio.sleep(0.01)
    async with asyncio.timeout(40):
        await work
    await server.close()

    assert await states(issue_id) == {"sent": 40}
    assert set(relay.copies().values()) == {1}
