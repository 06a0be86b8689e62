"""Workers are killed while they deliver: nothing is lost, and what comes twice comes under the same id (C12.1)."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import models
from models import db, vault
from models.base import new_id, utcnow
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.webhooks import Policy
from tests import people
from tests.conftest import SERVER, empty, on_postgres
from tests.kills.scene import DEADLINE, ENVIRONMENT, SECRET, Nursery, PostgresPlaces, SqlitePlaces
from tests.webhooks.partner import Partner

pytestmark = pytest.mark.timeout(180)  # the first scene waits until everything is imported
POINTS = ["webhook.before_send", "webhook.after_answer", "webhook.after_settle"]
EVENTS = 4


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A database that other processes can open."""
    before = list(vault._keys)
    if not on_postgres():
        yield f"sqlite://{tmp_path / 'kills.sqlite3'}"
    else:
        places = PostgresPlaces(SERVER)
        places.name += "_webhooks"
        places.url = f"{places.url}_webhooks"
        asyncio.run(
            places._say(f'DROP DATABASE IF EXISTS "{places.name}" WITH (FORCE)', f'CREATE DATABASE "{places.name}"')
        )
        yield places.url
        asyncio.run(places.close())
    vault._keys[:] = before


async def prepare(url: str, partner: Partner) -> list[UUID]:
    """One webhook, and a story of which several things become known; the ids of the events in order."""
    vault.use(vault.Keys(SECRET))
    async with db.opened(url, everywhere=False):
        await db.create_schema()
        if not db.is_sqlite(url):
            await empty()
        now = utcnow() - timedelta(minutes=1)
        keeper = await people.manager(now=now)
        await models.WebhookEndpoint.add(
            partner.url(), "Kills", ["story."], by=keeper, now=now, policy=Policy(trusted=frozenset({partner.place}))
        )
        story = new_id()
        about: dict[str, Any] = {"subject_kind": "story", "subject_id": story, "visible_to": Visibility.PUBLIC}
        return [(await OutboxEvent.record("story.corrected", now=now, **about)).id for _ in range(EVENTS)]


async def delivered(url: str) -> int:
    places = PostgresPlaces(SERVER) if on_postgres() else SqlitePlaces(Path())
    with suppress(Exception):  # SQLite is locked for a moment
        rows = await places.ask(url, "SELECT count(*) FROM webhook_delivery WHERE state = 'done'")
        return int(rows[0][0])
    return -1


async def test_a_killed_worker_loses_nothing(url: str, tmp_path: Path) -> None:
    partner = await Partner().start()
    events = await prepare(url, partner)
    nursery = await Nursery.open()
    environment = {
        **ENVIRONMENT,
        "LEUCHTTURM_DATA_DIR": str(tmp_path),
        "LEUCHTTURM_DATABASE_URL": url,
        "LEUCHTTURM_WEBHOOK_TRUSTED_HOSTS": f'["{partner.place}"]',
    }
    log = tmp_path / "worker.log"
    try:
        for point in POINTS:
            pid = await nursery.worker({**environment, "LEUCHTTURM_FAULTS": f"{point}=kill"}, log)
            assert await nursery.end_of(pid) == -signal.SIGKILL
        pid = await nursery.worker(environment, log)
        async with asyncio.timeout(DEADLINE):
            while await delivered(url) < EVENTS:
                await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGTERM)
        assert await nursery.end_of(pid) == 0, log.read_text()[-3000:]
    finally:
        await nursery.close()
        await partner.stop()

    ids = [received.id for received in partner.got()]
    # In order, without a gap; only what was in the air when a worker died came again.
    assert list(dict.fromkeys(ids)) == [str(event) for event in events]
    assert len(ids) == EVENTS + 1
