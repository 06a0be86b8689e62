"""The crew: one loop for each kind of work, all woken by one bell, none depending on it.

A loop asks the database what is due, does some of it, and asks again while there is more. When there is nothing it
waits for the bell, at most `sweep` seconds: that sweep is the floor on which nothing is ever lost.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from models.redaction import told

log = logging.getLogger(__name__)

LONGEST_PAUSE = 10.0  # seconds between attempts while the database is away


async def _nothing_to_drain(seconds: float) -> None:
    """A loop whose step does its work itself has nothing left over."""


@dataclass(frozen=True)
class Loop:
    """One kind of work. `step` claims what is due, does a slice of it and says whether it did something.

    A step ends on its own within seconds: after `stop` it is given the time to drain, then it is cancelled, and must
    have left the rows so that anybody can take them up. It must bear being run by many processes at once. `drain` is
    for a loop that lets work run on in tasks of its own: it finishes or releases them within the given seconds.
    """

    name: str
    step: Callable[[], Awaitable[bool]]
    drain: Callable[[float], Awaitable[None]] = field(default=_nothing_to_drain)
    sweep: float | None = None
    """Seconds between two looks without being rung; None: the crew's own."""


class Crew:
    """Runs loops until it is told to stop. `wake` may be called from anywhere in this process's loop."""

    def __init__(self, loops: Sequence[Loop], *, sweep_seconds: float) -> None:
        self.loops = tuple(loops)
        self._sweep = sweep_seconds
        self._bells = {loop.name: asyncio.Event() for loop in loops}
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """There may be work: every loop looks now, or again once it is through with what it is doing."""
        for bell in self._bells.values():
            bell.set()

    async def run(self, stop: asyncio.Event, *, drain_seconds: float) -> None:
        """Work until `stop` is set, then claim nothing more, finish what has begun, release what is left."""
        at_work = [asyncio.create_task(self._work(loop), name=loop.name) for loop in self.loops]
        try:
            await stop.wait()
        finally:
            self._stopping.set()
            self.wake()
            await self._drained(at_work, drain_seconds)

    async def _drained(self, at_work: list[asyncio.Task[None]], seconds: float) -> None:
        log.info("Stopping: finishing what has begun, for at most %.0f s", seconds)
        steps = asyncio.wait(at_work, timeout=seconds)
        await asyncio.gather(steps, *(loop.drain(seconds) for loop in self.loops))
        late = [task for task in at_work if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        log.info("Stopped%s", f"; released {', '.join(task.get_name() for task in late)}" if late else "")

    async def _work(self, loop: Loop) -> None:
        bell, failures = self._bells[loop.name], 0
        while not self._stopping.is_set():
            # Cleared before the look: a ring during the step leads to another look.
            bell.clear()
            try:
                more = await loop.step()
                if failures:
                    log.info("%s: at work again", loop.name)
                failures = 0
            except Exception as problem:
                failures += 1
                if failures == 1:
                    log.warning("%s: %s; trying again", loop.name, told(problem), exc_info=not _away(problem))
                await self._pause(min(0.25 * 2**failures, LONGEST_PAUSE))
                continue
            if not more and not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), loop.sweep or self._sweep)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _away(problem: Exception) -> bool:
    """The database is not there: a fact of operations, for which nobody needs a traceback."""
    names = {kind.__name__ for kind in type(problem).__mro__}
    return bool(names & {"OSError", "DBConnectionError", "ConnectionDoesNotExistError", "InterfaceError"})
