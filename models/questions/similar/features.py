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
LENGTH, LENGTH_BELOW = 0.4, 0.6  # how much a long title or text is held against it: 0 not at all, 1 in full
BELOW = (
    0.45  # what the text counts where the title counts 1; it holds no pieces, which find little there and fill memory
)

Features = dict[str, float]


def of_question(title: str, text: str, language: Language) -> Features:
    """Of a question that was asked."""
    found = _evened(features(title, (language,)), LENGTH)
    below = {key: weight for key, weight in features(text, (language,)).items() if not key.startswith("p ")}
    return found | _below({key: weight * BELOW for key, weight in _evened(below, LENGTH_BELOW).items()})


def of_typed(text: str, languages: Sequence[Language]) -> Features:
    """Of what somebody types: it may be said in a title and below one."""
    found = features(text, languages, typing=True)
    return found | _below(found)


def _below(found: Features) -> Features:
    return {f"below {key}": weight for key, weight in found.items()}


def _evened(found: Features, length: float) -> Features:
    by = max(math.sqrt(sum(weight * weight for weight in found.values())), 0.5) ** length
    return {key: weight / by for key, weight in found.items()}


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
