"""A scene: one post that is about to go out, the networks, and workers that may die."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import asyncpg

from models import db, vault
from models.base import utcnow
from models.language import Language
from models.publishing import Channel, ChannelKind, ChannelPost
from models.stories import Story
from tests.channels.conftest import SITE, X_TOKEN, ready_story
from tests.conftest import empty
from tests.standins.mastodon import MastodonStandin
from tests.standins.network import Network
from tests.standins.twitter import TwitterStandin

SECRET = "a secret of the kill tests, as long as it must be"
ENDED = ("sent", "reconciled", "needs_human", "failed_permanent", "cancelled")
DEADLINE = 60.0  # seconds until a post must have settled, whatever happened to its workers; a busy machine is slow

ENVIRONMENT = {
    "LEUCHTTURM_SECRET": SECRET,
    "LEUCHTTURM_REDIS_URL": "",  # the sweep alone must do
    "LEUCHTTURM_BASE_URL": SITE.base_url,
    "LEUCHTTURM_LEASE_SECONDS": "1.2",
    "LEUCHTTURM_SWEEP_SECONDS": "0.1",
    "LEUCHTTURM_DRAIN_SECONDS": "1",
    "LEUCHTTURM_CHANNEL_PATIENCE_SECONDS": "1",
    "LEUCHTTURM_X_SETTLE_SECONDS": "1",
    "LEUCHTTURM_X_MONEY_CAP_MONTH": "100",
    "LEUCHTTURM_X_USER_ID": TwitterStandin.user_id,
    "LEUCHTTURM_X_CONSUMER_KEY": X_TOKEN["consumer_key"],
    "LEUCHTTURM_X_CONSUMER_SECRET": X_TOKEN["consumer_secret"],
    "LEUCHTTURM_X_ACCESS_TOKEN": X_TOKEN["access_token"],
    "LEUCHTTURM_X_ACCESS_TOKEN_SECRET": X_TOKEN["access_token_secret"],
    "LEUCHTTURM_MASTODON_ACCESS_TOKEN": MastodonStandin.token,
    "LEUCHTTURM_MASTODON_SETTLE_SECONDS": "1",
}


async def prepare(url: str, kind: ChannelKind) -> None:
    """The database holds nothing but a story that is due now, with one approved post."""
    vault.use(vault.Keys(SECRET))
    async with db.opened(url, everywhere=False):
        await db.create_schema()
        if not db.is_sqlite(url):
            await empty()
        now = utcnow()
        room = await ready_story(now)
        await Channel.open(kind, kind.value, [Language.DE])
        (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=now)
        await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=now)
        await Story.publish(room.story.id, by=room.editor, now=now)


@dataclass
class Nursery:
    """The process that forks the workers."""

    process: asyncio.subprocess.Process
    ended: dict[int, int] = field(default_factory=dict)

    @classmethod
    async def open(cls) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.kills.nursery", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        nursery = cls(process)
        assert await nursery._line() == "ready"
        return nursery

    async def _line(self) -> str:
        assert self.process.stdout
        return (await asyncio.wait_for(self.process.stdout.readline(), DEADLINE)).decode().strip()

    async def worker(self, environment: dict[str, str], log: Path) -> int:
        """Start a worker; its process id."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"env": environment, "log": str(log)}).encode() + b"\n")
        while True:
            if (words := await self._heard())[0] == "start":
                return int(words[1])

    async def end_of(self, pid: int) -> int:
        """Wait until the worker has ended; its status, negative for the signal that killed it."""
        while pid not in self.ended:
            await self._heard()
        return self.ended[pid]

    async def _heard(self) -> list[str]:
        words = (await self._line()).split()
        assert words, "the nursery is gone"
        if words[0] == "end":
            self.ended[int(words[1])] = int(words[2])
        return words

    async def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        await self.process.wait()


@dataclass
class Scene:
    """One database and its networks. `places` knows how to copy and to ask it."""

    nursery: Nursery
    url: str
    ask: Callable[[str], Any]
    twitter: TwitterStandin
    mastodon: MastodonStandin
    ca_file: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **ENVIRONMENT,
            "LEUCHTTURM_DATA_DIR": str(self.folder),
            "LEUCHTTURM_DATABASE_URL": self.url,
            "LEUCHTTURM_X_CONNECT_TO": f"127.0.0.1:{self.twitter.port}",
            "LEUCHTTURM_X_CA_FILE": str(self.ca_file),
            "LEUCHTTURM_MASTODON_BASE_URL": self.mastodon.url,
        }

    async def worker(self, **more: str) -> int:
        return await self.nursery.worker({**self.environment, **more}, self.folder / "worker.log")

    async def dies(self, point: str, how: str) -> int:
        """A worker that dies at a point; its status."""
        return await self.nursery.end_of(await self.worker(LEUCHTTURM_FAULTS=f"{point}={how}"))

    async def recovers(self, linger: float = 0.3) -> str:
        """A healthy worker takes over and, at the end, is asked to stop; the post's last state."""
        pid = await self.worker()
        state = await self.until_settled()
        await self.until(lambda: f".{pid}." in self.log)  # it says its name once it is at work
        await asyncio.sleep(linger)  # whoever sends twice would do it now
        os.kill(pid, signal.SIGTERM)
        assert await self.nursery.end_of(pid) == 0
        return state

    @property
    def log(self) -> str:
        file = self.folder / "worker.log"
        return file.read_text() if file.exists() else ""

    async def until(self, true: Callable[[], bool]) -> None:
        until = time.monotonic() + DEADLINE
        while not true():
            assert time.monotonic() < until, self.log[-3000:]
            await asyncio.sleep(0.02)

    async def until_settled(self) -> str:
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            state = str((await self.ask("SELECT state FROM channel_post"))[0][0])
            if state in ENDED:
                return state
            await asyncio.sleep(0.05)
        raise AssertionError(f"the post is still {state}: {self.log[-3000:]}")

    async def forget_leases(self) -> None:
        """As if the time had passed for which a dead worker's attempt is respected."""
        long_ago = "2020-01-01 00:00:00+00:00"
        await self.ask(f"UPDATE attempt SET lease_until = '{long_ago}'")
        await self.ask(f"UPDATE channel SET sender_until = '{long_ago}'")

    async def posts(self, kind: ChannelKind) -> int:
        """How often readers have seen the post."""
        if kind is ChannelKind.TWITTER:
            return len(self.twitter.posts)
        if kind is ChannelKind.MASTODON:
            return len(self.mastodon.posts)
        if kind is ChannelKind.RECORD:
            return int((await self.ask("SELECT count(*) FROM recorded_post"))[0][0])
        events = "SELECT count(*) FROM outbox_event WHERE type = 'channel_post.sent'"
        return int((await self.ask(events))[0][0])

    def network(self, kind: ChannelKind) -> Network:
        return self.twitter if kind is ChannelKind.TWITTER else self.mastodon


class SqlitePlaces:
    """Databases as files, copied from one that is prepared per kind of channel."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    async def fresh(self, kind: ChannelKind) -> str:
        model = self.folder / f"{kind.value}.sqlite3"
        if not model.exists():
            await prepare(f"sqlite://{model}", kind)
        self._count += 1
        copy = self.folder / f"{kind.value}-{self._count}.sqlite3"
        shutil.copy(model, copy)
        return f"sqlite://{copy}"

    async def ask(self, url: str, question: str) -> list[Any]:
        with closing(sqlite3.connect(url.removeprefix("sqlite://"), timeout=10, isolation_level=None)) as opened:
            return opened.execute(question).fetchall()

    async def close(self) -> None:
        """The folder is thrown away by whoever made it."""


class PostgresPlaces:
    """One database, emptied for each scene: making and dropping one takes the server a second."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.name = f"leuchtturm_kills_{os.getpid()}"
        self.url = server.rsplit("/", 1)[0] + "/" + self.name
        self._made = False

    async def fresh(self, kind: ChannelKind) -> str:
        if not self._made:
            await self._say(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}"')
            self._made = True
        await prepare(self.url, kind)
        return self.url

    async def ask(self, url: str, question: str) -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(question)]
        finally:
            await connection.close()

    async def _say(self, *commands: str) -> None:
        connection = await asyncpg.connect(self.server)
        for command in commands:
            await connection.execute(command)
        await connection.close()

    async def close(self) -> None:
        await self._say(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
