"""Reading CSV as people have it: any of four delimiters, UTF-8, UTF-16 or Windows-1252, with and without BOM.

A broken line is refused by itself: a quotation mark that never closes does not swallow what comes after it, and a
cell of a megabyte is passed over without being kept. Nothing of the file is held but the record that is being read.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from models.errors import Refusal
from models.imports.refusals import LineTooLong, LineUnreadable

RECORD_MOST = 64_000  # characters of one record, with all lines of its quoted cells
LINES_MOST = 200  # of one record: then its quotation mark was never meant to stay open
DELIMITERS = ";,\t|"
SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}


@dataclass(frozen=True)
class Record:
    """One record: the number of its first line, and its cells or what is wrong with it."""

    number: int
    cells: tuple[str, ...] = ()
    refusal: Refusal | None = None


class Lines:
    """The lines of a file as text, with their numbers; some can be given back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._number, self._again = 0, list[tuple[int, str | None]]()
        head = file.read(3)
        mark = next((mark for mark in MARKS if head.startswith(mark)), b"")
        file.seek(len(mark))
        # UTF-16 has line feeds that only its decoder can tell from the halves of other characters.
        wide = MARKS.get(mark, "").startswith("utf-16")
        self._wide = io.TextIOWrapper(file, MARKS[mark], errors="replace", newline="") if wide else None

    @property
    def position(self) -> int:
        """Bytes read so far; a buffer's worth more where the file is UTF-16."""
        return self._file.tell()

    def give_back(self, lines: list[tuple[int, str | None]]) -> None:
        self._again = lines + self._again

    def take(self) -> tuple[int, str | None] | None:
        """The next line and its number; None for its text when it is too long, None at the end of the file."""
        if self._again:
            return self._again.pop(0)
        line = part = self._part()
        if not line:
            return None
        self._number += 1
        while part and len(line) > RECORD_MOST and not part.endswith("\n"):
            part = self._part()  # passed over, not kept
        return self._number, line if len(line) <= RECORD_MOST else None

    def _part(self) -> str:
        """A line, or the next part of one that is too long."""
        if self._wide is not None:
            return self._wide.readline(RECORD_MOST + 1)
        return _decoded(self._file.readline(RECORD_MOST + 1))


def _decoded(line: bytes) -> str:
    """Each line by itself: a list that was put together from two may have both encodings."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def records(lines: Lines, delimiter: str) -> Iterator[Record]:
    """Every record of the file; empty lines are none."""
    while (taken := lines.take()) is not None:
        number, text = taken
        if text is None:
            yield Record(number, refusal=LineTooLong())
        elif text.strip(" \t\r\n" + delimiter):
            yield _record(lines, number, text, delimiter)


def _record(lines: Lines, number: int, text: str, delimiter: str) -> Record:
    """One record: as many lines as its quotation marks hold open, or the first one alone, refused."""
    more: list[tuple[int, str | None]] = []
    whole = text
    while True:
        cells, is_open = _cells(whole, delimiter)
        if cells is not None:
            return Record(number, cells)
        goes_on = is_open and len(more) < LINES_MOST and len(whole) < RECORD_MOST
        taken = lines.take() if goes_on else None
        if taken is None or taken[1] is None:
            lines.give_back([*more, taken] if taken else more)
            return Record(number, refusal=LineUnreadable())
        more.append(taken)
        whole += taken[1]


def _cells(text: str, delimiter: str) -> tuple[tuple[str, ...] | None, bool]:
    """The cells, or None and whether a quotation mark is open, so that another line may help."""
    try:
        found = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as broken:
        return None, "unexpected end" in str(broken)
    return tuple(cell.strip() for cell in found[0]) if len(found) == 1 else (), False


def delimiter_of(lines: Lines, understood: Callable[[Iterable[str]], int]) -> str:
    """The delimiter under which the header says most that is understood; the header is given back."""
    taken = lines.take()
    if taken is None or taken[1] is None:
        return ";"
    if told := SEPARATOR.fullmatch(taken[1].strip("\r\n")):
        return told[1]
    lines.give_back([taken])
    header = taken[1]
    return max(DELIMITERS, key=lambda delimiter: understood(_cells(header, delimiter)[0] or ()))
