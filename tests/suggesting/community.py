"""Invented communities, the same for the same seed: skills with skewed popularity, two languages, uneven teams."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from models.exchange.suggesting.facts import Opening, Seeker
from models.exchange.suggesting.ranking import Suggested

LANGUAGES = [("de",), ("de", "en"), ("de", "en"), ("en",)]


def an_id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def community(seed: int, people: int, teams: int, skills: int = 58) -> tuple[list[Seeker], list[Opening]]:
    """People with one to five skills; teams with one role and one to five seats (domain.md, 9.2 and 9.6)."""
    chance = random.Random(seed)
    known = [an_id(chance) for _ in range(skills)]
    popularity = [1 / (place + 2) for place in range(skills)]
    fields = [an_id(chance) for _ in range(10)]

    def some(count: int) -> frozenset[UUID]:
        return frozenset(chance.choices(known, popularity, k=count))

    seekers = [
        Seeker(
            an_id(chance),
            some(chance.randint(1, 5)),
            chance.choice(LANGUAGES),
            chance.choice([None, 4, 8, 10, 15, 20]),
            frozenset(chance.sample(fields, chance.randint(0, 2))),
        )
        for _ in range(people)
    ]
    openings = [
        Opening(
            an_id(chance), an_id(chance), chance.randint(1, 5), some(2), some(2), some(3),
            chance.choice([("de",), ("de", "en"), ("en", "de")]), chance.choice([None, 3, 4, 6, 8]),
            chance.choice(fields),
        )
        for _ in range(teams)
    ]  # fmt: skip
    return seekers, openings


def base(suggested: Suggested) -> float:
    """How well the two complement each other, whatever the exposure."""
    return sum(value * weight for name, value, weight in suggested.factors if name != "exposure")


def applications(lists: Mapping[UUID, Sequence[Suggested]], seed: int, each: int = 3) -> dict[UUID, list[Suggested]]:
    """Everybody applies to three of their five, at random: people read lists from top to bottom, but not all do."""
    chance = random.Random(seed)
    return {id: chance.sample(list(found), min(each, len(found))) for id, found in lists.items()}


def filled(applied: Mapping[UUID, Sequence[Suggested]]) -> int:
    """How many seats are taken when teams accept whom they find best and everybody joins one team."""
    wishes = {id: sorted(found, key=lambda one: (-base(one), str(one.opening.id))) for id, found in applied.items()}
    inside: dict[UUID, list[tuple[float, str, UUID]]] = {}
    asked: Counter[UUID] = Counter()
    waiting = sorted(wishes, key=str)
    while waiting:
        person = waiting.pop()
        if asked[person] >= len(wishes[person]):
            continue
        wish = wishes[person][asked[person]]
        asked[person] += 1
        team = inside.setdefault(wish.opening.id, [])
        team.append((-base(wish), str(person), person))
        team.sort()
        if len(team) > wish.opening.seats:
            waiting.append(team.pop()[2])
    return sum(len(team) for team in inside.values())


def per_seat(applied: Mapping[UUID, Sequence[Suggested]], openings: Sequence[Opening]) -> list[float]:
    """Applications per seat of every role, ascending."""
    count = Counter(one.opening.id for found in applied.values() for one in found)
    return sorted(count[opening.id] / opening.seats for opening in openings)
