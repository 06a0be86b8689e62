"""How a request ended, and how long to wait after one that failed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

PAUSES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""Between the tries: the schedule that the Standard Webhooks specification gives, a little more than three days."""
PATIENCE = timedelta(days=3)
"""How long an endpoint may fail without any success before it is disabled (C12.2)."""
TRIP = 4
"""Failures in a row that open the breaker. From then on single requests look whether it is there again."""
LONGEST_REST = timedelta(hours=1)
LONGEST_WISH = timedelta(hours=6)  # of a Retry-After: nobody can put us off beyond the three days
JITTER = 0.2


@dataclass(frozen=True)
class Outcome:
    """How a request ended. `error` is in plain words, without addresses."""

    ok: bool
    status: int | None = None
    answer: str = ""
    took_ms: int = 0
    error: str = ""
    retry_after: timedelta | None = None
    request: Mapping[str, Any] = field(default_factory=dict)
    """What the log of deliveries keeps of it."""

    @property
    def gone(self) -> bool:
        return self.status == 410


def jittered(pause: timedelta) -> timedelta:
    """Up to a fifth longer, so that not everything comes back at once; never shorter than promised."""
    return pause + timedelta(seconds=pause.total_seconds() * JITTER * random.random())


def rest(failures: int) -> timedelta:
    """How long the breaker stays open: half a minute, doubled with each further failure, at most an hour."""
    return min(timedelta(seconds=30) * (1 << min(max(failures - TRIP, 0), 12)), LONGEST_REST)
