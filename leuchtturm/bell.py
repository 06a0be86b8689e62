"""The bell of one process: wakes whoever waits for events, without carrying any news itself.

Rings come from Redis pub/sub (or its stand-in). A missed ring costs one poll interval, never an event: whoever wakes
reads the database.
"""

import asyncio


class Bell:
    """`await bell.heard(within=1.0)` returns at the next ring, or after that many seconds."""

    def __init__(self) -> None:
        self._next: asyncio.Event = asyncio.Event()
        self.rung = 0
        """How often it has rung so far."""

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self.rung += 1
        woken, self._next = self._next, asyncio.Event()
        woken.set()

    async def heard(self, within: float) -> bool:
        """True when it rang, False when `within` seconds passed without a ring."""
        waiting = self._next
        try:
            # Not `wait_for`: in Python 3.11 it forgets that it was cancelled when the bell rings in the same moment.
            async with asyncio.timeout(within):
                await waiting.wait()
        except TimeoutError:
            return False
        return True
