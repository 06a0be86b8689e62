"""What is compared of a text: what its words mean, the words themselves, and pieces of them against slips."""

from collections import defaultdict
from collections.abc import Sequence

from models.language import Language
from models.questions.similar import glossary
from models.questions.similar.spelling import folded, says_nothing, stem, words

STEM, PIECE = 0.7, 0.25
"""What a word itself counts, and a piece of one, where a meaning counts 1. Tuned on one half of the labelled pairs
(tests/questions/similar/README.md), told on the other."""
GRAM = 4  # letters of a piece
MOST_WORDS = 60  # that are read of a text: a title and the first sentences behind it

Features = dict[str, float]


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
            meant = glossary.meanings(word, language)
            if not meant and typing:
                meant = glossary.guessed(word, language, begun=at == len(said) - 1)
            for meaning, sure in meant.items():
                found[f"m {meaning}"] = max(found[f"m {meaning}"], sure)
        for meaning in glossary.phrases(stems, language):
            found[f"m {meaning}"] = 1.0
    for word in said:
        if not says_nothing(word):
            found.update(dict.fromkeys(_pieces(folded(word)), PIECE))
    return dict(found)


def _pieces(word: str) -> list[str]:
    if len(word) < GRAM:
        return []
    marked = f"^{word}$"
    return [f"p {marked[at : at + GRAM]}" for at in range(len(marked) - GRAM + 1)]
