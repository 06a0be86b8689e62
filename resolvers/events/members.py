"""One subscriber of a class: what is still to be told to it, at most so much."""

import asyncio
from collections import deque
from enum import Enum, auto
from typing import NamedTuple, Protocol

import orjson
from graphql import GraphQLError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from resolvers.masking import outgoing

WAITING = 500  # answers that wait for one subscriber; with more it is sent away, and comes again with its cursor


class Told(NamedTuple):
    """One answer as it is sent, and the cursor behind which to go on."""

    payload: str
    """`{"data": …}` as JSON, on one line."""
    place: str | None
    refused: bool = False
    """Nothing was executed: the payload is a list of errors."""


class TooSlow(Exception):
    """The subscriber takes answers more slowly than they come. Carries the cursor behind which to go on."""


class Home(Protocol):
    place: int
    """Up to here its members were told everything."""


class Then(Enum):
    """What a subscriber does when it has nothing left to tell."""

    WAIT = auto()
    MOVE = auto()
    """Its viewer is another one by now: it belongs to another class."""
    LEAVE = auto()


class Member:
    """Filled by its class, emptied by its connection."""

    def __init__(self) -> None:
        self.then = Then.WAIT
        self.place: int | None = None
        """Up to here it was told everything, or it waits here."""
        self.taken = 0
        """Up to here its connection has taken it."""
        self.home: Home | None = None
        """The class that tells it."""
        self._waiting: deque[Told] = deque()
        self._woken: asyncio.Future[None] | None = None
        self._slow = False

    def begin(self, place: int) -> None:
        """It knows everything up to here."""
        self.place = self.taken = place

    @property
    def known(self) -> int:
        return self.place or 0

    def put(self, told: Told, place: int) -> None:
        """One more, unless it knows it already."""
        if place <= self.known:
            return
        self.place = place
        if len(self._waiting) >= WAITING:
            self._slow = True
            self._waiting.clear()
        elif not self._slow:
            self._waiting.append(told)
        self._poke()

    def go(self, then: Then) -> None:
        """Do this next."""
        self.then = then
        self._poke()

    def move(self) -> None:
        """Its viewer is another one: take along nothing that waits, and read it again as who they are now."""
        if self.home is not None:
            self.place = self.taken if self._waiting else max(self.known, self.home.place)
        self._waiting.clear()
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
        if told.place is not None:
            self.taken = int(told.place)
        return told


def told(result: ExecutionResult | PreExecutionError, place: str | None) -> Told:
    """A result as all of the class are sent it."""
    if isinstance(result, PreExecutionError):
        errors = [error.formatted for error in result.errors or []]
        return Told(orjson.dumps(errors, default=str).decode(), None, True)
    said: dict[str, object] = {"data": result.data} if result.data is not None or not result.errors else {}
    if result.errors:
        said["errors"] = [error.formatted for error in result.errors]
    return Told(orjson.dumps(said, default=str).decode(), place)


def mistake(problem: Exception) -> Told:
    """The last answer of a subscription that cannot go on."""
    error = outgoing(GraphQLError(str(problem), original_error=problem))
    return told(ExecutionResult(data=None, errors=[error]), None)
