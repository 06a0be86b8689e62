"""Who has how many connections and subscriptions open, over WebSocket and event streams together."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Capacity:
    """The most that may be open at the same time in this process."""

    per_address: int = 200
    """Connections from one address: a school or an office behind one."""
    per_person: int = 50
    """Connections of one person: every tab of every device."""
    per_process: int = 10_000
    """Connections in all; one costs about 40 kB."""
    per_socket: int = 50
    """Operations under way on one WebSocket."""
    subscriptions: int = 200
    """Subscriptions of one person, or of one address of strangers, over all their connections."""


class Full(Exception):
    """No seat is free; says for whom."""


class Crowd:
    """How many each of them has, so that nobody takes all of them."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._open.total()

    def enter(self, who: str, most: int) -> bool:
        """One more for them, unless they have `most` already."""
        if self._open[who] >= most:
            self._tidy(who)
            return False
        self._open[who] += 1
        return True

    def leave(self, who: str) -> None:
        self._open[who] -= 1
        self._tidy(who)

    def _tidy(self, who: str) -> None:
        if self._open[who] <= 0:
            del self._open[who]


class Seats:
    """The seats of one process."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self._addresses, self._people, self._subscriptions = Crowd(), Crowd(), Crowd()

    @contextmanager
    def connection(self, address: str) -> Iterator[None]:
        """A seat for one connection. Raises `Full`."""
        if len(self._addresses) >= self.capacity.per_process:
            raise Full("process")
        with _seated(self._addresses, address, self.capacity.per_address, "address"):
            yield

    @contextmanager
    def person(self, who: str) -> Iterator[None]:
        """A seat for one connection of somebody known. Raises `Full`."""
        with _seated(self._people, who, self.capacity.per_person, "person"):
            yield

    @contextmanager
    def subscription(self, who: str) -> Iterator[None]:
        """A seat for one subscription. Raises `Full`."""
        with _seated(self._subscriptions, who, self.capacity.subscriptions, "subscriptions"):
            yield


@contextmanager
def _seated(crowd: Crowd, who: str, most: int, what: str) -> Iterator[None]:
    if not crowd.enter(who, most):
        raise Full(what)
    try:
        yield
    finally:
        crowd.leave(who)
