"""What an import tells: one line per line of the file, and the sum."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.errors import Refusal
from models.language import Language


class Outcome(StrEnum):
    """What became of a line, or would become of it in a dry run."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"

    def word(self, language: Language) -> str:
        german = {"added": "neu", "changed": "geändert", "unchanged": "unverändert", "refused": "abgelehnt"}
        return german[self.value] if language is Language.DE else self.value


@dataclass(frozen=True)
class Note:
    """Something to know about a line that was taken all the same."""

    de: str
    en: str


@dataclass(frozen=True)
class Line:
    """One line of the file: its number as an editor shows it, what became of it, and why."""

    number: int
    key: str
    outcome: Outcome
    reason: Refusal | None = None
    changes: tuple[str, ...] = ()
    """Our names of the columns that changed."""
    notes: tuple[Note, ...] = ()

    def told(self, language: Language) -> str:
        """The outcome in words, without line number and key."""
        german = language is Language.DE
        said = [self.outcome.word(language)]
        if self.changes:
            said.append(", ".join(self.changes))
        if self.reason:
            said.append(self.reason.de if german else self.reason.en)
        said += [note.de if german else note.en for note in self.notes]
        return ": ".join([said[0], "; ".join(said[1:])]) if said[1:] else said[0]


@dataclass
class Tally:
    """How many lines of each outcome."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))

    def count(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self.counts[line.outcome] += 1

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    def told(self, language: Language) -> str:
        return ", ".join(f"{number} {outcome.word(language)}" for outcome, number in self.counts.items())


def cell(value: str) -> str:
    """A cell that a spreadsheet shows and does not run: what begins like a formula gets an apostrophe before it."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def as_csv(lines: Sequence[Line], language: Language) -> str:
    """The lines for a spreadsheet: number, key, outcome, and what there is to say."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        told = line.told(language).partition(": ")
        writer.writerow([line.number, cell(line.key), told[0], cell(told[2])])
    return out.getvalue()
