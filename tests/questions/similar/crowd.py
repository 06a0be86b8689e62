"""Questions nobody has asked: a crowd around the labelled pairs, near their topics and none of them their duplicate.

Made of things of the same topics that no pair asks about, ways to ask, and circumstances. Seeded: the same in every run.
"""

import csv
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.language import Language

HERE = Path(__file__).parent
CIRCUMSTANCES = {
    Language.DE: (
        "für ein Team in Leipzig", "bis zur Infoveranstaltung", "ohne eigenes Budget", "mit nur drei Leuten",
        "im Pilotbetrieb", "auf dem Land", "vor dem Finale", "mit Ehrenamtlichen", "in einer Genossenschaft",
        "während der Osterferien", "im zweiten Sprint", "für ältere Menschen", "bei einer Bibliothek", "im Studium",
        "für unsere App", "auf unserer Webseite", "mit Partnern aus der Wirtschaft", "in einer kleinen Gemeinde",
        "nach der Förderung", "im Krankenhaus", "an einer Schule", "wenn wir wachsen", "am Wochenende", "im Ausland",
    ),
    Language.EN: (
        "for a team in Leipzig", "until the info event", "without a budget", "with only three people",
        "during a pilot", "in the countryside", "before the final", "with volunteers", "in a cooperative",
        "during the Easter holidays", "in the second sprint", "for older people", "at a library", "as students",
        "for our app", "on our website", "with partners from industry", "in a small town", "after the grant",
        "in a hospital", "at a school", "when we grow", "at the weekend", "abroad",
    ),
}  # fmt: skip


class Pair(NamedTuple):
    """Somebody asks what has been asked before, in other words."""

    topic: str
    asked_in: Language
    known_in: Language
    trait: str
    asked: str
    known: str

    @property
    def kind(self) -> str:
        return f"{self.asked_in} asks, {self.known_in} known"


class Asked(NamedTuple):
    """A question of the crowd."""

    language: Language
    title: str


@cache
def pairs() -> list[Pair]:
    return [
        Pair(row["topic"], Language(row["asked_in"]), Language(row["known_in"]), row["trait"], row["asked"], row["known"])
        for row in _read("pairs.csv")
    ]


def halves() -> tuple[list[Pair], list[Pair]]:
    """For tuning and for the proof. Whole topics, so that no word learnt from one half helps with the other."""
    topics = list(dict.fromkeys(pair.topic for pair in pairs()))
    first = frozenset(topics[: len(topics) // 2])
    return [pair for pair in pairs() if pair.topic in first], [pair for pair in pairs() if pair.topic not in first]


def crowd(size: int, seed: int = 2020) -> list[Asked]:
    """So many questions, each about something else: nothing is asked about the same thing in the same way twice."""
    chance = random.Random(seed)
    cores = [(language, way, thing) for language in Language for way in _ways(language) for thing in _things(language)]
    return [
        Asked(language, way.format(thing) + chance.choice(("?", "?", f" {chance.choice(CIRCUMSTANCES[language])}?")))
        for language, way, thing in chance.sample(cores, size)
    ]


@cache
def _ways(language: Language) -> list[str]:
    return [row["way"] for row in _read("ways.csv") if row["language"] == language]


@cache
def _things(language: Language) -> list[str]:
    return [row["thing"] for row in _read("things.csv") if row["language"] == language]


def _read(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
