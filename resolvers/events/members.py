"""One subscriber of a class: told straight away where that is possible; otherwise what is still to be told to it."""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from resolvers.events.batches import Batch, Told

WAITING = 500  # answers that wait for one subscriber; with more it is sent away, and comes again with its cursor


class TooSlow(Exception):
    """The subscriber takes answers more slowly than they come. Carries the cursor behind which to go on."""


class Home(Protocol):
    everywhere: int
    """Up to here each of its members was told everything."""


class Then(Enum):
    """What a subscriber does when it has nothing left to tell."""

    WAIT = auto()
    MOVE = auto()
    """Its viewer is another one by now: it belongs to another class."""
    LEAVE = auto()


class Member:
    """Filled by its class, emptied by its connection; not even filled where the connection takes things straight."""

    __slots__ = ("_slow", "_straight", "_waiting", "_woken", "home", "place", "taken", "then")

    def __init__(self, straight: Callable[[Batch], bool] | None = None) -> None:
        """`straight` gives answers to the connection at once, or says False when it takes nothing now."""
        self.then = Then.WAIT
        self.place: int | None = None
        """Up to here it was told everything, or it waits here."""
        self.taken = 0
        """Up to here its connection has taken it."""
        self.home: Home | None = None
        """The class that tells it."""
        self._straight = straight
        self._waiting: deque[Told] | None = None
        self._woken: asyncio.Future[None] | None = None
        self._slow = False

    def begin(self, place: int) -> None:
        """It knows everything up to here."""
        self.place = self.taken = place

    @property
    def known(self) -> int:
        return self.place or 0

    @property
    def _rests(self) -> bool:
        """Its connection has sent all there was and waits: only then may anything go past the queue."""
        return not self._waiting and self._woken is not None and not self._woken.done()

    def put(self, batch: Batch) -> None:
        """What it does not know yet of these."""
        if self.then is not Then.WAIT or batch.place <= self.known:
            return
        if batch.first <= self.known:
            batch = batch.behind(self.known)
        self.place = batch.place
        if self._straight is not None and self._rests and self._straight(batch):
            self.taken = batch.place
        elif not self._slow:
            self._wait(batch)

    def _wait(self, batch: Batch) -> None:
        if self._waiting is None:
            self._waiting = deque()
        if len(self._waiting) + len(batch.told) > WAITING:
            self._slow = True
            self._waiting.clear()
        else:
            self._waiting.extend(batch.told)
        self._poke()

    def go(self, then: Then) -> None:
        """Do this next."""
        self.then = then
        self._poke()

    def move(self) -> None:
        """Its viewer is another one: take along nothing that waits, and read it again as who they are now."""
        if self.home is not None:
            self.place = self.taken if self._waiting else max(self.known, self.home.everywhere)
        self._waiting = None
        self.go(Then.MOVE)

    def _poke(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def next(self) -> Told | None:
        """The next answer; None when it is time to do what `then` says. Raises `TooSlow`."""
        while not self._waiting:
            if self._slow:
                raise TooSlow(str(self.taken))
            if self.then is not Then.WAIT:
                return None
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        told = self._waiting.popleft()
        self._waiting = self._waiting or None
        if told.place is not None:
            self.taken = int(told.place)
        return told
