"""Looking over the whole index: what an event did not tell, what a job that was let go left behind."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery

from models.search.entry import SearchEntry
from models.search.index import Tally, index
from models.search.sources import SOURCES, SearchKind, Source

BATCH = 50  # rows per transaction, when all of them are new some fifty milliseconds: on SQLite everybody waits


async def rebuild(*, repair: bool = True, batch: int = BATCH) -> dict[SearchKind, Tally]:
    """Compare every entry with its row, in batches, and put right what is not; without `repair` only count it.

    Safe while people write and other processes do the same.
    """
    found = {}
    if repair:
        await SearchEntry.filter(kind__not_in=[kind.value for kind in SOURCES]).delete()
    for kind, source in SOURCES.items():
        tally = found[kind] = Tally(removed=await _orphans(kind, source, repair))
        async for ids in _batches(source, batch):
            tally += await index(kind, ids, repair=repair)
    return found


async def _orphans(kind: SearchKind, source: Source, repair: bool) -> int:
    """Entries of rows that are gone or not to be found any more."""
    there: Any = Subquery(source.findable().values("id"))
    ids: list[Any] = list(await SearchEntry.filter(~Q(subject_id__in=there), kind=kind).values_list("id", flat=True))
    for start in range(0, len(ids), BATCH) if repair else ():
        await SearchEntry.filter(id__in=ids[start : start + BATCH]).delete()
    return len(ids)


async def _batches(source: Source, size: int) -> AsyncIterator[list[UUID]]:
    last: UUID | None = None
    while True:
        rows = source.findable().filter(id__gt=last) if last else source.findable()
        ids: list[Any] = list(await rows.order_by("id").limit(size).values_list("id", flat=True))
        if not ids:
            return
        yield ids
        last = ids[-1]
