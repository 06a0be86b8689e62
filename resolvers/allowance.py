"""How often somebody may ask, counted in small portions: the store of rates is not asked for every request.

A process takes from the gate what the viewer has just shown to need, at most a fortieth of the rule, and counts by
itself until that is used up. So a rule of a thousand is kept to within some twenty for each process, and a small rule
exactly.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from limits import parse

from schema.context import Gate

SHARE = 40
VIEWERS = 10_000  # remembered at once; whoever is forgotten is counted at the gate again


@dataclass
class Portion:
    """What is left of what was taken from the gate for one viewer, and until when it may be used."""

    until: float
    left: int = 0
    taken: int = 0


class Allowance:
    """One rule about one kind of thing."""

    def __init__(self, gate: Gate, rule: str, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._gate, self._rule, self._what, self._clock = gate, rule, what, clock
        parsed = parse(rule)
        self._most, self._life = max(1, parsed.amount // SHARE), parsed.get_expiry()
        self._portions: OrderedDict[str, Portion] = OrderedDict()

    def spend(self, who: str) -> bool:
        """Whether something was left, and is now used; False says: ask `allows`."""
        portion = self._portions.get(who)
        if portion is None or not portion.left or self._clock() >= portion.until:
            return False
        portion.left -= 1
        return True

    async def allows(self, who: str) -> bool:
        """Whether this time is within the rule. Counts it."""
        if self.spend(who):
            return True
        portion = self._portions.get(who)
        if portion is None or self._clock() >= portion.until:
            portion = Portion(self._clock() + self._life)
        more = max(1, min(self._most, portion.taken))
        if not await self._gate.allows(self._rule, self._what, who, cost=more):
            return False
        portion.left += more - 1
        portion.taken += more
        self._portions[who] = portion
        if len(self._portions) > VIEWERS:
            self._portions.popitem(last=False)
        return True
