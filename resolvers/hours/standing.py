"""The queue of a session as this process knows it: read once per change, however many listen."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from models.hours.queue.standing import Queue, queue_of

KEPT = 64  # sessions; more than ever have an open queue at the same time


@dataclass
class Standings:
    """The last reading of each session, and from which event on it holds."""

    _read: OrderedDict[UUID, tuple[int, asyncio.Task[Queue]]] = field(default_factory=OrderedDict)

    async def at(self, session_id: UUID, seq: int) -> Queue:
        """The queue as it was after the event with this number, or later. Who asks while it is read waits for that."""
        known = self._read.get(session_id)
        if known is None or known[0] < seq or (known[1].done() and known[1].exception() is not None):
            known = (seq, asyncio.create_task(queue_of(session_id), name="queue"))
            self._read[session_id] = known
            while len(self._read) > KEPT:
                self._read.popitem(last=False)
        self._read.move_to_end(session_id)
        # One listener may go away while others wait for the same reading.
        return await asyncio.shield(known[1])


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, Standings] = WeakKeyDictionary()


def standings() -> Standings:
    """Those of this process."""
    return _OF_LOOP.setdefault(asyncio.get_running_loop(), Standings())
