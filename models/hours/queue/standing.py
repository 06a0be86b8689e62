"""Where everybody stands in a queue, and how long it takes: read once for all who want to know.

**A position never grows** (C1.3). It counts whoever came before and is called before, is still there, paused or just
called: nobody joins those any more, and a pause, a call that leads to nothing, or later arrivals change nothing about
it. Whoever comes later and goes first, because they have been helped less often today, is counted apart.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple
from uuid import UUID

from models.hours.queue.entry import QueueEntry
from models.hours.queue.states import AHEAD, LIVE, QueueState

SERVED, LEAST = 20, 5
"""The waiting time is that of the last 20; of fewer than 5 it would be a promise (exercism#5526)."""
MOST_WAITED = 0.8


class Turn(NamedTuple):
    """One who is there."""

    id: UUID
    place: int
    helped_today: int
    state: QueueState
    called_by_id: UUID | None


class Standing(NamedTuple):
    """Where somebody stands. Without a position when they are called or in conversation."""

    state: QueueState
    position: int | None
    newcomers_first: int
    called_by_id: UUID | None


@dataclass(frozen=True)
class Queue:
    """One session's queue at a moment."""

    standings: dict[UUID, Standing] = field(default_factory=dict)
    """By the entry's id; whoever is not in it has been served or has left."""
    wait_seconds: int | None = None


def standings(turns: Iterable[Turn]) -> dict[UUID, Standing]:
    """Everybody's standing, in two passes: by arrival, and back."""
    rows = sorted(turns, key=lambda turn: turn.place)
    before, after = Counter[int](), Counter[int]()
    earlier, later = {}, {}
    for turn in rows:
        earlier[turn.id] = sum(count for helped, count in before.items() if helped <= turn.helped_today)
        before[turn.helped_today] += turn.state in AHEAD
    for turn in reversed(rows):
        later[turn.id] = sum(count for helped, count in after.items() if helped < turn.helped_today)
        after[turn.helped_today] += turn.state in AHEAD
    found = {}
    for turn in rows:
        waits = turn.state in (QueueState.WAITING, QueueState.PAUSED)
        position, newcomers = (earlier[turn.id] + 1, later[turn.id]) if waits else (None, 0)
        found[turn.id] = Standing(turn.state, position, newcomers, turn.called_by_id)
    return found


def wait_of(waited: Sequence[int]) -> int | None:
    """Four out of five waited at most so many seconds: the 80th percentile by nearest rank (C1.4); None: unknown."""
    if len(waited) < LEAST:
        return None
    return sorted(waited)[ceil(MOST_WAITED * len(waited)) - 1]


async def turns_of(sessions: Collection[UUID]) -> dict[UUID, dict[UUID, Standing]]:
    """Who is there and where they stand, of several sessions by one statement."""
    rows = QueueEntry.filter(session_id__in=list(sessions), state__in=list(LIVE))
    columns = ("session_id", "id", "place", "helped_today", "state", "called_by_id")
    there: dict[UUID, list[Turn]] = {id: [] for id in sessions}
    for session_id, *turn in await rows.values_list(*columns):
        there[session_id].append(Turn(*turn))
    return {id: standings(turns) for id, turns in there.items()}


async def waits_of(sessions: Collection[UUID]) -> dict[UUID, int | None]:
    """The waiting time of several sessions by one statement."""
    served = QueueEntry.filter(session_id__in=list(sessions), started_at__isnull=False, waited_seconds__isnull=False)
    waited: dict[UUID, list[int]] = {id: [] for id in sessions}
    for session_id, seconds in await served.order_by("-started_at", "-id").values_list("session_id", "waited_seconds"):
        waited[session_id].append(seconds)
    return {id: wait_of(seconds[:SERVED]) for id, seconds in waited.items()}


async def queue_of(session_id: UUID) -> Queue:
    """Two statements, however many wait."""
    return Queue((await turns_of([session_id]))[session_id], (await waits_of([session_id]))[session_id])


def waiting(standings: Mapping[UUID, Standing]) -> int:
    """How many have a place; those who are away for a moment are among them."""
    return sum(standing.position is not None for standing in standings.values())


def minutes(seconds: int | None) -> int | None:
    """Rounded up: a promise is rather kept."""
    return None if seconds is None else ceil(seconds / 60)
