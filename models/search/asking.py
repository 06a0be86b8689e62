"""From what somebody typed to an expression of each database. Nothing that people type is an operator.

Each word has to be found: as it is, as the beginning of a longer word, by its stem, or as the end of a compound.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from models.language import Language
from models.search import terms
from models.search.terms import STEM, Term, backwards

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
            found.append((term.word, stems, [stem for stem in stems if len(stem) >= terms.LEAST_END]))
        return found

    @cached_property
    def matches(self) -> Callable[[str], bool]:
        """Whether a word of a text is one of those that were looked for."""
        spelt = frozenset(word for word, _, _ in self._alternatives)
        beginnings = tuple(word for word in spelt if len(word) >= LEAST_BEGINNING)
        stems = frozenset(stem for _, some, _ in self._alternatives for stem in some)
        ends = tuple({end for _, _, some in self._alternatives for end in some})

        # A page of hits asks this of thousands of words, most of them the same.
        @cache
        def matches(word: str) -> bool:
            other = terms.term(word)
            if other.word in spelt or other.word.startswith(beginnings):
                return True
            return any(
                stem in stems or (len(stem) >= terms.COMPOUND and stem.endswith(ends))
                for language, stem in other.stems
                if language in self.languages
            )

        return matches

    def tsquery(self, between: str = " & ") -> str:
        """For PostgreSQL's `tsquery`.

        For ranking the words stand with ` | `: the rank of a conjunction is by distance, and zero within one word.
        """
        quoted = [[f"'{word}'" for word in whole] + [f"'{word}':*" for word in begun] for whole, begun in self._looked]
        return between.join(f"({' | '.join(each)})" for each in quoted)

    def match(self) -> str:
        """For SQLite's FTS5."""
        quoted = [[f'"{word}"' for word in whole] + [f'"{word}" *' for word in begun] for whole, begun in self._looked]
        return " AND ".join(f"({' OR '.join(each)})" for each in quoted)

    @property
    def _looked(self) -> Iterator[tuple[list[str], list[str]]]:
        """Of each word: what is looked for as it is, and as the beginning of longer ones."""
        for word, stems, ends in self._alternatives:
            beginnings = [word] if len(word) >= LEAST_BEGINNING else []
            yield [word, *(STEM + stem for stem in stems)], [*beginnings, *(backwards(end) for end in ends)]
