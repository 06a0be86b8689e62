"""Keeping this process's shelf in line with the rows, which are the truth: once a second, what was changed since.

Each process has a shelf of its own and reads the rows by itself, so there may be any number of them, and nothing has to
be told. Who may see what, and what became of a question, is asked of the rows when somebody looks (`finding.py`).
"""

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from models import sql, text
from models.base import utcnow
from models.language import Language
from models.questions.question import Question
from models.questions.similar.features import Features, of_question
from models.questions.similar.shelf import Shelf

PAUSE = 1.0  # seconds between two looks at the rows
PATIENCE = 0.1  # seconds for which somebody who types waits for that
OVERLAP = timedelta(minutes=2)  # a slow transaction commits its row behind faster ones; clocks differ by less, too
BATCH = 250  # rows that are read at once; everything is read once, when a process is asked for the first time
BODY_READ = 600  # characters of what stands below the title that are read

Said = tuple[str, str, Language]


class Kept:
    """A shelf and how far it has read."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self._said: dict[UUID, int] = {}
        self._since: datetime | None = None
        self._looked = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def follow(self) -> Shelf:
        """The shelf as the rows are now, give or take a second; one who reads reads for all who ask meanwhile.

        After a start there may be a lot to read: who asks then is answered from what has been read so far.
        """
        if self._reading is None and time.monotonic() - self._looked >= PAUSE:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._have_read)
        if self._reading is not None:
            done, _ = await asyncio.wait({self._reading}, timeout=PATIENCE)
            for reading in done:
                reading.result()
        return self.shelf

    def _have_read(self, reading: asyncio.Task[None]) -> None:
        self._reading, self._looked = None, time.monotonic()
        if not reading.cancelled():
            reading.exception()  # whoever waits is told; where nobody does, the next one reads again

    async def _read(self) -> None:
        since, last = utcnow() - OVERLAP, None  # by the clock that writes `updated_at`
        while True:
            rows = Question.all() if self._since is None else Question.filter(updated_at__gte=self._since)
            if last is not None:
                rows = rows.filter(id__gt=last)
            batch = await rows.order_by("id").limit(BATCH).only("id", "title", "body", "language")
            await self._take_in(batch)
            if len(batch) < BATCH:
                break
            last = batch[-1].id
        self._since = since  # at the end: what was read by half is read again

    async def _take_in(self, batch: list[Question]) -> None:
        said: dict[UUID, Said] = {row.id: (row.title, row.body, row.language) for row in batch}
        fresh = {id: one for id, one in said.items() if self._said.get(id) != hash(one)}
        if fresh:
            for id, found in (await asyncio.to_thread(_features, fresh)).items():
                self.shelf.put(id, found, fresh[id][2])
                self._said[id] = hash(fresh[id])


def _features(said: dict[UUID, Said]) -> dict[UUID, Features]:
    return {id: of_question(title, _beginning(body), language) for id, (title, body, language) in said.items()}


def _beginning(body: str) -> str:
    return text.plain(body[:BODY_READ]) if body else ""


_KEPT: WeakKeyDictionary[object, Kept] = WeakKeyDictionary()


async def shelf() -> Shelf:
    """Of the database that is open: one for each process."""
    return await _KEPT.setdefault(sql.connection(), Kept()).follow()
