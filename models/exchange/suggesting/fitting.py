"""How well people and roles complement each other: every pair at once, as matrices. Reads nothing, knows no clock."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from models.exchange.suggesting.facts import Opening, Seeker
from models.exchange.suggesting.weights import Weights

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]

FACTORS = ("complement", "interest", "hours", "language")


@dataclass(frozen=True)
class Fit:
    """One row per person, one column per role."""

    allowed: Mask
    terms: dict[str, Matrix]
    base: Matrix


def fit(seekers: Sequence[Seeker], openings: Sequence[Opening], weights: Weights) -> Fit:
    """The base score of every pair, and which pairs there can be at all (language, hours, whom they do not meet)."""
    shared, comfort = _languages(seekers, openings, weights)
    enough, hours = _hours(seekers, openings, weights)
    terms = {
        "complement": _complement(seekers, openings, weights),
        "interest": _interest(seekers, openings, weights),
        "hours": hours,
        "language": comfort,
    }
    base = sum((getattr(weights, name) * terms[name] for name in FACTORS), np.zeros(shared.shape))
    # Sums depend on the order of their parts in the last bits; a quantum makes equal pairs equal.
    return Fit(shared & enough & _strangers(seekers, openings), terms, np.round(base, 9))


def _flags(rows: Sequence[Iterable[Hashable]], columns: dict[Hashable, int]) -> Matrix:
    flags = np.zeros((len(rows), max(1, len(columns))))
    for place, row in enumerate(rows):
        for word in row:
            if word in columns:
                flags[place, columns[word]] = 1.0
    return flags


def _numbered(words: Iterable[Hashable]) -> dict[Hashable, int]:
    return {word: place for place, word in enumerate(sorted(set(words), key=str))}


def _complement(seekers: Sequence[Seeker], openings: Sequence[Opening], weights: Weights) -> Matrix:
    """The share of what the team lacks that the person brings; a skill that has to be there counts more."""
    skills = _numbered(skill for opening in openings for skill in opening.lacking)
    need = np.zeros((len(openings), max(1, len(skills))))
    for place, opening in enumerate(openings):
        for skill in opening.lacking:
            need[place, skills[skill]] = weights.must if skill in opening.must else 1.0
    total = need.sum(axis=1)
    need /= np.where(total > 0, total, 1.0)[:, None]
    covered = _flags([seeker.skills for seeker in seekers], skills) @ need.T
    return np.asarray(np.where(total[None, :] > 0, covered, weights.unknown))


def _interest(seekers: Sequence[Seeker], openings: Sequence[Opening], weights: Weights) -> Matrix:
    fields = _numbered(opening.field for opening in openings if opening.field is not None)
    drawn = _flags([seeker.fields for seeker in seekers], fields)
    lies = _flags([[opening.field] if opening.field is not None else [] for opening in openings], fields)
    said = np.array([bool(seeker.fields) for seeker in seekers], dtype=np.bool_)[:, None]
    known = np.array([opening.field is not None for opening in openings], dtype=np.bool_)[None, :]
    return np.asarray(np.where(said & known, drawn @ lies.T, weights.unknown))


def _hours(seekers: Sequence[Seeker], openings: Sequence[Opening], weights: Weights) -> tuple[Mask, Matrix]:
    """Whether there is time enough; and how much of what the person gives is put to use."""
    given = np.array([np.nan if one.hours is None else one.hours for one in seekers], dtype=np.float64)[:, None]
    asked = np.array([np.nan if one.hours is None else one.hours for one in openings], dtype=np.float64)[None, :]
    unsaid = np.isnan(given) | np.isnan(asked)
    used = np.minimum(np.nan_to_num(asked, nan=0.0) / np.maximum(np.nan_to_num(given, nan=1.0), 1.0), 1.0)
    return np.asarray(unsaid | (given >= asked)), np.asarray(np.where(unsaid, weights.unknown, used))


def _languages(seekers: Sequence[Seeker], openings: Sequence[Opening], weights: Weights) -> tuple[Mask, Matrix]:
    """Whether they share one; and 1 where it is the first choice of both, else a half."""
    said = [*(one.languages for one in seekers), *(one.languages for one in openings)]
    codes = _numbered(code for languages in said for code in languages)
    speaks = _flags([seeker.languages for seeker in seekers], codes)
    spoken = _flags([opening.languages for opening in openings], codes)
    first = _flags([seeker.languages[:1] for seeker in seekers], codes)
    firsts = _flags([opening.languages[:1] for opening in openings], codes)
    both = _said(seekers)[:, None] & _said(openings)[None, :]
    shared = ~both | ((speaks @ spoken.T) > 0)
    return np.asarray(shared), np.asarray(np.where(both & ((first @ firsts.T) > 0), 1.0, weights.unknown))


def _said(parties: Sequence[Seeker] | Sequence[Opening]) -> Mask:
    """Who has named a language."""
    return np.array([bool(one.languages) for one in parties], dtype=np.bool_)


def _strangers(seekers: Sequence[Seeker], openings: Sequence[Opening]) -> Mask:
    """False where the two do not meet: one's own team, a role met before, somebody who is to be kept apart."""
    apart = np.ones((len(seekers), len(openings)), dtype=np.bool_)
    teams: dict[UUID, list[int]] = {}
    places = {opening.id: place for place, opening in enumerate(openings)}
    for place, opening in enumerate(openings):
        teams.setdefault(opening.team_id, []).append(place)
    for row, seeker in enumerate(seekers):
        for team in seeker.not_teams & teams.keys():
            apart[row, teams[team]] = False
        for met in seeker.not_openings & places.keys():
            apart[row, places[met]] = False
    return apart
