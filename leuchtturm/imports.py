"""`leuchtturm import projects | members FILE`: a list is looked at, then loaded, as often as it comes."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click
from tortoise.exceptions import IntegrityError

from leuchtturm.settings import Settings
from models.base import utcnow
from models.errors import Refusal
from models.imports import Kind, Line, Outcome, Tally, Wish, load
from models.imports.report import as_csv
from models.language import Language

SHOWN = 40  # lines told one by one; all of them are in the report
MISUSE, REFUSED = 2, 1

WORDS = {
    Language.DE: {
        "line": "Zeile {}", "progress": "{} Zeilen, {} %", "more": "… und {} weitere; --report schreibt sie alle auf.",
        "dry": "Probelauf: Es wurde nichts geschrieben.", "done": "Fertig.",
        "twice": "Jemand anderes hat gleichzeitig dasselbe angelegt. Bitte startet den Import noch einmal.",
    },
    Language.EN: {
        "line": "line {}", "progress": "{} lines, {} %", "more": "… and {} more; --report writes them all down.",
        "dry": "Dry run: nothing was written.", "done": "Done.",
        "twice": "Somebody else made the same at the same time. Please start the import again.",
    },
}  # fmt: skip


class Teller:
    """Says how far an import is, on the error channel, and what became of which line, on the other."""

    def __init__(self, language: Language, size: int, report: Path | None) -> None:
        self._language, self._words, self._size = language, WORDS[language], max(size, 1)
        self._report, self._seen, self._left, self._percent = report, 0, 0, -1
        if report is not None:
            report.write_text("\ufeff" + self._header(), encoding="utf-8")  # with a mark: spreadsheets guess otherwise

    def _header(self) -> str:
        return "Zeile;Schlüssel;Ergebnis;Was\r\n" if self._language is Language.DE else "line;key;outcome;what\r\n"

    def batch(self, lines: Sequence[Line], read: int) -> None:
        if self._report is not None:
            with self._report.open("a", encoding="utf-8", newline="") as out:
                out.write(as_csv(lines, self._language))
        for line in lines:
            self._line(line)
        self._seen += len(lines)
        percent = min(100, 100 * read // self._size)
        if percent != self._percent:
            self._percent = percent
            click.echo(self._words["progress"].format(self._seen, percent), err=True)

    def _line(self, line: Line) -> None:
        """What changed or was refused; what is new or as it was is only counted."""
        if line.outcome in (Outcome.ADDED, Outcome.UNCHANGED) and not line.notes:
            return
        self._left += 1
        if self._left <= SHOWN:
            key = f" ({_plain(line.key)})" if line.key else ""
            click.echo(f"{self._words['line'].format(line.number)}{key}: {_plain(line.told(self._language))}")

    def end(self, tally: Tally, *, dry_run: bool) -> None:
        if self._left > SHOWN:
            click.echo(self._words["more"].format(self._left - SHOWN))
        click.echo(tally.told(self._language))
        click.echo(self._words["dry" if dry_run else "done"])


def _plain(text: str) -> str:
    """Nothing that a terminal would obey."""
    return "".join(c if c.isprintable() else "·" for c in text)[:300]


async def _load(settings: Settings, file: BinaryIO, wish: Wish, teller: Teller) -> Tally:
    from leuchtturm.upkeep import at_home

    async with at_home(settings):
        return await load(file, wish, now=utcnow(), tell=teller.batch)


def _columns(given: Sequence[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if any(not theirs for _, _, theirs in pairs):
        raise click.BadParameter("name=column", param_hint="--column")
    return {ours.strip(): theirs for ours, _, theirs in pairs}


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="list", show_default=True, help="Which list this is; its keys count by themselves.")
@click.option("--dry-run", is_flag=True, help="Say what would be different, and write nothing.")
@click.option("--list", "listed", is_flag=True, help="Projects: show them in the public list at once.")
@click.option("--adopt", is_flag=True, help="Projects: take a team of the same name that is there already.")
@click.option("--column", "columns", multiple=True, metavar="OURS=THEIRS", help="Which column is meant: key=Devpost.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every line's outcome as CSV.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@click.pass_obj
def import_list(
    settings: Settings,
    kind: str,
    path: Path,
    source: str,
    dry_run: bool,
    listed: bool,
    adopt: bool,
    columns: tuple[str, ...],
    report: Path | None,
    language: str,
) -> None:
    """Load a list of projects or members from CSV: as often as it comes, without duplicates.

    Members are invited and not mailed. Exit code 1: some lines were refused; 2: nothing of the file was taken.
    """
    wish = Wish(kind=Kind(kind), source=source, dry_run=dry_run, listed=listed, adopt=adopt, columns=_columns(columns))
    teller = Teller(Language(language), path.stat().st_size, report)
    try:
        with path.open("rb") as file:
            tally = asyncio.run(_load(settings, file, wish, teller))
    except IntegrityError:
        click.echo(WORDS[Language(language)]["twice"], err=True)
        sys.exit(MISUSE)
    except Refusal as refused:
        click.echo(refused.de if language == "de" else refused.en, err=True)
        sys.exit(MISUSE)
    teller.end(tally, dry_run=dry_run)
    sys.exit(REFUSED if tally.counts[Outcome.REFUSED] else 0)
