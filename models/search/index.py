"""Keeping the index: after an event of a row, and as a whole.

Entries are compared by digest, so doing it twice writes nothing, and a rebuild costs writes only where something was
wrong.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.transactions import in_transaction

from models.search import terms
from models.search.entry import SearchEntry
from models.search.sources import SOURCES, Said, SearchKind, Source

BATCH = 100  # rows per transaction: some ten milliseconds, for which (on SQLite) everybody waits


@dataclass
class Tally:
    """How many entries were missing, wrong, or of rows that may not be found any more."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __iadd__(self, other: "Tally") -> "Tally":
        self.added += other.added
        self.changed += other.changed
        self.removed += other.removed
        return self


async def index(kind: SearchKind, ids: Collection[UUID], *, repair: bool = True) -> Tally:
    """Bring the entries of these rows in line with the rows; without `repair` only say what would change."""
    source = SOURCES[kind]
    async with in_transaction():
        # Two jobs about one row: whoever reads it writes its entries before the other, or a change, may go on.
        await source.model.filter(id__in=list(ids)).order_by("id").select_for_update().only("id")
        said = await source.read(await source.findable().filter(id__in=list(ids)))
        wanted = {(one.subject_id, one.language or ""): one for one in said}
        standing = {
            (id, language): (entry, digest)
            for entry, id, language, digest in await SearchEntry.filter(
                kind=kind, subject_id__in=list(ids)
            ).values_list("id", "subject_id", "language", "digest")
        }
        gone = [entry for place, (entry, _) in standing.items() if place not in wanted]
        fresh = [one for place, one in wanted.items() if place not in standing]
        other = [
            (standing[place][0], one)
            for place, one in wanted.items()
            if place in standing and standing[place][1] != _digest(one)
        ]
        if repair:
            await _write(kind, gone, fresh, other)
    return Tally(len(fresh), len(other), len(gone))


async def _write(
    kind: SearchKind, gone: Sequence[int], fresh: Sequence[Said], other: Sequence[tuple[int, Said]]
) -> None:
    if gone:
        await SearchEntry.filter(id__in=list(gone)).delete()
    made = await asyncio.to_thread(lambda: [_columns(one) for one in [*fresh, *(one for _, one in other)]])
    if fresh:
        await SearchEntry.bulk_create(
            SearchEntry(kind=kind, subject_id=one.subject_id, language=one.language or "", **columns)
            for one, columns in zip(fresh, made, strict=False)
        )
    for (entry, _), columns in zip(other, made[len(fresh) :], strict=True):
        await SearchEntry.filter(id=entry).update(**columns)


def _columns(said: Said) -> dict[str, str]:
    languages = (said.language,) if said.language else terms.EITHER
    title, body = terms.indexed(said.title, languages), terms.indexed(said.body, languages)
    return {
        "title": said.title,
        "body": said.body,
        "title_words": title.words,
        "title_stems": title.stems,
        "body_words": body.words,
        "body_stems": body.stems,
        "digest": _digest(said),
    }


def _digest(said: Said) -> str:
    parts = (terms.RULES, said.language or "", said.title, said.body)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


async def forget(kind: SearchKind, ids: Collection[UUID]) -> None:
    """Take rows out of the index in the caller's transaction, for what is erased and leaves no event behind."""
    await SearchEntry.filter(kind=kind, subject_id__in=list(ids)).delete()


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
