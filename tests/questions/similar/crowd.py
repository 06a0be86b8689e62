"""Questions nobody has asked: a crowd around the labelled pairs, near their topics and none of them their duplicate.

Made of things of the same topics that no pair asks about, ways to ask, circumstances, and what people write about these
things below a title. The same in every run.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.language import Language

HERE = Path(__file__).parent
CIRCUMSTANCES = {
    Language.DE: (
        "in Leipzig", "bis Pfingsten", "im Juni", "zu dritt", "vor dem Finale", "ohne Vorkenntnisse", "nebenbei",
        "in Rostock", "während der Osterferien", "im zweiten Sprint", "am Wochenende", "im Ausland", "noch heute",
        "in Kassel", "im Herbst", "bei Regen", "jedes Jahr", "zur Halbzeit", "in Bozen", "beim zweiten Versuch",
    ),
    Language.EN: (
        "in Leipzig", "before Whitsun", "in June", "as a trio", "before the final", "without experience", "on the side",
        "in Rostock", "during the Easter holidays", "in the second sprint", "at the weekend", "abroad", "today",
        "in Kassel", "in autumn", "when it rains", "each year", "at half-time", "in Bolzano", "at the second attempt",
    ),
}  # fmt: skip
"""Places and times: none of the subject of a pair, or everything would be asked about everything."""


class Pair(NamedTuple):
    """Somebody asks what has been asked before, in other words."""

    topic: str
    asked_in: Language
    known_in: Language
    trait: str
    asked: str
    more: str
    """What they go on to write below the title."""
    known: str
    text: str
    """What stands below the title of the known question."""

    @property
    def written(self) -> str:
        """Title and text, as a client sends them."""
        return f"{self.asked}\n{self.more}"

    @property
    def kind(self) -> str:
        return f"{self.asked_in} asks, {self.known_in} known"


class Asked(NamedTuple):
    """A question of the crowd."""

    language: Language
    title: str
    text: str


class Thing(NamedTuple):
    topic: str
    name: str


@cache
def pairs() -> list[Pair]:
    return _pairs("pairs.csv")


@cache
def later() -> list[Pair]:
    """Written when method and glossary were finished, and asked once: the figure that nothing was fitted to."""
    return _pairs("later.csv")


@cache
def twice() -> list[Pair]:
    """Asked by two people with the same problem who did not know of each other, each with a title and a text."""
    return _pairs("twice.csv")


def _pairs(name: str) -> list[Pair]:
    return [
        Pair(**_below(row) | row | {"asked_in": Language(row["asked_in"]), "known_in": Language(row["known_in"])})
        for row in _read(name)
    ]


def _below(row: dict[str, str]) -> dict[str, str]:
    return _texts().get(row["known"], {})


def halves(of: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """For tuning and for the proof. Whole topics, so that no word learnt from one half helps with the other."""
    topics = list(dict.fromkeys(pair.topic for pair in of))
    first = frozenset(topics[: len(topics) // 2])
    return [pair for pair in of if pair.topic in first], [pair for pair in of if pair.topic not in first]


def crowd(size: int, seed: int = 2020) -> list[Asked]:
    """So many questions, each about something else: nothing is asked about the same thing in the same way twice."""
    chance = random.Random(seed)
    cores = [(language, way, thing) for language in Language for way in _ways(language) for thing in _things(language)]
    titled = [
        (
            language,
            way.format(thing.name) + chance.choice(("?", "?", f" {chance.choice(CIRCUMSTANCES[language])}?")),
            thing,
        )
        for language, way, thing in chance.sample(cores, size)
    ]
    return [Asked(language, title, _written(language, thing, chance)) for language, title, thing in titled]


def _written(language: Language, thing: Thing, chance: random.Random) -> str:
    """One to three sentences about the thing, and mostly one that could stand below anything on the topic."""
    own, any_thing = (_sentences()[language, thing.topic, name] for name in (thing.name, ""))
    said = chance.sample(own, chance.choice((1, 2, 2, 3, 3))) + chance.sample(any_thing, chance.choice((0, 1, 1)))
    chance.shuffle(said)
    return " ".join(said)


@cache
def _ways(language: Language) -> list[str]:
    return [row["way"] for row in _read("ways.csv") if row["language"] == language]


@cache
def _things(language: Language) -> list[Thing]:
    return [Thing(row["topic"], row["thing"]) for row in _read("things.csv") if row["language"] == language]


@cache
def _sentences() -> dict[tuple[str, str, str], list[str]]:
    """By language, topic and thing; without a thing they fit all of the topic."""
    found = defaultdict(list)
    for row in _read("sentences.csv"):
        found[row["language"], row["topic"], row["thing"]].append(row["sentence"])
    return found


@cache
def _texts() -> dict[str, dict[str, str]]:
    """What stands below the titles of pairs of titles."""
    return {row["known"]: {"text": row["text"], "more": row["more"]} for row in _read("texts.csv")}


def _read(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
