"""A coroutine that was started already: most end at once, and nobody has to prepare for the others before."""

from collections.abc import Coroutine, Generator
from typing import Any


class Begun:
    """What is left of a coroutine that had to wait. To be awaited by the task that began it."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._coroutine, self._waits_for = coroutine, waits_for

    @classmethod
    def at_once(cls, coroutine: Coroutine[Any, Any, None]) -> "Begun | None":
        """Run it until it has to wait; None: it is over. Raises what it raises."""
        try:
            return cls(coroutine, coroutine.send(None))
        except StopIteration:
            return None

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        try:
            while True:
                try:
                    said = yield waits_for
                except BaseException as problem:
                    waits_for = self._coroutine.throw(problem)
                else:
                    waits_for = self._coroutine.send(said)
        except StopIteration:
            return
