"""Which words mean the same: from `glossary.txt`, a line for each meaning, German and English.

A meaning is a number, the place of its line. It holds for a process: nothing of it is stored.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, lru_cache

from models.language import Language
from models.questions.similar.spelling import folded, lines, says_nothing, stem, words

COMPOUND, PART = 7, 4  # letters of a stem that may be made of two, and of a part of it
IN_PART = 0.8  # what a part of a compound counts: "Vereinssatzung" is about an association, too
JOINTS = ("", "s", "n", "e", "en", "er", "es")  # what German puts between the parts
MISSPELT, ALIKE, BEGUN = 5, 0.84, 4  # letters of a word with a slip in it, how alike two are, letters of one begun
GUESSED = 0.8  # what a word counts that we had to guess

Meanings = dict[int, float]
"""Each with how sure it is."""


@dataclass
class Glossary:
    """By language: words by their stem, phrases by the stem of their first word, and all words as they are spelt."""

    words: dict[Language, dict[str, set[int]]] = field(default_factory=lambda: _by_language(set))
    phrases: dict[Language, dict[str, set[tuple[tuple[str, ...], int]]]] = field(
        default_factory=lambda: _by_language(set)
    )
    spelt: dict[str, dict[str, Language]] = field(default_factory=lambda: defaultdict(dict))


def _by_language(kind: type) -> dict[Language, dict[str, set]]:  # type: ignore[type-arg]
    return {language: defaultdict(kind) for language in Language}


@cache
def glossary() -> Glossary:
    made = Glossary()
    for meaning, line in enumerate(lines("glossary.txt")):
        for language, side in zip((Language.DE, Language.EN), line.split(" | "), strict=True):
            for entry in side.split(","):
                _add(made, entry, language, meaning)
    return made


def _add(made: Glossary, entry: str, language: Language, meaning: int) -> None:
    spelt = words(entry)
    stems = tuple(stem(word, language) for word in spelt)
    if len(stems) > 1:
        made.phrases[language][stems[0]].add((stems, meaning))
    else:
        made.words[language][stems[0]].add(meaning)
        made.spelt[_drawer(folded(spelt[0]))].setdefault(folded(spelt[0]), language)


@lru_cache(maxsize=50_000)
def meanings(word: str, language: Language) -> Meanings:
    """What a word means; of a compound, what its parts do. English words mean the same in a German sentence."""
    if says_nothing(word):
        return {}
    for each in (language, language.other):
        if found := glossary().words[each].get(stem(word, each)):
            return dict.fromkeys(found, 1.0)
    return _in_parts(stem(word, language)) if language is Language.DE else {}


def is_known(word: str, language: Language) -> bool:
    """Whether it stands in the glossary as it is."""
    return any(stem(word, each) in glossary().words[each] for each in (language, language.other))


def phrases(stems: list[str], language: Language) -> Iterator[int]:
    """What several words mean together."""
    for at, first in enumerate(stems):
        for phrase, meaning in glossary().phrases[language].get(first, ()):
            if tuple(stems[at : at + len(phrase)]) == phrase:
                yield meaning


def guessed(word: str, language: Language, *, begun: bool) -> Meanings:
    """What a word may mean that nobody has written before: one with a slip in it, or one that is still being typed."""
    other = _guess(folded(word), begun)
    if other is None:
        return {}
    return {meaning: sure * GUESSED for meaning, sure in meanings(*other).items()}


@lru_cache(maxsize=10_000)
def _guess(word: str, begun: bool) -> tuple[str, Language] | None:
    there = glossary().spelt.get(_drawer(word), {})
    if begun and len(word) >= BEGUN:
        longer = sorted((len(other), other) for other in there if other.startswith(word))
        if longer:
            return longer[0][1], there[longer[0][1]]
    if len(word) < MISSPELT - 1:
        return None
    close = [(ratio, other) for other in there if (ratio := _alike(word, other)) >= ALIKE]
    return (max(close)[1], there[max(close)[1]]) if close else None


def _alike(one: str, other: str) -> float:
    if abs(len(one) - len(other)) > 2:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _drawer(word: str) -> str:
    """Words with a slip in them are looked for among those that begin with the same sound."""
    return {"v": "f", "p": "f" if word.startswith("ph") else "p", "c": "k", "z": "k"}.get(word[:1], word[:1])


def _in_parts(whole: str) -> Meanings:
    found: Meanings = {}
    known = glossary().words[Language.DE]
    if len(whole) < COMPOUND:
        return found
    for at in range(PART - 1, len(whole) - 2):
        first, last = whole[:at], whole[at:]
        parts = {last} if len(last) >= PART else set()
        if len(first) >= PART:
            parts |= {first.removesuffix(joint) for joint in JOINTS if first.endswith(joint)} | {first + "e"}
        for part in parts:
            if len(part) >= PART - 1:
                found.update(dict.fromkeys(known.get(part, ()), IN_PART))
    return found
