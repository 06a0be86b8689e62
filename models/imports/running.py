"""The loop of every import: read some lines, look up what is known, say what is different, write it; and again.

A batch is a transaction of a few statements. Whoever stops an import half-way starts it again: what is in is known.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM
from models.imports.kinds import Kind
from models.imports.members import Members
from models.imports.projects import Projects
from models.imports.reading import Lines
from models.imports.report import Line, Tally
from models.imports.rows import ImportRun
from models.imports.table import Given, Table
from models.outbox import AuditEvent, OutboxEvent

BATCH = 500  # lines: a transaction of well under a second, also on SQLite, where everybody else waits for it
SOURCE_MOST = 40

Tell = Callable[[Sequence[Line], int], None]
"""Hears of each batch: its lines, and how many bytes have been read."""


@dataclass(frozen=True)
class Wish:
    """What is asked for. `source` names the list: the same keys of another list are other rows."""

    kind: Kind
    source: str
    dry_run: bool = False
    listed: bool = False
    """Of projects: show them in the public list at once."""
    adopt: bool = False
    """Of projects: take a team of the same name that is there already."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which column is meant, ours by theirs."""


class Sort(Protocol):
    """One kind of import."""

    async def batch(self, lines: Sequence[Given]) -> list[Line]:
        """Say what became of the lines, and write it unless this is a dry run; in the caller's transaction."""
        ...


async def load(file: BinaryIO, wish: Wish, *, now: datetime, tell: Tell = lambda lines, read: None) -> Tally:
    """Import a file. Raises `FileUnusable` before anything is written; everything else is said line by line."""
    text.line(wish.source, "source", SOURCE_MOST)
    table = Table(Lines(file), wish.kind, wish.columns)
    run = ImportRun(what=wish.kind, source=wish.source)
    sort: Sort = Projects(wish, run, now) if wish.kind is Kind.PROJECTS else Members(wish, run, now)
    tally = Tally()
    for lines in _batches(iter(table)):
        async with in_transaction():
            told = await sort.batch(lines)
        tally.count(told)
        tell(told, table.position)
    if not wish.dry_run:
        await _finish(run, tally, _hash(file), now)
    return tally


def _batches(lines: Iterator[Given]) -> Iterator[list[Given]]:
    batch: list[Given] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _finish(run: ImportRun, tally: Tally, file_hash: str, now: datetime) -> None:
    """The run for the audit log. One that wrote nothing leaves nothing, so that a second run is no change at all."""
    if not run._saved_in_db:
        return
    async with in_transaction():
        run.counts = {outcome.value: number for outcome, number in tally.counts.items()}
        run.file_hash, run.finished_at = file_hash, now
        await run.save()
        await AuditEvent.record(run, "import", by=SYSTEM, now=now, note=f"{run.what} of {run.source}")
        await OutboxEvent.record("import.finished", subject_kind=run.kind, subject_id=run.id, now=now)


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    whole = hashlib.sha256()
    while part := file.read(1 << 16):
        whole.update(part)
    return whole.hexdigest()
