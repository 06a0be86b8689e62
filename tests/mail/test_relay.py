"""Real SMTP conversations: what a relay says, and what we make of it."""

import asyncio
import ssl

import pytest

from tests.newsletters import SITE
from tests.standins.smtp import Relay
from workers.mail.message import Parcel, house_address
from workers.mail.replies import Verdict, judge
from workers.mail.smtp import Server, SmtpMailer


def parcel(to="ada@example.org", number=1):
    content = f"From: a@example.org\r\nMessage-ID: <{number}@example.org>\r\n\r\n.dot\r\n..two\r\nend\r\n".encode()
    return Parcel(house_address(SITE), to, f"<{number}@example.org>", content)


def mailer_to(relay, patience=5.0, **more):
    return SmtpMailer(Server("127.0.0.1", relay.port, security="none", **more), patience=patience)


async def test_a_mail_arrives_byte_for_byte_and_the_connection_is_used_again():
    async with Relay() as relay, mailer_to(relay).line() as line:
        replies = [await line.send(parcel(number=n)) for n in range(3)]

        assert [reply.verdict for reply in replies] == [Verdict.ACCEPTED] * 3
        assert relay.accepted[0].content == parcel(number=0).content
        assert relay.accepted[0].sender == "redaktion@leuchtturm.example.org"
        assert relay.connections == 1


@pytest.mark.parametrize(
    "said, verdict",
    [
        ("250 2.0.0 Ok", Verdict.ACCEPTED),
        ("421 4.7.0 Try again later", Verdict.DEFERRED),
        ("450 4.2.0 Greylisted", Verdict.DEFERRED),
        ("452 4.2.2 Mailbox full", Verdict.DEFERRED),
        ("550 5.1.1 No such user", Verdict.REFUSED_ADDRESS),
        ("550 5.1.10 Null MX", Verdict.REFUSED_ADDRESS),
        ("550 5.1.7 Bad sender", Verdict.REFUSED_POLICY),
        ("550 5.1.8 Bad sender's system", Verdict.REFUSED_POLICY),
        ("550 5.7.515 Access denied", Verdict.REFUSED_POLICY),
        ("554 5.7.1 Relay access denied", Verdict.REFUSED_POLICY),
        ("554 IP=192.0.2.1 - NOWL", Verdict.REFUSED_POLICY),
        ("552 5.2.2 Over quota", Verdict.REFUSED_UNCLEAR),
        ("550 Unknown reason", Verdict.REFUSED_UNCLEAR),
    ],
)
async def test_a_reply_means_what_the_table_says_and_the_next_mail_goes_out(said, verdict):
    async with Relay() as relay, mailer_to(relay).line() as line:
        relay.says("eve@example.org", said)

        reply = await line.send(parcel("eve@example.org"))
        assert reply.verdict is verdict
        assert (await line.send(parcel("ada@example.org"))).verdict is Verdict.ACCEPTED


async def test_a_refusal_of_the_message_itself_is_read_the_same_way():
    async with Relay() as relay, mailer_to(relay).line() as line:
        relay.then("554 5.7.1 Looks like spam", "452 4.3.1 No space", "ok")

        verdicts = [(await line.send(parcel(number=n))).verdict for n in range(3)]
        assert verdicts == [Verdict.REFUSED_POLICY, Verdict.DEFERRED, Verdict.ACCEPTED]


async def test_a_connection_cut_after_acceptance_leaves_us_in_doubt_and_is_opened_again():
    async with Relay() as relay, mailer_to(relay).line() as line:
        relay.then("drop", "ok")

        assert (await line.send(parcel(number=1))).verdict is Verdict.UNKNOWN
        assert (await line.send(parcel(number=2))).verdict is Verdict.ACCEPTED
        assert relay.connections == 2


async def test_a_relay_that_hangs_after_the_message_leaves_us_in_doubt():
    async with Relay() as relay, mailer_to(relay, patience=0.3).line() as line:
        relay.then("hang")

        assert (await line.send(parcel())).verdict is Verdict.UNKNOWN


async def test_a_connection_cut_before_the_message_is_no_doubt():
    async with Relay() as relay, mailer_to(relay).line() as line:
        relay.says("eve@example.org", "drop")

        assert (await line.send(parcel("eve@example.org"))).verdict is Verdict.NOT_BEGUN


async def test_a_relay_that_is_not_there_is_no_doubt():
    async with Relay() as relay:
        mailer = mailer_to(relay)
    async with mailer.line() as line:
        assert (await line.send(parcel())).verdict is Verdict.NOT_BEGUN


async def test_single_mails_share_a_connection_that_may_have_gone_stale():
    async with Relay() as relay:
        mailer = mailer_to(relay)
        await mailer.send(parcel(number=1))
        for conversation in list(relay._open):
            conversation.cut()
        await asyncio.sleep(0)

        assert (await mailer.send(parcel(number=2))).verdict is Verdict.ACCEPTED
        await mailer.close()
        assert len(relay.accepted) == 2


async def test_a_wrong_password_is_seen_before_any_mail():
    async with Relay(login=("leuchtturm", "right")) as relay:
        async with mailer_to(relay, username="leuchtturm", password="wrong").line() as line:
            assert (await line.send(parcel())).verdict is Verdict.NOT_BEGUN
        async with mailer_to(relay, username="leuchtturm", password="right").line() as line:
            assert (await line.send(parcel())).verdict is Verdict.ACCEPTED


async def test_mail_is_not_handed_over_in_the_clear_when_encryption_is_asked_for():
    async with Relay() as relay:
        mailer = SmtpMailer(Server("127.0.0.1", relay.port, security="starttls"), patience=2)
        async with mailer.line() as line:
            assert (await line.send(parcel())).verdict is Verdict.NOT_BEGUN
        assert relay.accepted == []


async def test_starttls_with_a_certificate_that_we_trust(certificate):
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    ours = ssl.create_default_context(cafile=str(certificate[0]))
    async with Relay(tls=server_side) as relay:
        mailer = SmtpMailer(Server("localhost", relay.port, security="starttls"), tls=ours, patience=5)
        async with mailer.line() as line:
            assert (await line.send(parcel())).verdict is Verdict.ACCEPTED


def test_what_a_relay_says_is_kept_without_addresses():
    reply = judge(550, "5.1.1 <ada@example.org>: Recipient ada@example.org rejected")

    assert "ada@" not in str(reply)
    assert str(reply).startswith("550 5.1.1 ")


@pytest.mark.parametrize(
    "url, host, port, security",
    [
        ("smtp://relay.example.org", "relay.example.org", 587, "starttls"),
        ("smtps://relay.example.org", "relay.example.org", 465, "tls"),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, "none"),
        ("smtp://a%40b:p%3Aw@relay.example.org:25?security=none", "relay.example.org", 25, "none"),
    ],
)
def test_a_relay_is_named_by_an_address(url, host, port, security):
    server = Server.parse(url)

    assert (server.host, server.port, server.security) == (host, port, security)
    assert "p:w" not in repr(server)


@pytest.mark.parametrize("url", ["", "http://example.org", "smtp://", "relay.example.org"])
def test_what_is_no_relay_is_refused(url):
    with pytest.raises(ValueError):
        Server.parse(url)
