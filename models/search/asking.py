"""From what somebody typed to an expression of each database. Nothing that people type is an operator.

Each word has to be found: as it is, as the beginning of a longer word, by its stem, or as the end of a compound.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from models.language import Language
from models.search import terms
from models.search.terms import Term

MOST_CHARACTERS = 500  # of a query; what stands behind them is not read
MOST_WORDS = 12
LEAST_BEGINNING = 3  # letters from which on a word may be the beginning of another one


@dataclass(frozen=True)
class Question:
    """What somebody looks for. Without words it finds nothing."""

    words: tuple[Term, ...]
    languages: tuple[Language, ...]

    @classmethod
    def of(cls, typed: str, language: Language | None = None) -> "Question":
        """Never raises, whatever was typed. `language` is the one in which texts are wanted, if it matters."""
        text = unicodedata.normalize("NFC", typed[:MOST_CHARACTERS])
        languages = (language,) if language else terms.EITHER
        found = [term for match in terms.words(text) if (term := terms.term(match[0])).word]
        telling = [term for term in found if term.tells(languages)] or found
        return cls(tuple(dict.fromkeys(telling))[:MOST_WORDS], languages)

    def __bool__(self) -> bool:
        return bool(self.words)

    @cached_property
    def _alternatives(self) -> list[tuple[str, list[str], list[str]]]:
        """Of each word: how it is spelt, its stems, and the stems with which a compound may end."""
        found = []
        for term in self.words:
            stems = term.stem(self.languages)
            ends = [terms.backwards(stem) for stem in stems if len(stem) >= terms.LEAST_END]
            found.append((term.word, stems, ends))
        return found

    def matches(self, word: str) -> bool:
        """Whether a word of a text is one of those that were looked for."""
        other = terms.term(word)
        stems = other.stem(self.languages)
        reversed_ = [terms.backwards(stem) for stem in stems if len(stem) >= terms.COMPOUND]
        for spelt, mine, ends in self._alternatives:
            if other.word == spelt or (len(spelt) >= LEAST_BEGINNING and other.word.startswith(spelt)):
                return True
            if any(stem in stems for stem in mine):
                return True
            if any(one.startswith(end) for one in reversed_ for end in ends):
                return True
        return False

    def tsquery(self, between: str = " & ") -> str:
        """For PostgreSQL's `tsquery`. A and C hold words, B and D stems (`tables.py`).

        For ranking the words stand with ` | `: the rank of a conjunction is by distance, and zero within one word.
        """
        parts = []
        for word, stems, ends in self._alternatives:
            alternatives = [f"'{word}':AC", *(f"'{stem}':BD" for stem in stems), *(f"'{end}':*BD" for end in ends)]
            if len(word) >= LEAST_BEGINNING:
                alternatives.append(f"'{word}':*AC")
            parts.append(f"({' | '.join(alternatives)})")
        return between.join(parts)

    def match(self) -> str:
        """For SQLite's FTS5."""
        parts = []
        for word, stems, ends in self._alternatives:
            spelt = [f'"{word}"', *([f'"{word}" *'] if len(word) >= LEAST_BEGINNING else [])]
            stemmed = [*(f'"{stem}"' for stem in stems), *(f'"{end}" *' for end in ends)]
            among = [f"{{title_words body_words}} : ({_either(spelt)})"]
            if stemmed:
                among.append(f"{{title_stems body_stems}} : ({_either(stemmed)})")
            parts.append(f"({_either(among)})")
        return " AND ".join(parts)


def _either(parts: Iterable[str]) -> str:
    return " OR ".join(parts)
