"""Keeping the entries of some rows in line with the rows.

Entries are compared by digest, so doing it twice writes nothing.
"""

import asyncio
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from tortoise.transactions import in_transaction

from models.search import terms
from models.search.entry import SearchEntry
from models.search.sources import SOURCES, Said, SearchKind


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


@dataclass
class _Difference:
    """What has to be done so that entries say what their rows say."""

    gone: list[int]
    fresh: list[Said]
    other: list[tuple[int, Said]]

    @property
    def tally(self) -> Tally:
        return Tally(len(self.fresh), len(self.other), len(self.gone))


async def index(kind: SearchKind, ids: Collection[UUID], *, repair: bool = True) -> Tally:
    """Bring the entries of these rows in line with the rows; without `repair` only say what would change."""
    found = await _compared(kind, ids)
    if not repair or not found.tally:
        return found.tally
    async with in_transaction():
        # Two jobs about one row: whoever reads it writes its entries before the other, or a change, may go on.
        await SOURCES[kind].model.filter(id__in=list(ids)).order_by("id").select_for_update().only("id")
        found = await _compared(kind, ids)
        await _write(kind, found)
    return found.tally


async def _compared(kind: SearchKind, ids: Collection[UUID]) -> _Difference:
    source = SOURCES[kind]
    said = await source.read(await source.findable().filter(id__in=list(ids)))
    wanted = {(one.subject_id, one.language or ""): one for one in said}
    entries = SearchEntry.filter(kind=kind, subject_id__in=list(ids))
    standing = {
        (id, language): (entry, digest)
        for entry, id, language, digest in await entries.values_list("id", "subject_id", "language", "digest")
    }
    return _Difference(
        gone=[entry for place, (entry, _) in standing.items() if place not in wanted],
        fresh=[one for place, one in wanted.items() if place not in standing],
        other=[
            (standing[place][0], one)
            for place, one in wanted.items()
            if place in standing and standing[place][1] != _digest(one)
        ],
    )


async def _write(kind: SearchKind, found: _Difference) -> None:
    if found.gone:
        await SearchEntry.filter(id__in=found.gone).delete()
    said = [*found.fresh, *(one for _, one in found.other)]
    made = await asyncio.to_thread(lambda: [_columns(one) for one in said])
    if found.fresh:
        await SearchEntry.bulk_create(
            SearchEntry(kind=kind, subject_id=one.subject_id, language=one.language or "", **columns)
            for one, columns in zip(found.fresh, made, strict=False)
        )
    for (entry, _), columns in zip(found.other, made[len(found.fresh) :], strict=True):
        await SearchEntry.filter(id=entry).update(**columns)


def _columns(said: Said) -> dict[str, str]:
    languages = (said.language,) if said.language else terms.EITHER
    title, body = terms.indexed(said.title, languages), terms.indexed(f"{said.body}\n{said.more}", languages)
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
    parts = (terms.RULES, said.language or "", said.title, said.body, said.more)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


async def forget(kind: SearchKind, ids: Collection[UUID]) -> None:
    """Take rows out of the index in the caller's transaction, for what is erased and leaves no event behind."""
    await SearchEntry.filter(kind=kind, subject_id__in=list(ids)).delete()
