"""Lists for people and lists for roles, from facts alone. The same facts in another order give the same lists."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from models.exchange.suggesting.exposure import Fair
from models.exchange.suggesting.facts import Opening, Seeker
from models.exchange.suggesting.fitting import FACTORS, Fit, fit
from models.exchange.suggesting.weights import PRESENT, Weights

P = TypeVar("P", Seeker, Opening)
CHUNK = 512  # rows of a matrix at a time: 28,000 people by 1,500 roles would be 340 MB


@dataclass(frozen=True)
class Suggested:
    """One place of a list. The sum of value times weight of its factors is what the place was found by."""

    seeker: Seeker
    opening: Opening
    factors: tuple[tuple[str, float, float], ...]
    """Name, value, weight."""


def shuffled(seed: str, ids: Iterable[UUID]) -> list[UUID]:
    """An order that everybody can recompute and nobody can choose."""
    return sorted(ids, key=lambda id: hashlib.sha256(f"{seed} {id}".encode()).digest())


def teams_for_people(
    seekers: Sequence[Seeker],
    openings: Sequence[Opening],
    *,
    seed: str,
    shown: Mapping[UUID, int] | None = None,
    lists: int | None = None,
    weights: Weights = PRESENT,
) -> dict[UUID, list[Suggested]]:
    """Up to five roles for each person, each of another team.

    `shown` says on how many other people's lists each team is already, `lists` how many lists there are in all: both
    are left out when everybody's list is made anew.
    """
    people, roles = _in_order(seed, seekers), _in_order(seed, openings)
    teams = list(dict.fromkeys(role.team_id for role in roles))
    place = {team: number for number, team in enumerate(teams)}
    seats = [0] * len(teams)
    for role in roles:
        seats[place[role.team_id]] += role.seats
    fair = Fair(
        [place[role.team_id] for role in roles],
        seats,
        _fields(roles),
        lists or len(people),
        weights,
        [(shown or {}).get(team, 0) for team in teams],
    )
    made: dict[UUID, list[Suggested]] = {}
    for chunk in _chunks(people):
        fits = fit(chunk, roles, weights)
        for row, person in enumerate(chunk):
            picks = fair.pick(fits.base[row], fits.allowed[row]) if roles else []
            made[person.id] = [
                Suggested(person, roles[p.column], _factors(fits, row, p.column, p.exposure, weights)) for p in picks
            ]
    return made


def people_for_roles(
    openings: Sequence[Opening],
    seekers: Sequence[Seeker],
    *,
    seed: str,
    shown: Mapping[UUID, int] | None = None,
    lists: int | None = None,
    weights: Weights = PRESENT,
) -> dict[UUID, list[Suggested]]:
    """Up to five people for each role; a person has one seat to give, so nobody is on all lists.

    The variety of fields is the people's: a role has one.
    """
    roles, people = _in_order(seed, openings), _in_order(seed, seekers)
    fair = Fair(
        range(len(people)),
        [1] * len(people),
        [0] * len(people),
        lists or len(roles),
        weights,
        [(shown or {}).get(person.id, 0) for person in people],
    )
    made: dict[UUID, list[Suggested]] = {}
    for chunk in _chunks(roles):
        fits = fit(people, chunk, weights)
        for column, role in enumerate(chunk):
            picks = fair.pick(fits.base[:, column], fits.allowed[:, column]) if people else []
            made[role.id] = [
                Suggested(people[p.column], role, _factors(fits, p.column, column, p.exposure, weights)) for p in picks
            ]
    return made


def _in_order(seed: str, parties: Sequence[P]) -> list[P]:
    known = {party.id: party for party in parties}
    return [known[id] for id in shuffled(seed, known)]


def _chunks(parties: list[P]) -> Iterator[list[P]]:
    for start in range(0, len(parties), CHUNK):
        yield parties[start : start + CHUNK]


def _fields(roles: Sequence[Opening]) -> list[int]:
    """A number per field of action; a role without one is a field of its own."""
    numbers: dict[UUID, int] = {}
    return [numbers.setdefault(role.field or role.id, len(numbers)) for role in roles]


def _factors(
    fits: Fit, row: int, column: int, exposure: float, weights: Weights
) -> tuple[tuple[str, float, float], ...]:
    terms = [(name, round(float(fits.terms[name][row, column]), 4), getattr(weights, name)) for name in FACTORS]
    cost = round(-exposure / weights.exposure, 4) if weights.exposure else 0.0
    return (*terms, ("exposure", cost, -weights.exposure))
