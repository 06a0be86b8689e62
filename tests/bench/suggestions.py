"""Lists for a whole community: seconds, memory, and whether they are fair (docs/subsystems/suggestions.md)."""

import math
import resource
import time
from collections.abc import Callable

from models.exchange.suggesting.ranking import people_for_roles, teams_for_people
from models.exchange.suggesting.weights import PRESENT, Weights
from tests.suggesting.community import applications, base, community, filled, per_seat

SIMILARITY = Weights(version="similarity", exposure=0.0, cap=math.inf, fields=1)


def fairness(line: Callable[[str, str], None]) -> None:
    """Three communities of 2,000 people and 300 teams, beside lists by similarity alone."""
    for seed in range(3):
        people, roles = community(seed, 2_000, 300)
        seats = sum(role.seats for role in roles)
        fits: list[float] = []
        for weights in (SIMILARITY, PRESENT):
            began = time.perf_counter()
            lists = teams_for_people(people, roles, seed="a day", weights=weights)
            seconds = time.perf_counter() - began
            applied = applications(lists, seed)
            found = [base(one) for each in lists.values() for one in each]
            fits.append(sum(found) / len(found))
            named = "similarity alone" if weights is SIMILARITY else f"weights {weights.version}"
            crowd = per_seat(applied, roles)[int(0.95 * len(roles))]
            line(
                f"community {seed + 1}, {named}",
                f"{filled(applied) / seats:.1%} of seats filled, {crowd:.1f} applications a seat (95th percentile),"
                f" fit {fits[-1] / fits[0] - 1:+.1%}, {seconds:.1f} s",
            )


def size(line: Callable[[str, str], None], scale: float) -> None:
    """Everybody of the weekend: 28,000 people, 1,500 roles, 5,000 of the people listed."""
    people, roles = community(9, int(28_000 * scale), int(1_500 * scale))
    began = time.perf_counter()
    teams_for_people(people, roles, seed="a day")
    line(f"{len(people):,} lists of {len(roles):,} roles", f"{time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    people_for_roles(roles, people[: int(5_000 * scale)], seed="a day")
    line(f"{len(roles):,} lists of {int(5_000 * scale):,} people", f"{time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    teams_for_people(people[:1], roles, seed="a day", lists=len(people))
    line("one person's list", f"{(time.perf_counter() - began) * 1000:.0f} ms")
    line("peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
