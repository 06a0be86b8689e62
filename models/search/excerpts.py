"""What a hit shows: its words in pieces, marked or not. Pieces are text, never HTML: whoever shows them escapes."""

from collections.abc import Iterator
from typing import NamedTuple

from models.search import terms
from models.search.asking import Question

LENGTH = 240  # characters of an excerpt, about two lines on a screen
BEFORE = 60  # of which may stand in front of the first word that was looked for
READ = 20_000  # characters of a text in which a place is looked for; a longer text shows its beginning instead


class Piece(NamedTuple):
    """A part of a text; `hit` when it is a word that was looked for."""

    text: str
    hit: bool


def marked(text: str, question: Question) -> list[Piece]:
    """The whole text in pieces. Put together they are the text again."""
    pieces, end = [], 0
    for start, stop in _hits(text, question):
        if start > end:
            pieces.append(Piece(text[end:start], False))
        pieces.append(Piece(text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return pieces


def excerpt(text: str, question: Question) -> list[Piece]:
    """The part of a text with the first words that were looked for, or its beginning when they stand elsewhere."""
    first, _ = next(_hits(text[:READ], question), (0, 0))
    start = _word_start(text, first - BEFORE) if first > BEFORE else 0
    end = _word_end(text, start + LENGTH)
    shown = " ".join(text[start:end].split())
    return marked(f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}", question)


def _hits(text: str, question: Question) -> Iterator[tuple[int, int]]:
    return (match.span() for match in terms.words(text) if question.matches(match[0]))


def _word_start(text: str, at: int) -> int:
    """The beginning of the next word from a place on."""
    space = text.find(" ", at, at + BEFORE)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    """The end of the last word before a place, unless it is a very long one."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - BEFORE, at)
    return space if space >= 0 else at
