"""From text to what is compared: words in one spelling, and their stems. The same for what is indexed and for queries.

Everything about language happens here, in Python, so that both databases find the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

import snowballstemmer

from models.folding import fold
from models.language import Language
from models.search.stops import ENGLISH, GERMAN

# A colon form is one word: "Gründer:innen" is found by whoever looks for "Gründerinnen" or "grunder".
WORD = re.compile(r"[^\W_]+(?:[:*_](?:innen|in)\b)?")
LONGEST = 60  # characters of a word that count; whatever is longer is no word
LEAST_END = 4  # a stem of three letters ends too many words ("rat" in "Quadrat")
COMPOUND = 7  # letters of a stem that may be made of two
STEM, REVERSED = "qs", "qq"
"""Begin a stem, and a stem that is written backwards, so that the end of a compound is found by its beginning: "hilfe"
finds "Nachbarschaftshilfe". No German or English word begins like this, so each kind is looked for without a filter
on columns, which PostgreSQL would have to check row by row.
"""
RULES = f"2 {version('snowballstemmer')}"
"""Changes when the same text would be indexed differently; `leuchtturm search check` then asks for a rebuild."""

SNOWBALL = {Language.DE: "german", Language.EN: "english"}
STOPS = {Language.DE: GERMAN, Language.EN: ENGLISH}
EITHER = (Language.DE, Language.EN)


class Term(NamedTuple):
    """One word: in one spelling, and its stem by language. A word that says nothing has no stem."""

    word: str
    stems: tuple[tuple[Language, str], ...]

    def tells(self, languages: tuple[Language, ...]) -> bool:
        """Whether it says anything in each of the languages: "die" is an English word and a German article."""
        return len([True for language, _ in self.stems if language in languages]) == len(languages)

    def stem(self, languages: tuple[Language, ...]) -> list[str]:
        return list(dict.fromkeys(stem for language, stem in self.stems if language in languages))


def words(text: str) -> Iterator[re.Match[str]]:
    """Where the words of a text stand. The text should be NFC, as `models/text.py` leaves it."""
    return WORD.finditer(text)


@lru_cache(maxsize=50_000)
def term(word: str) -> Term:
    """What a word is compared by."""
    # The stemmer knows umlauts and their spellings as two letters, but only composed ones.
    whole = re.sub("[:*_]", "", unicodedata.normalize("NFC", word).casefold())[:LONGEST]
    folded = _one(fold(whole))
    stems = tuple((language, _stem(whole, language)) for language in EITHER if folded not in STOPS[language])
    return Term(folded, stems)


def _stem(word: str, language: Language) -> str:
    # A stemmer remembers the word it works on, so threads must not share one; making one costs next to nothing.
    return _one(fold(snowballstemmer.stemmer(SNOWBALL[language]).stemWord(word)))


def _one(word: str) -> str:
    """A few single characters stand for several words."""
    return word.replace(" ", "")


def backwards(stem: str) -> str:
    return REVERSED + stem[::-1]


class Indexed(NamedTuple):
    """A text as the index keeps it."""

    words: str
    stems: str


def indexed(text: str, languages: tuple[Language, ...]) -> Indexed:
    """The words of a text and their stems in the languages that it may be in, divided by spaces."""
    spelt, stems = [], []
    for match in words(unicodedata.normalize("NFC", text)):
        one = term(match[0])
        if not one.word:
            continue
        spelt.append(one.word)
        for stem in one.stem(languages):
            stems.append(STEM + stem)
            if len(stem) >= COMPOUND:
                stems.append(backwards(stem))
    return Indexed(" ".join(spelt), " ".join(stems))
