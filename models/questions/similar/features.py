"""What is compared of a text: what its words mean, the words themselves, and pieces of them against slips.

A title and the text below it are kept apart: what is rare in titles may stand in every other text, and would count for
nothing if both were one.
"""

import math
from collections import defaultdict
from collections.abc import Sequence

from models.language import Language
from models.questions.similar import glossary
from models.questions.similar.spelling import folded, says_nothing, stem, words

STEM, PIECE = 0.5, 0.2
"""What a word itself counts, and a piece of one, where a meaning counts 1. Tuned on one half of the labelled pairs
(tests/questions/similar/README.md), told on the other."""
OFTEN = 2.0  # what a meaning counts at most that several words have: "Twitter, LinkedIn or Instagram"
GRAM = 4  # letters of a piece
MOST_WORDS = 60  # that are read of a title, and of the first sentences below it
LENGTH, LENGTH_BELOW, LENGTH_TYPED = 0.4, 0.6, 0.5
"""How much a long title or text is held against it, and against what somebody types: 0 not at all, 1 in full."""
BELOW = 0.5  # what a text counts where the title counts 1
TYPED_BELOW, BOTH_BELOW = 0.6, 1.6  # what is typed below a title: among titles, and among texts

Features = dict[str, float]


def of_question(title: str, text: str, language: Language) -> Features:
    """Of a question that was asked."""
    found = _evened(features(title, (language,)), LENGTH)
    return found | _below(_times(_evened(_whole(features(text, (language,))), LENGTH_BELOW), BELOW))


def of_typed(text: str, languages: Sequence[Language]) -> Features:
    """Of what somebody types: a title, and behind a line break a text. Both are looked for in titles and texts."""
    title, _, rest = text.strip().partition("\n")
    found = _evened(features(title, languages, typing=True), LENGTH_TYPED)
    more = _evened(_whole(features(rest, languages)), LENGTH_TYPED)
    return _sum(found, _times(more, TYPED_BELOW)) | _below(_sum(found, _times(more, BOTH_BELOW)))


def _whole(found: Features) -> Features:
    """Without pieces of words: in a text they find little, and fill the memory."""
    return {key: weight for key, weight in found.items() if not key.startswith("p ")}


def _times(found: Features, by: float) -> Features:
    return {key: weight * by for key, weight in found.items()}


def _sum(one: Features, other: Features) -> Features:
    return one | {key: one.get(key, 0.0) + weight for key, weight in other.items()}


def _below(found: Features) -> Features:
    return {f"below {key}": weight for key, weight in found.items()}


def _evened(found: Features, length: float) -> Features:
    size = max(math.sqrt(sum(weight * weight for weight in found.values())), 0.5)
    return _times(found, size**-length)


def features(text: str, languages: Sequence[Language], *, typing: bool = False) -> Features:
    """Each with its weight. `typing`: the last word may not be finished, and unknown words are guessed at."""
    found: Features = defaultdict(float)
    said = words(text)[:MOST_WORDS]
    for language in languages:
        stems = [stem(word, language) for word in said]
        for at, (word, its_stem) in enumerate(zip(said, stems, strict=True)):
            if says_nothing(word):
                continue
            found[f"s {its_stem}"] = STEM
            for meaning, sure in _meant(word, language, typing, last=at == len(said) - 1).items():
                found[f"m {meaning}"] = min(found[f"m {meaning}"] + sure, OFTEN)
        for meaning in glossary.phrases(stems, language):
            found[f"m {meaning}"] = max(found[f"m {meaning}"], 1.0)
    for word in said:
        if not says_nothing(word) and not (typing and any(glossary.is_known(word, each) for each in languages)):
            found.update(dict.fromkeys(_pieces(folded(word)), PIECE))
    return dict(found)


def _meant(word: str, language: Language, typing: bool, *, last: bool) -> glossary.Meanings:
    meant = glossary.meanings(word, language)
    if typing and (last or not glossary.is_known(word, language)):
        return glossary.guessed(word, language, begun=last) | meant
    return meant


def _pieces(word: str) -> list[str]:
    if len(word) < GRAM:
        return []
    marked = f"^{word}$"
    return [f"p {marked[at : at + GRAM]}" for at in range(len(marked) - GRAM + 1)]
