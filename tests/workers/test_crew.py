"""The crew: loops that look when they are rung, look again by themselves, outlive failures and stop kindly."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from workers.crew import Crew, Loop

NEVER = 3600.0


@asynccontextmanager
async def at_work(*loops: Loop, sweep: float = NEVER, drain: float = 5) -> AsyncIterator[Crew]:
    crew, stop = Crew(loops, sweep_seconds=sweep), asyncio.Event()
    working = asyncio.create_task(crew.run(stop, drain_seconds=drain))
    try:
        yield crew
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await working


class Work:
    """A step that does what is there, one piece at a time, and remembers how often it looked."""

    def __init__(self, there: int = 0) -> None:
        self.there, self.done, self.looks = there, 0, 0
        self.looked = asyncio.Event()

    async def step(self) -> bool:
        self.looks += 1
        self.looked.set()
        if not self.there:
            return False
        self.there, self.done = self.there - 1, self.done + 1
        return True


async def until(work: Work, done: int) -> None:
    async with asyncio.timeout(10):
        while work.done < done:
            await asyncio.sleep(0.005)


async def test_a_loop_goes_on_while_there_is_more_and_then_waits_for_the_bell():
    work = Work(there=3)
    async with at_work(Loop("lamps", work.step)) as crew:
        await until(work, 3)
        looks = work.looks
        work.there = 1
        crew.wake()
        await until(work, 4)
    assert looks <= 4
    assert work.looks == 6  # three, one that found nothing, one after the bell, one that found nothing


async def test_a_ring_during_a_look_leads_to_another_look():
    seen, in_the_middle, may_end = [], asyncio.Event(), asyncio.Event()

    async def step() -> bool:
        seen.append(1)
        in_the_middle.set()
        await may_end.wait()
        return False

    async with at_work(Loop("lamps", step)) as crew:
        await in_the_middle.wait()
        crew.wake()
        may_end.set()
        async with asyncio.timeout(10):
            while len(seen) < 2:
                await asyncio.sleep(0.005)


async def test_a_loop_that_fails_says_so_once_and_goes_on(caplog):
    tries = 0

    async def step() -> bool:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionRefusedError("no database for ada@example.org")
        return False

    with caplog.at_level(logging.INFO, "workers.crew"):
        async with at_work(Loop("lamps", step)):
            async with asyncio.timeout(10):
                while tries < 3:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0)
    said = [record.getMessage() for record in caplog.records if record.getMessage().startswith("lamps")]
    assert said == [
        "lamps: ConnectionRefusedError: no database for [redacted]; trying again",
        "lamps: at work again",
    ]


async def test_one_loop_that_hangs_keeps_no_other_from_working_and_is_let_go_at_the_end():
    let_go = asyncio.Event()

    async def hang() -> bool:
        try:
            await asyncio.Event().wait()
        finally:
            let_go.set()
        return False

    work = Work(there=2)
    async with at_work(Loop("hanging", hang), Loop("lamps", work.step), drain=0.05):
        await until(work, 2)
    assert let_go.is_set()


async def test_a_loop_may_look_more_often_than_the_others():
    often, seldom = Work(), Work()
    async with at_work(Loop("often", often.step, sweep=0.01), Loop("seldom", seldom.step)):
        async with asyncio.timeout(10):
            while often.looks < 5:
                await asyncio.sleep(0.005)
    assert seldom.looks == 1
