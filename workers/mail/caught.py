"""The mailer of development: nothing leaves the machine, everything can be read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from models.base import utcnow
from models.mailbox import CaughtMail
from workers.mail.message import Parcel
from workers.mail.replies import Reply, Verdict
from workers.mail.smtp import Line

Keep = Callable[[Parcel], Awaitable[None]]


def in_the_database(now: Callable[[], datetime] = utcnow) -> Keep:
    """Keep mails as rows, so that they are still there after a restart."""

    async def keep(parcel: Parcel) -> None:
        await CaughtMail.keep(sender=parcel.sender, recipient=parcel.recipient, content=parcel.content, now=now())

    return keep


class CaughtMailbox:
    """A `Mailer`, and at the same time each of its `Line`s."""

    def __init__(self, keep: Keep | None = None) -> None:
        self._keep = keep or in_the_database()

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        yield self

    async def send(self, parcel: Parcel) -> Reply:
        await self._keep(parcel)
        return Reply(Verdict.ACCEPTED, 250, "2.0.0 Caught")

    async def close(self) -> None:
        """Nothing is open."""
