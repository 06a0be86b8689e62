"""What earlier runs and earlier lines have done: keys, and what the list said last."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.errors import Refusal
from models.imports.kinds import Kind
from models.imports.refusals import KeyTwice
from models.imports.rows import ImportedRow, ImportRun

BATCH = 500  # rows of one statement: PostgreSQL takes 32,767 values


def mark(value: Any) -> str:
    """A short hash of what a list says in one column."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:12]


def marks(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: mark(value) for name, value in values.items()}


class Known:
    """The keys of one list. Later lines of the same file with a key that was there are refused."""

    def __init__(self, kind: Kind, source: str, run: ImportRun) -> None:
        self._kind, self._source, self._run = kind, source, run
        self._lines: dict[str, int] = {}

    def first(self, key: str, number: int) -> Refusal | None:
        """Remember the line of a key, or say that another line has it."""
        line = self._lines.setdefault(key, number)
        return None if line == number else KeyTwice(line)

    async def of(self, keys: Iterable[str]) -> dict[str, ImportedRow]:
        """What earlier runs made of these keys."""
        rows = ImportedRow.filter(what=self._kind, source=self._source, key__in=list(keys))
        return {row.key: row for row in await rows}

    async def write(self, fresh: Sequence[ImportedRow], changed: Sequence[ImportedRow]) -> None:
        """Remember what this batch did. The run itself is written with the first thing that it did."""
        if not fresh and not changed:
            return
        await self.begin()
        await ImportedRow.bulk_create(fresh, batch_size=BATCH)
        if changed:
            await ImportedRow.bulk_update(changed, fields=["said", "run_id"], batch_size=BATCH)

    async def begin(self) -> None:
        if not self._run._saved_in_db:
            await self._run.save(force_create=True)

    def again(self, row: ImportedRow, said: Mapping[str, str]) -> ImportedRow:
        """The row with what the list says now."""
        row.said, row.run_id = dict(said), self._run.id
        return row

    def fresh(self, key: str, row_id: Any, said: Mapping[str, str]) -> ImportedRow:
        """A row that is not saved yet."""
        return ImportedRow(
            what=self._kind, source=self._source, key=key, row_id=row_id, said=dict(said), run_id=self._run.id
        )
