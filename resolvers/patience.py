"""Deadlines for many at once: like `asyncio.timeout`, which takes a timer of the loop for each and every request.

Whoever has the same patience stands in one queue, so one timer that looks at its head now and then is enough.
"""

import asyncio
from collections import deque
from types import TracebackType
from typing import Any, Self

LOOKS = 20
"""How often the head of the queue is looked at within one patience: a deadline is late by a twentieth of it at most."""


class Turn:
    """One stay in the queue. Raises `TimeoutError` where the deadline ended it."""

    __slots__ = ("_cancelling", "_late", "_task", "over", "until")

    def __init__(self, task: "asyncio.Task[Any]", until: float) -> None:
        self._task, self.until = task, until
        self._cancelling = task.cancelling()
        self.over = self._late = False

    def end(self) -> None:
        """The deadline has come."""
        self.over = self._late = True
        self._task.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over = True
        if self._late and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from problem


class Patience:
    """`with patience.turn(): ...` gives what is inside so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._turns: deque[Turn] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        """Whose timer looks at the queue; None: nobody's."""

    def turn(self) -> Turn:
        """The task that calls this has until then."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        turns = self._turns
        if self._loop is not None and self._loop is not loop:
            turns.clear()  # those of a loop that is gone
            self._loop = None
        while turns and turns[0].over:
            turns.popleft()
        turn = Turn(task, loop.time() + self.seconds)
        turns.append(turn)
        if self._loop is None:
            self._again(loop)
        return turn

    def _again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        loop.call_later(self.seconds / LOOKS, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not loop:
            return
        turns, now = self._turns, loop.time()
        while turns and (turns[0].over or turns[0].until <= now):
            turn = turns.popleft()
            if not turn.over:
                turn.end()
        if turns:
            self._again(loop)
        else:
            self._loop = None
