"""The worker: the crew at work, and an arq worker whose only function is to wake it.

The other module that knows arq. Losing Redis never ends the worker: rings are missed, the sweep goes on.
"""

import asyncio
import contextlib
import logging
import os
import pkgutil
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import arq.worker
from arq.connections import ArqRedis

import workers
from models.redaction import told
from workers import outbox, schedule
from workers.crew import Crew, Loop
from workers.doing import Jobs
from workers.notifications import loop as notifications
from workers.queue import BELL, LONGEST_PAUSE, Ringer
from workers.work import Tools

log = logging.getLogger(__name__)


POLL_SECONDS = 0.05  # 20 small commands a second while idle; a ring is heard after 25 ms on average
BELL_TIMEOUT = 5  # seconds; also how long (plus 10) a bell is deaf whose worker was killed while it rang
UNLIMITED = 1_000_000  # arq counts a try before it calls; our bell must never run out of them


def myself() -> str:
    """Who claims: host, process and a random part, since containers share host names and process ids."""
    return f"{socket.gethostname()[:40]}.{os.getpid()}.{uuid4().hex[:8]}"


def loops_of(tools: Tools, ringer: Ringer, *, owner: str, lease: timedelta, slots: int = 20) -> list[Loop]:
    """Every loop of a full worker."""
    return [
        outbox.loop(ringer),
        schedule.loop(tools.site.time_zone),
        Jobs(tools, owner=owner, lease=lease, slots=slots).loop(),
        notifications.loop(tools, owner=owner, lease=lease),
    ]


async def work(
    tools: Tools,
    ringer: Ringer,
    *,
    stop: asyncio.Event,
    lease_seconds: float = 60.0,
    sweep_seconds: float = 1.0,
    drain_seconds: float = 25.0,
    more: Sequence[Loop] = (),
) -> None:
    """Work on whatever is due until `stop` is set; returns when everything begun is finished or released.

    The database is open, `tools.ring` is `ringer.ring`. Needs no Redis: with none, work starts at the next sweep.
    """
    owner = myself()
    loops = [*loops_of(tools, ringer, owner=owner, lease=timedelta(seconds=lease_seconds)), *more]
    crew = Crew(loops, sweep_seconds=sweep_seconds)
    ringer.also(crew.wake)
    hearing = asyncio.create_task(hear(ringer.redis, crew.wake, stop), name="arq")
    log.info("At work as %s: %s", owner, ", ".join(loop.name for loop in loops))
    try:
        await crew.run(stop, drain_seconds=drain_seconds)
    finally:
        await _end(hearing)


async def hear(redis: ArqRedis, wake: Callable[[], None], stop: asyncio.Event) -> None:
    """Call `wake` at every ring, until `stop`. Starts again, with growing pauses, whenever Redis is lost."""
    pause, away = 0.25, False
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        worker = _arq_worker(redis, wake)
        try:
            wake()  # whatever was rung while nobody listened
            await worker.async_run()
        except Exception as problem:
            # Almost always a Redis that is away. Whatever it is: without the bell there is the sweep.
            if not away:
                log.warning("The bell is deaf (%s); sweeping on", told(problem))
            away = True
        finally:
            await _let_go(worker)
        if asyncio.get_running_loop().time() - began > LONGEST_PAUSE:
            pause, away = 0.25, False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _arq_worker(redis: ArqRedis, wake: Callable[[], None]) -> arq.worker.Worker:
    async def bell(ctx: dict[Any, Any]) -> None:
        wake()

    async def forgotten(ctx: dict[Any, Any]) -> None:
        # The bell can be rung again from here on. What was rung between our look and now was refused by arq.
        wake()

    return arq.worker.Worker(
        functions=[arq.worker.func(bell, name=BELL, keep_result=0, timeout=BELL_TIMEOUT, max_tries=UNLIMITED)],
        redis_pool=redis,
        job_serializer=redis.job_serializer,
        job_deserializer=redis.job_deserializer,
        after_job_end=forgotten,
        poll_delay=POLL_SECONDS,
        keep_result=0,
        job_timeout=BELL_TIMEOUT,
        health_check_interval=60,
        handle_signals=False,
        log_results=False,
        timezone=UTC,
    )


async def _end(hearing: asyncio.Task[None]) -> None:
    """Cancel until it is over: on Python 3.11 a wait that ends at that very moment swallows the cancellation."""
    while not hearing.done():
        hearing.cancel()
        await asyncio.wait([hearing], timeout=1.0)


async def _let_go(worker: arq.worker.Worker) -> None:
    """End what the arq worker left running. Its own `close` would close our client as well."""
    left = [task for task in (worker.main_task, *worker.tasks.values()) if task is not None and not task.done()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def gather_handlers() -> None:
    """Import every module of `workers`: the `@job` functions register themselves, so none can be forgotten here."""
    for module in pkgutil.walk_packages(workers.__path__, f"{workers.__name__}."):
        import_module(module.name)


async def _say_nothing(redis: ArqRedis, log: Callable[..., None]) -> None:
    """arq asks a server for INFO in order to log it, and the stand-in has none (fakeredis 2.40)."""


arq.worker.log_redis_info = _say_nothing  # type: ignore[attr-defined,assignment]
logging.getLogger("arq.worker").setLevel(logging.WARNING)  # one line per ring otherwise
gather_handlers()
