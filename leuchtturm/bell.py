"""The bell of one process: wakes whoever waits for events, without carrying any news itself.

Rings come from Redis pub/sub (or its stand-in). A missed ring costs one poll interval, never an event: whoever wakes
reads the database.
"""

import asyncio


class Bell:
    """`await bell.heard(within=1.0)` returns at the next ring, or after that many seconds."""

    def __init__(self) -> None:
        self._next: asyncio.Event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        woken, self._next = self._next, asyncio.Event()
        woken.set()

    async def heard(self, within: float) -> bool:
        """True when it rang, False when `within` seconds passed without a ring."""
        waiting = self._next
        try:
            await asyncio.wait_for(waiting.wait(), within)
        except TimeoutError:
            return False
        return True
