"""Lines: events of one condition as they come, for one listener each.

A line that is not emptied is not filled for ever: its owner goes back to the log.
"""

import asyncio
from collections import deque

from tortoise.expressions import Q

import models
from resolvers.events.matching import Test, Undecidable, test_of

WAITING = 1_000  # events that wait in one line; with more its owner reads the log


class Line:
    """Events of one condition as they come, for one listener; from behind the place `start` of the log."""

    def __init__(self, which: Q, start: int) -> None:
        self.which, self.start = which, start
        self.behind = False
        """More came than fits: the owner reads the log from its place on, and then calls `renewed`."""
        self._waiting: deque[models.OutboxEvent] = deque()
        self._woken = asyncio.Event()

    def put(self, *events: models.OutboxEvent) -> None:
        if self.behind or not events:
            return
        if len(self._waiting) + len(events) > WAITING:
            self._waiting.clear()
            self.behind = True
        else:
            self._waiting.extend(events)
        self._woken.set()

    def poke(self) -> None:
        """Let the owner look up, with or without events."""
        self._woken.set()

    async def next(self) -> list[models.OutboxEvent]:
        """What has come since; nothing when the line was poked or fell behind."""
        if not self._waiting and not self.behind:
            await self._woken.wait()
        self._woken.clear()
        came = list(self._waiting)
        self._waiting.clear()
        return came

    def renewed(self, start: int) -> None:
        self.behind, self.start = False, start


class Lines:
    """All lines of one condition."""

    def __init__(self, which: Q) -> None:
        self.lines: set[Line] = set()
        try:
            self.test: Test | None = test_of(which)
        except Undecidable:
            self.test = None
        self.which = which

    async def about(self, events: list[models.OutboxEvent]) -> list[models.OutboxEvent]:
        """Those of the events that the condition is true of."""
        if self.test is not None:
            return [event for event in events if self.test(event) is True]
        rows = models.OutboxEvent.filter(self.which, id__in=[event.id for event in events])
        told = set(await rows.values_list("id", flat=True))
        return [event for event in events if event.id in told]
