"""From cells to named values: which column is which, and one record as our columns."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.errors import Refusal
from models.imports.kinds import SHAPES, Kind, Shape, bare
from models.imports.reading import Lines, Record, delimiter_of, records
from models.imports.refusals import CellsMissing, CellsTooMany, ColumnsMissing, ColumnTwice, FileUnusable, NotText
from models.text import UNSEEN

UNKNOWN = "\ufffd"  # what decoding leaves of bytes that are no character


@dataclass(frozen=True)
class Given:
    """One line by our names, or why not. A column that may come several times has several values."""

    number: int
    values: Mapping[str, tuple[str, ...]]
    refusal: Refusal | None = None

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def has(self, name: str) -> bool:
        """Whether the list has such a column at all; without one it says nothing about it."""
        return name in self.values


class Table:
    """A file with its header understood."""

    def __init__(self, lines: Lines, kind: Kind, named: Mapping[str, str] | None = None) -> None:
        """`named` says which column is meant, ours by theirs. Raises `FileUnusable` with what is missing."""
        self._lines, self._shape = lines, SHAPES[kind]
        self._named = {ours: bare(theirs) for ours, theirs in (named or {}).items()}
        self._delimiter = delimiter_of(lines, self._understood)
        header = next(records(lines, self._delimiter), None)
        if header is None or header.refusal is not None:
            raise FileUnusable()
        self._width = len(header.cells)
        self._places = self._placed(header.cells, self._shape)

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._lines.position

    def _ours(self, cell: str) -> str | None:
        spelled = bare(cell)
        for ours, names in self._shape.columns.items():
            if spelled and (self._named[ours] == spelled if ours in self._named else spelled in names):
                return ours
        return None

    def _understood(self, cells: Iterable[str]) -> int:
        return len({ours for cell in cells if (ours := self._ours(cell))})

    def _placed(self, header: Sequence[str], shape: Shape) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, cell in enumerate(header):
            if ours := self._ours(cell):
                places.setdefault(ours, []).append(place)
        if missing := [name for name in shape.required if name not in places]:
            raise ColumnsMissing(missing, header)
        if twice := next((name for name, at in places.items() if len(at) > 1 and name not in shape.many), None):
            raise ColumnTwice(twice)
        return places

    def __iter__(self) -> Iterator[Given]:
        for record in records(self._lines, self._delimiter):
            yield self._given(record)

    def _given(self, record: Record) -> Given:
        values = {ours: self._at(record.cells, places) for ours, places in self._places.items()}
        given = Given(record.number, values)
        return Given(record.number, values, record.refusal or self._objection(record, given))

    def _at(self, cells: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
        found = (unicodedata.normalize("NFC", cells[place]) for place in places if place < len(cells))
        return tuple(value for value in found if value)

    def _objection(self, record: Record, given: Given) -> Refusal | None:
        if any(record.cells[self._width :]):
            return CellsTooMany()
        if any(UNSEEN.search(cell) or UNKNOWN in cell for cell in record.cells):
            return NotText()
        missing = next((name for name in self._shape.required if not given.one(name)), None)
        return CellsMissing(missing) if missing else None
