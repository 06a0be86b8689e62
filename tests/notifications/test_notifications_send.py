"""What the relay does, what a crash does: nobody gets a mail twice, and nothing is sent again on suspicion."""

import asyncio
import contextlib
import shutil
import signal
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

import models
from models import db, sql, vault
from models.notifications import MailState, Way, posting, sorting, tell, tell_all
from tests.conftest import empty, on_postgres
from tests.newsletters import SECRET
from tests.notifications.conftest import MORNING, Post, story
from tests.notifications.test_notifications_mail import ABOUT, ANSWER, NEWS, at, member
from tests.standins.smtp import Relay
from workers.mail.smtp import Server, SmtpMailer
from workers.notifications.loop import move
from workers.notifications.send import send_due

POINTS = ["notification.before_begin", "notification.before_write", "notification.after_accept"]


@pytest.fixture
async def relay():
    async with Relay() as relay:
        yield relay


@contextlib.asynccontextmanager
async def posting_to(relay):
    mailer = SmtpMailer(Server("127.0.0.1", relay.port, security="none"), patience=1)
    yield Post(mailer)
    await mailer.close()


async def mail():
    (row,) = await models.NotificationMail.all()
    return row


async def lapsed():
    """As if the time had passed for which a dead worker's claim is respected."""
    await sql.changed("UPDATE notification_mail SET lease_until = $1", MORNING)
    await sql.changed("UPDATE notification_mail SET due_at = $1 WHERE state = 'waiting'", MORNING)


@pytest.mark.parametrize(
    ("fault", "state", "accepted"),
    [
        ("drop", MailState.UNKNOWN, 1),
        ("vanish", MailState.UNKNOWN, 0),
        ("451 4.3.0 Later", MailState.WAITING, 0),
        ("554 5.7.1 Policy", MailState.FAILED, 0),
    ],
)
async def test_what_the_relay_answers_decides_and_doubt_is_not_sent_again(database, relay, fault, state, accepted):
    zoe = await member(email="zoe@example.org")
    await tell(zoe, ANSWER, subject=await story(), now=MORNING, about=ABOUT)
    relay.then(fault)
    async with posting_to(relay) as post:
        await post.step()
        assert ((await mail()).state, len(relay.accepted)) == (state, accepted)
        assert "zoe@" not in (await mail()).reply
        await lapsed()
        await post.step()
        # What surely did not arrive goes out again; nothing else does.
        assert len(relay.accepted) == (1 if state is MailState.WAITING else accepted)

        if state is MailState.UNKNOWN:
            await posting.resolve((await mail()).id, "send_again", by=models.access.SYSTEM, now=MORNING)
            await lapsed()
            await post.step()
            assert len(set(relay.copies())) == 1  # the same Message-ID
            assert (await mail()).state is MailState.SENT


async def scene(url):
    """Somebody whose digest is due: two lines in one mail."""
    async with db.opened(url, everywhere=False):
        if on_postgres():
            await empty()
        else:
            await db.create_schema()
        zoe = await member(email="zoe@example.org")
        viewer = models.access.Viewer(person_id=zoe)
        await models.Preference.choose(zoe, by=viewer, now=MORNING, ways={NEWS: Way.DIGEST})
        for title in ("Eins", "Zwei"):
            await tell(zoe, NEWS, subject=await story(), now=MORNING, about={**ABOUT, "title": title})
        await sorting.sort(MORNING)


async def fresh(database_url, folder, name):
    """A database with the scene in it, that another process can open. SQLite: a copy of one that was made once."""
    if on_postgres():
        await scene(database_url)
        return database_url
    if not (model := folder / "model.sqlite").exists():
        await scene(f"sqlite://{model}")
    return f"sqlite://{shutil.copy(model, folder / name)}"


@contextlib.asynccontextmanager
async def mortals():
    """Gives a function that lets a worker die at a point of the digest, and says how it ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.notifications.sender_process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )

    async def dies(url, relay, point):
        process.stdin.write(f"{at(15, 8, 30).isoformat()} {url} {relay.port} {point}=kill\n".encode())
        return int(await process.stdout.readline())

    try:
        yield dies
    finally:
        process.stdin.close()
        await process.wait()


async def aftermath(url, relay):
    """The next worker takes over, today and the morning after."""
    async with db.opened(url, everywhere=False), posting_to(relay) as post:
        await lapsed()
        await post.step(at(15, 9))
        await post.step(at(16, 8, 30))
        states = Counter([row.state.value for row in await models.NotificationMail.all()])
        kept = Counter([row.state.value for row in await models.Notification.all()])
    return states, kept, len(relay.accepted)


@pytest.mark.timeout(120)
async def test_a_worker_killed_around_the_send_leaves_one_digest_or_a_known_doubt(database_url, tmp_path):
    """Killed before the attempt: sent once by the next. Killed after it: unknown, never a second copy on suspicion."""
    before = list(vault._keys)
    vault.use(vault.Keys(SECRET))
    ended, subjects = [], []
    try:
        async with mortals() as dies:
            for point in POINTS:
                async with Relay() as relay:
                    url = await fresh(database_url, tmp_path, point)
                    assert await dies(url, relay, point) == -signal.SIGKILL
                    ended.append(await aftermath(url, relay))
                    subjects += [taken.message["Subject"] for taken in relay.accepted]
    finally:
        vault._keys[:] = before
    told = {"mailed": 2}
    assert subjects == ["2 Neuigkeiten von Leuchtturm"] * 2
    assert ended == [({"sent": 1}, told, 1), ({"unknown": 1}, told, 0), ({"unknown": 1}, told, 1)]


async def test_two_workers_at_once_make_one_mail_of_it_and_send_it_once(database, relay):
    """E35 holds because the database says so, not because workers are polite."""
    people = [await member() for _ in range(5)]
    subject = await story()
    for title in ("Eins", "Zwei", "Drei"):
        await tell_all(people, NEWS, subject=subject, now=MORNING, about={**ABOUT, "title": title})
    async with posting_to(relay) as one, posting_to(relay) as two:
        await asyncio.gather(*(post.step(MORNING) for post in (one, two, one, two)))
        assert Counter(taken.recipient for taken in relay.accepted).most_common(1)[0][1] == 1
        assert len(relay.accepted) == 5
        await asyncio.gather(*(post.step(at(15, 8, 30)) for post in (one, two)))
    assert len(relay.accepted) == 10 and set(relay.copies().values()) == {1}


async def test_a_worker_that_is_told_to_stop_finishes_one_mail_and_gives_back_the_rest(database, relay):
    subject = await story()
    await tell_all([await member() for _ in range(6)], ANSWER, subject=subject, now=MORNING, about=ABOUT)
    stopping = asyncio.Event()
    async with posting_to(relay) as post:
        tools = replace(
            post.tools, smtp_connections=1, fault=lambda point: stopping.set() if "after" in point else None
        )
        await move(tools)
        await send_due(tools, "the one that stops", timedelta(minutes=1), stopping)
        states = Counter([row.state.value for row in await models.NotificationMail.all()])
        assert states == {"sent": 1, "waiting": 5}
        assert max(await models.NotificationMail.filter(state="waiting").values_list("attempts", flat=True)) == 0
        await post.step()
    assert len(relay.accepted) == len(relay.copies()) == 6


async def test_a_thousand_people_are_told_in_a_few_statements(database, monkeypatch):
    now = MORNING
    people = [
        models.Person(handle=f"p{n}", display_name=f"P {n}", email_hash=f"{n}", state="active") for n in range(1_000)
    ]
    await models.Person.bulk_create(people, batch_size=500)
    subject = await story()
    said = []
    connection = sql.connection()
    for name in ("execute_query", "execute_query_dict", "execute_many", "execute_insert"):
        wrapped = getattr(connection, name)

        async def counted(*args, _wrapped=wrapped, **more):
            said.append(args[0])
            return await _wrapped(*args, **more)

        monkeypatch.setattr(connection, name, counted, raising=False)
    assert await tell_all([person.id for person in people], NEWS, subject=subject, now=now, about=ABOUT) == 1_000
    assert len(said) <= 10, said
    assert await models.OutboxEvent.filter(type="notification.added").count() == 1_000
