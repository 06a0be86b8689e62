"""An issue to many readers over a local sink: with our accounting, and next to it plain aiosmtplib without any."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import format_datetime

import aiosmtplib

from models import vault
from models.base import utcnow
from models.language import Language
from models.newsletter.deliveries import Delivery
from tests.bench.places import Place
from tests.mail import audience
from tests.newsletters import SECRET, SITE, reader, weekly
from workers.newsletter.render import render
from workers.newsletter.render_splice import compiled


@dataclass(frozen=True)
class Sent:
    sent: int
    seconds: float
    before: float
    peak: float
    """Megabytes of the sending process, before it began and at most."""

    @property
    def grown(self) -> float:
        return self.peak - self.before

    @property
    def rate(self) -> float:
        return self.sent / self.seconds


@asynccontextmanager
async def sink() -> AsyncIterator[int]:
    """A relay in a process of its own that takes everything and keeps nothing; gives its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.standins.smtp", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


async def issue_to(count: int) -> None:
    """The rows of an issue of KW 16 that is being sent to so many readers."""
    vault.use(vault.Keys(SECRET))
    issue_id = await audience.issue(utcnow(), items=8)
    for first in range(0, count, 10_000):
        readers = await audience.subscribers(min(10_000, count - first))
        await audience.copies(issue_id, readers, utcnow())


async def forgotten() -> None:
    await audience.forget_everything()
    assert not await Delivery.exists()


async def with_accounting(place: Place, port: int, connections: int, patience: float = 600.0) -> Sent:
    """The real sender on the real rows: claim, commit before the transmission, settle after the answer.

    It sends for `patience` seconds at most.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.sender", place.database, str(port), str(connections), str(patience),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return Sent(**json.loads(output))


async def plain(port: int, count: int) -> float:
    """Messages a second over one reused aiosmtplib connection: the same messages, and nothing written down."""
    variant = compiled(render(weekly(8), SITE, Language.DE), SITE)
    date = format_datetime(utcnow())
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
    await client.connect()
    began = time.perf_counter()
    for number in range(count):
        person = reader(number)
        await client.sendmail("bench@example.org", [person.address], variant.message(person, date))
    seconds = time.perf_counter() - began
    await client.quit()
    return count / seconds
