"""The loop: reminders arrive, what has arrived is sorted, mails are sent; a slice of each per step."""

import asyncio
from datetime import timedelta

from models.notifications import sorting
from workers.crew import Loop
from workers.notifications.send import send_due
from workers.work import Tools


def loop(tools: Tools, *, owner: str, lease: timedelta) -> Loop:
    """For every worker. Correctness rests on the sweep; a ring makes it sooner."""

    stopping = asyncio.Event()

    async def step() -> bool:
        moved = await move(tools)
        return await send_due(tools, owner, lease, stopping) > 0 or moved

    async def drain(seconds: float) -> None:
        stopping.set()

    return Loop("notifications", step, drain)


async def move(tools: Tools) -> bool:
    """Let reminders arrive and decide what becomes of whatever is due."""
    now = tools.now()
    if not await sorting.waiting(now):
        return False
    arrived = await sorting.arrive(now)
    if arrived:
        await tools.ring()  # the app hears of them by the relay
    return await sorting.sort(now) + arrived > 0
