"""The bell between processes. It carries no work: rows do. A lost ring costs one sweep, never a job.

One of the two modules that know arq (the other is `main.py`). arq is given ids only, as JSON, never pickle.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any

from arq.connections import ArqRedis
from arq.constants import job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms
from fakeredis import FakeAsyncRedis
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

BELL = "bell"
"""The one function that arq knows, and the one job id: ten rings make one job."""
EVENTS = "events"
"""The channel on which the relay says up to which number the event log has come."""
REDIS_PATIENCE = 3.0  # seconds; a frozen Redis hangs a caller for ever without (reliability.md, E16)
BREATH = 0.005  # seconds from one ring to the next of the same process; the first one leaves at once
LONGEST_PAUSE = 5.0  # seconds between attempts to reach a Redis that is away

Away = (RedisError, OSError, TimeoutError)


def encode(job: dict[str, Any]) -> bytes:
    """arq's envelope as JSON. An exception does not fit into JSON; its text is all that anybody needs."""
    return json.dumps(job, default=repr).encode()


def connect(url: str) -> ArqRedis:
    """A client of our own, with deadlines; opens its connections when they are needed. Empty URL: the stand-in."""
    if not url:
        return stand_in()
    pool = ConnectionPool.from_url(
        url, socket_timeout=REDIS_PATIENCE, socket_connect_timeout=REDIS_PATIENCE, health_check_interval=15
    )
    return ArqRedis(pool, job_serializer=encode, job_deserializer=json.loads)


def stand_in() -> ArqRedis:
    """A Redis inside this process, for the set-up without one. It forgets everything, as a Redis may."""
    return ArqRedis(FakeAsyncRedis().connection_pool, job_serializer=encode, job_deserializer=json.loads)


class Ringer:
    """Rings whoever may have work or news waiting. Never raises, never makes the caller wait for Redis.

    Rings coalesce: at most one is under way, and one more follows when somebody rang meanwhile, because the one under
    way may have been heard before the latest commit. A busy process rings every few milliseconds, not at every commit.
    """

    def __init__(self, redis: ArqRedis) -> None:
        self.redis = redis
        self._here: list[Callable[[], None]] = []
        self._under_way: asyncio.Task[None] | None = None
        self._again = False
        self._news: int | None = None
        self._away = False

    def also(self, wake: Callable[[], None]) -> None:
        """Wake this too at every ring: the crew that lives in the same process hears it without Redis."""
        self._here.append(wake)

    async def ring(self) -> None:
        """Say that there is work. Call it after the commit; returns at once."""
        for wake in self._here:
            wake()
        self._start()

    async def tell(self, seq: int) -> None:
        """Say that the event log has come to `seq`. Returns at once."""
        self._news = seq
        self._start()

    def _start(self) -> None:
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._send(), name="ring")
        else:
            self._again = True

    async def _send(self) -> None:
        try:
            while True:
                self._again = False
                news, self._news = self._news, None
                await self._pull(news)
                await asyncio.sleep(BREATH)
                if not self._again:
                    break
            if self._away:
                log.info("Redis is back; rings are heard again")
            self._away = False
        except Away as problem:
            if not self._away:
                log.warning("Redis is away (%s); work is found by sweeping until it is back", type(problem).__name__)
            self._away = True

    async def _pull(self, news: int | None) -> None:
        """What arq's `enqueue_job` does for a job of this id, in one round trip instead of four.

        A bell that rings already stays as it is. Whatever of the two a crash leaves behind, the next pull completes.
        """
        now = timestamp_ms()
        job = serialize_job(BELL, (), {}, None, now, serializer=self.redis.job_serializer)
        async with self.redis.pipeline(transaction=False) as line:
            if news is not None:
                line.publish(EVENTS, str(news))
            line.set(job_key_prefix + BELL, job, px=self.redis.expires_extra_ms, nx=True)
            line.zadd(self.redis.default_queue_name, {BELL: now}, nx=True)
            await line.execute()

    async def close(self) -> None:
        """Let the ring under way go out, for a moment at most."""
        if self._under_way is not None:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._under_way, 1.0)


async def listen(redis: ArqRedis, heard: Callable[[], None], stop: asyncio.Event) -> None:
    """Call `heard` whenever the event log has grown, until `stop`; survives any number of losses of Redis.

    Calls `heard` once after every loss as well, since news may have been missed.
    """
    pause, away = 0.1, False
    while not stop.is_set():
        try:
            async with redis.pubsub() as line:
                await line.subscribe(EVENTS)
                if away:
                    log.info("Redis is back; news are heard again")
                pause, away = 0.1, False
                heard()
                while not stop.is_set():
                    if await line.get_message(ignore_subscribe_messages=True, timeout=1.0):
                        heard()
        except Away as problem:
            if not away:
                log.warning("Redis is away (%s); subscribers read the event log by the clock", type(problem).__name__)
            away = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def reachable(url: str) -> bool:
    """Does this Redis answer within its patience? For `leuchtturm check`."""
    redis = connect(url)
    try:
        return bool(await redis.ping())
    except Away:
        return False
    finally:
        await redis.aclose(close_connection_pool=True)  # the client does not close a pool that it was given
