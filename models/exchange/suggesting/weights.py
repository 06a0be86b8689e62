"""The figures of the suggestions, in versions: a change is a new version, so that two lists can be compared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """The four terms of the base score lie in [0, 1] and their weights add up to 1."""

    version: str = "1"
    complement: float = 0.50
    """Skills that the team asks for and does not have yet."""
    interest: float = 0.20
    hours: float = 0.15
    language: float = 0.15
    exposure: float = 0.15
    """λ: what it costs to be on many lists already. 0.1 leaves teams without applications, 0.2 costs 5 % of fit."""
    length: int = 5
    """k: places of a list."""
    cap: float = 2.0
    """No team is on more lists than this multiple of its fair share, while others are left."""
    fields: int = 2
    """A list shows at least so many fields of action, where there are so many."""
    must: float = 2.0
    """How much more a skill counts that has to be there, than one that would be nice."""
    unknown: float = 0.5
    """What a term is worth when one of the two sides has not said anything."""


PRESENT = Weights()
