"""Words as they are compared: one spelling, one stem for each language."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

from models.folding import fold
from models.language import Language

WORD = re.compile(r"[^\W_]+(?:[:*_](?:innen|in|n|r)\b)?")
FEMALE = re.compile(r"(?<=\w{3})innen$|(?<=\w{2}er)in$")
"""One stem for all who do the same: Kunden, Kundinnen, Entwicklerin."""
LONGEST = 40  # letters of a word that count; whatever is longer is no word
SNOWBALL = {Language.DE: "german", Language.EN: "english"}
HERE = Path(__file__).parent


def words(text: str) -> list[str]:
    """The words of a text, as they are written but for capitals; "Helfer:innen" is one."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return [re.sub("[:*_]", "", match[0])[:LONGEST] for match in WORD.finditer(plain)]


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    return fold(word).replace(" ", "")


@lru_cache(maxsize=100_000)
def stem(word: str, language: Language) -> str:
    if language is Language.DE:
        word = FEMALE.sub("", word)
    # A stemmer remembers the word it works on, so threads must not share one; making one costs next to nothing.
    return folded(snowballstemmer.stemmer(SNOWBALL[language]).stemWord(word))


def says_nothing(word: str) -> bool:
    """Whether it only puts the question: "wie", "need", "welche"."""
    return folded(word) in _stops()


@cache
def _stops() -> frozenset[str]:
    return frozenset(folded(word) for line in lines("stops.txt") for word in line.split())


def lines(name: str) -> list[str]:
    """Of a file of words beside this module, without its comments."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
