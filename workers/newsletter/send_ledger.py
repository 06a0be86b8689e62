"""The account of one slice of sending: no line takes its next copy before the end of its last one is committed.

All lines hand in how their copy ended and ask for the next; one task answers them together, with one transaction for
everybody who waits at that moment. So at most one accepted copy per line is ever uncommitted, whatever happens.
The same commit sets the start mark of the next copies and looks once more whether they may go out.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.transactions import in_transaction

from models.newsletter import deliveries
from models.newsletter.deliveries import Copy, Ended
from models.outages import GONE
from workers.newsletter.send_liveness import Claimant

log = logging.getLogger(__name__)

AWAY = (DBConnectionError, OperationalError, TimeoutError, *GONE)
PATIENCE = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between attempts: a database restart takes less than the sum


@dataclass
class _Asked:
    ended: Ended | None
    wants: bool
    answer: "asyncio.Future[Copy | None]"


class Ledger:
    """One per slice. `turn` is called by the lines; `run` is the one task that writes."""

    def __init__(
        self,
        issue_id: UUID,
        claimant: Claimant,
        *,
        batch: int,
        prepare: Callable[[list[Copy]], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._issue_id, self._claimant, self._batch, self._now = issue_id, claimant, batch, now
        self._prepare = prepare
        self._asked: asyncio.Queue[_Asked] = asyncio.Queue()
        self._ready: deque[Copy] = deque()
        self._stopped = asyncio.Event()
        self.settled = 0
        self.failure: Exception | None = None
        """Why no copies could be prepared; the claimed ones are taken up by the next slice."""

    def stop(self) -> None:
        """Give out no more copies; what has begun is still settled."""
        self._stopped.set()

    async def rest(self, seconds: float) -> None:
        """Wait so long, or until no more copies are given out."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)

    async def turn(self, ended: Ended | None, *, wants: bool = True) -> Copy | None:
        """Commit how a copy ended and get the next one, with its start mark set; None when there is no more."""
        answer: asyncio.Future[Copy | None] = asyncio.get_running_loop().create_future()
        await self._asked.put(_Asked(ended, wants, answer))
        return await answer

    async def run(self) -> None:
        """Answer until cancelled. A failure reaches every line that waits, and nobody is left waiting."""
        while True:
            asked = [await self._asked.get()]
            while not self._asked.empty():
                asked.append(self._asked.get_nowait())
            try:
                await self._answer(asked)
            except Exception as why:
                self.stop()
                for each in asked:
                    if not each.answer.done():
                        each.answer.set_exception(why)

    async def _answer(self, asked: list[_Asked]) -> None:
        ended = [each.ended for each in asked if each.ended]
        waiting = deque(each for each in asked if each.wants)
        while True:
            picked = await self._picked(len(waiting))
            begun = await self._committed(ended, [copy.id for copy in picked])
            self.settled += len(ended)
            refused = [copy for copy in picked if copy.id not in begun]
            for copy in picked:
                if copy.id in begun:
                    waiting.popleft().answer.set_result(copy)
            if not refused or not waiting:
                break
            ended = await self._why_refused(refused)
        for each in asked:
            if not each.answer.done():
                each.answer.set_result(None)

    async def _picked(self, count: int) -> list[Copy]:
        if self._stopped.is_set() or not self._claimant.alive:
            return []
        if len(self._ready) < count:
            await self._claim()
        return [self._ready.popleft() for _ in range(min(count, len(self._ready)))]

    async def _claim(self) -> None:
        """Take a batch. Whatever goes wrong here ends the slice, but not before the ends handed in are committed."""
        try:
            fresh = await deliveries.claim(self._issue_id, self._claimant.name, self._batch, self._now())
            await self._prepare(fresh)
            self._ready.extend(fresh)
        except AWAY as why:
            log.warning("The database is away (%s); no more copies for now", type(why).__name__)
            self.stop()
        except Exception as why:
            self.failure = why
            self.stop()

    async def _committed(self, ended: list[Ended], starting: list[UUID]) -> set[UUID]:
        """One transaction. It is tried again while the database is away: what a relay said is worth waiting for.

        Nobody knows whether the first one came through. So the same is said again, the start marks too: a copy that is
        still ours begins, and one that is not is none of our business.
        """
        for pause in PATIENCE:
            try:
                return await self._commit(ended, starting)
            except AWAY as why:
                log.warning(
                    "The database is away (%s); keeping the account of %d copies", type(why).__name__, len(ended)
                )
                self.stop()
                await asyncio.sleep(pause)
        return await self._commit(ended, starting)

    async def _commit(self, ended: list[Ended], starting: list[UUID]) -> set[UUID]:
        if not ended and not starting:
            return set()
        name, now = self._claimant.name, self._now()
        async with in_transaction():
            done = await deliveries.settle(ended, name, now)
            if len(done) < len(ended):
                log.warning("%d copies were no longer ours", len(ended) - len(done))
            return await deliveries.start(starting, name, now)

    async def _why_refused(self, refused: list[Copy]) -> list[Ended]:
        """A copy that may not begin: its reader has left, or the whole issue was stopped."""
        if await deliveries.is_sending(self._issue_id):
            return [Ended(copy.id, "skip", free=True) for copy in refused]
        self.stop()
        return [Ended(copy.id, "release", free=True) for copy in refused]

    async def give_back(self) -> None:
        """Release what was claimed and not begun; at the end of a slice."""
        left = [Ended(copy.id, "release", free=True) for copy in self._ready]
        self._ready.clear()
        await self._committed(left, [])
