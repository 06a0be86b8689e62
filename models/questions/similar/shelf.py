"""All questions in memory, as they are compared. It knows nothing of rows or viewers.

A question stands in a place; when it is changed it gets a new one, and the old one is empty.

Questions in the language of whoever asks share words and pieces of words with theirs, those in the other one meanings
only. So each language is measured by its own best, or the other one would hardly ever come among the first.
"""

import math
from array import array
from typing import Any
from uuid import UUID

import numpy as np

from models.language import Language
from models.questions.similar.features import Features

RARE = 1.5  # the power by which a rare feature counts more than a frequent one
BEST = 10  # the place among the best of a language by which it is measured
EVEN, LIFTED_MOST = 0.7, 1.8
"""How far the languages are made even, 0 not at all, 1 in full; and by what at most, where one has little to say."""
EMPTY_MOST = 1_000  # places that may stand empty before everything is put in order

LANGUAGES = tuple(Language)
Scores = np.ndarray[Any, np.dtype[Any]]


class Shelf:
    """Questions by their features."""

    def __init__(self) -> None:
        self._ids: list[UUID | None] = []
        self._languages = array("b")
        self._places: dict[UUID, int] = {}
        self._by_feature: dict[str, tuple[array[int], array[float]]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def put(self, id: UUID, features: Features, language: Language) -> None:
        self.take(id)
        place = self._places[id] = len(self._ids)
        self._ids.append(id)
        self._languages.append(LANGUAGES.index(language))
        for feature, weight in features.items():
            places, weights = self._by_feature.setdefault(feature, (array("I"), array("f")))
            places.append(place)
            weights.append(weight)
        if len(self._ids) - len(self._places) > EMPTY_MOST:
            self._put_in_order()

    def take(self, id: UUID) -> None:
        place = self._places.pop(id, None)
        if place is not None:
            self._ids[place] = None

    def _put_in_order(self) -> None:
        """Leave out the empty places."""
        full = np.array([id is not None for id in self._ids])
        moved = np.cumsum(full) - 1
        for feature, (places, weights) in list(self._by_feature.items()):
            there = full[np.array(places)]
            self._by_feature[feature] = (
                array("I", moved[np.array(places)[there]].tolist()),
                array("f", np.array(weights)[there].tolist()),
            )
        self._languages = array("b", np.array(self._languages)[full].tolist())
        self._ids = [id for id in self._ids if id is not None]
        self._places = {id: place for place, id in enumerate(self._ids) if id is not None}

    def nearest(self, features: Features, most: int) -> list[UUID]:
        """The best first; what has nothing in common is not among them."""
        if not self._ids:
            return []
        scores = np.zeros(len(self._ids), dtype=np.float32)
        for feature, weight in features.items():
            if feature in self._by_feature:
                places, weights = self._by_feature[feature]
                rare = math.log(1 + len(self._ids) / (len(places) + 0.5)) ** RARE
                # A feature has a place at most once, so nothing is added twice. Copies: a view would forbid to append.
                scores[np.array(places)] += np.array(weights) * np.float32(weight * rare)
        scores *= self._lift(scores)
        best = [int(place) for place in _top(scores, most) if scores[place] > 0]
        return [id for place in best if (id := self._ids[place]) is not None]

    def _lift(self, scores: Scores) -> Scores:
        """For each place, what makes its language even with the better one."""
        languages = np.array(self._languages)
        measures = np.array([_measure(scores[languages == at]) for at in range(len(LANGUAGES))])
        if not measures.max():
            return np.ones_like(scores)
        lifts = np.minimum((measures.max() / np.maximum(measures, 1e-6)) ** EVEN, LIFTED_MOST)
        each: Scores = lifts.astype(np.float32)[languages]
        return each


def _measure(scores: Scores) -> float:
    return float(np.partition(scores, -BEST)[-BEST]) if len(scores) >= BEST else 0.0


def _top(scores: Scores, most: int) -> Scores:
    """The places of the best scores; of equal ones the older first."""
    if len(scores) <= most:
        return np.argsort(-scores, kind="stable")
    some = np.sort(np.argpartition(-scores, most)[:most])
    return some[np.argsort(-scores[some], kind="stable")]
