"""The sender may die at any moment: nobody is left out, and how many copies may be doubled is known beforehand.

A real process is killed with -9 while it sends to a real relay; then the next one takes over. At most one accepted copy
per connection can be uncommitted at a kill, and a copy that goes out twice has the same Message-ID both times.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter

import pytest

from models import db
from models.base import utcnow
from models.newsletter.deliveries import Delivery
from tests.conftest import REDIS, on_postgres
from tests.mail import audience
from tests.newsletters import SECRET, SITE
from tests.standins.smtp import Relay
from workers.newsletter.send_press import copy_id

CONNECTIONS = 4
KILLS = 3


@contextlib.asynccontextmanager
async def worker(url, relay, policy, *, whole=False):
    """A process that sends; killed at the end of the block if it still lives.

    It is a bare `Sender`, which starts fast, or the `whole` of `leuchtturm worker`.
    """
    words, more = ("-m", "tests.mail.sender_process", url, str(relay.port), policy, str(CONNECTIONS)), {}
    if whole:
        words = ("-m", "leuchtturm", "worker")
        more = {
            "LEUCHTTURM_DATABASE_URL": url,
            "LEUCHTTURM_REDIS_URL": REDIS,
            "LEUCHTTURM_SECRET": SECRET,
            "LEUCHTTURM_SMTP_URL": f"smtp://127.0.0.1:{relay.port}?security=none",
            "LEUCHTTURM_SMTP_CONNECTIONS": str(CONNECTIONS),
            "LEUCHTTURM_MAIL_PER_MINUTE": "0",
            "LEUCHTTURM_UNCERTAIN_COPIES": policy,
            "LEUCHTTURM_BASE_URL": SITE.base_url,
            "LEUCHTTURM_LOG_LEVEL": "ERROR",
        }
    process = await asyncio.create_subprocess_exec(sys.executable, *words, env={**os.environ, **more})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.fixture
def url(database_url, tmp_path):
    """A database that another process can open."""
    return database_url if on_postgres() else f"sqlite://{tmp_path}/leuchtturm.sqlite"


async def begin(url, count):
    """An issue that is being sent to so many people; the Message-ID that each of them must get."""
    async with db.opened(url, everywhere=False):
        if on_postgres():
            await audience.forget_everything()
        else:
            await db.create_schema()
        issue_id = await audience.issue(utcnow(), items=1)
        readers = await audience.subscribers(count, utcnow())
        await audience.copies(issue_id, readers, utcnow())
        return issue_id, {
            f"reader-{n}@example.org": copy_id(SITE, issue_id, reader) for n, reader in enumerate(readers)
        }


async def settled(url, issue_id, patience):
    """Wait until no copy waits or is on its way; how many are in which state. SQLite: the worker must be gone first."""
    async with db.opened(url, everywhere=False), asyncio.timeout(patience):
        while True:
            states = await Delivery.filter(issue_id=issue_id).values_list("state", flat=True)
            if not {"queued", "sending"} & {state.value for state in states}:
                return Counter(state.value for state in states)
            await asyncio.sleep(0.2)


async def until_finished(url, relay, policy, issue_id, enough, patience=90):
    """Let a last worker finish; SQLite belongs to one process, so look only when it has ended in good order."""
    async with worker(url, relay, policy) as process:
        if on_postgres():
            return await settled(url, issue_id, patience)
        async with asyncio.timeout(patience):
            while enough():
                await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)  # for the commit of the last copies; SIGTERM waits for them as well
        process.terminate()
        await process.wait()
    return await settled(url, issue_id, 5)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_three_kills_leave_nobody_out_and_double_at_most_one_copy_per_connection_each(url):
    count = 10_000 if on_postgres() else 2_000
    issue_id, due = await begin(url, count)
    async with Relay(keep=False) as relay:
        for kill in range(1, KILLS + 1):
            async with worker(url, relay, "resend"):
                await relay.has(count * kill // (KILLS + 1), patience=60)

        def unfinished():
            return len(relay.copies()) < count

        states = await until_finished(url, relay, "resend", issue_id, unfinished)

    got = {(taken.recipient, taken.message_id) for taken in relay.accepted}
    assert got == set(due.items())
    assert len(relay.accepted) - count <= CONNECTIONS * KILLS
    assert states == {"sent": count}


@pytest.mark.timeout(300)
async def test_after_a_kill_copies_in_doubt_are_held_and_nothing_is_doubled(url):
    count = 600
    issue_id, due = await begin(url, count)
    async with Relay(keep=False) as relay:
        async with worker(url, relay, "hold"):
            await relay.has(count // 2)

        def unfinished():
            return len(relay.copies()) < count - CONNECTIONS

        states = await until_finished(url, relay, "hold", issue_id, unfinished)

    assert set(relay.copies().values()) == {1}
    assert states["unknown"] <= CONNECTIONS
    assert states["sent"] + states["unknown"] == count
    assert len(relay.accepted) >= states["sent"]
    assert {(taken.recipient, taken.message_id) for taken in relay.accepted} <= set(due.items())


@pytest.mark.timeout(300)
async def test_a_worker_that_is_told_to_stop_leaves_no_doubt(url):
    count = 600
    issue_id, _ = await begin(url, count)
    async with Relay(keep=False) as relay:
        async with worker(url, relay, "hold", whole=on_postgres()) as process:
            await relay.has(count // 3, patience=60)
            process.terminate()
            await process.wait()

        def unfinished():
            return len(relay.copies()) < count

        states = await until_finished(url, relay, "hold", issue_id, unfinished)

    assert states == {"sent": count}
    assert len(relay.accepted) == count
