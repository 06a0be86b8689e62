"""Fair exposure: whoever is on many lists already steps back, and nobody is on more than twice their share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.exchange.suggesting.weights import Weights


class Pick(NamedTuple):
    """One place of a list: the column, and what its exposure cost it (0 or less)."""

    column: int
    exposure: float


class Fair:
    """Fills lists one after the other and counts who is shown.

    Columns belong to groups (the roles of a team; a person), a list shows at most one of each group, and `seats` says
    how much each group has to offer. `shown` is how many lists each group is on before the first one is filled.
    """

    def __init__(
        self,
        groups: Sequence[int],
        seats: Sequence[int],
        fields: Sequence[int],
        lists: int,
        weights: Weights,
        shown: Sequence[int] | None = None,
    ) -> None:
        self.group_of = np.array(groups, dtype=np.intp)
        self.seats = np.maximum(np.array(seats, dtype=np.float64), 1.0)
        self.fields = fields
        self.weights = weights
        self.shown = np.array(shown if shown is not None else [0] * len(seats), dtype=np.float64)
        self.share = weights.length * lists * self.seats / max(self.seats.sum(), 1.0)
        self.most = np.ceil(weights.cap * self.share)

    def pick(self, base: NDArray[np.float64], allowed: NDArray[np.bool_]) -> list[Pick]:
        """The best of what is allowed, by base score and exposure; they count as shown from now on."""
        weights = self.weights
        cost = -weights.exposure * np.log1p(self.shown / (self.seats * weights.length))
        scores = np.round(base + cost[self.group_of], 9)
        at_cap = (self.shown >= self.most)[self.group_of]
        chosen = self._chosen(scores, allowed & ~at_cap, [])
        if len(chosen) < weights.length:
            chosen = self._chosen(scores, allowed & at_cap, chosen)
        for column in chosen:
            self.shown[self.group_of[column]] += 1
        return [Pick(column, float(cost[self.group_of[column]])) for column in chosen]

    def _chosen(self, scores: NDArray[np.float64], allowed: NDArray[np.bool_], before: list[int]) -> list[int]:
        """What was chosen before and the next best, one of each group, up to k; ties in the order of the columns.

        When they lie in too few fields of action, the last gives way to the next of another field.
        """
        weights = self.weights
        (columns,) = np.nonzero(allowed)
        chosen = list(before)
        groups = {int(self.group_of[column]) for column in chosen}
        fields = {self.fields[column] for column in chosen}
        for column in columns[np.argsort(-scores[columns], kind="stable")].tolist():
            full = len(chosen) >= weights.length
            if full and len(fields) >= weights.fields:
                break
            group = int(self.group_of[column])
            if group in groups or (full and self.fields[column] in fields):
                continue
            if full:
                groups.discard(int(self.group_of[chosen.pop()]))
            chosen.append(column)
            groups.add(group)
            fields.add(self.fields[column])
        return chosen
