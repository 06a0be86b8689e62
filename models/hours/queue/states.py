"""The table of somebody who waits in a queue: who may do what, and what it leaves behind."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.errors import NotAllowed, Refusal
from models.hours.slots import ONESELF
from models.hours.states import HOSTS, US
from models.machine import Actor, Edge, Table, edges


class QueueState(StrEnum):
    WAITING = "waiting"
    PAUSED = "paused"
    """Away for a moment: keeps the place, and is not called."""
    CALLED = "called"
    """A host has time for them now."""
    IN_PROGRESS = "in_progress"
    DONE = "done"
    LEFT = "left"
    """Went, was not there when called, or the session ended first. No mark against anybody."""


S = QueueState
AHEAD = (S.WAITING, S.PAUSED, S.CALLED)
"""Who has a place: somebody who is called may still come back to it."""
LIVE = (*AHEAD, S.IN_PROGRESS)
ENDED = (S.DONE, S.LEFT)


async def it_is_their_session(entry: Any, by: Actor, now: datetime) -> Refusal | None:
    """Its hosts; nobody else reads who waits, managers neither."""
    if by.person_id == entry.person_id or not await (await entry.session).is_hosted_by(by.person_id):
        return NotAllowed()
    return None


async def oneself_or_a_host(entry: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if by.person_id == entry.person_id else await it_is_their_session(entry, by, now)


async def ours_or_a_host(entry: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if by.roles_on(entry) & US else await it_is_their_session(entry, by, now)


async def ours_or_theirs(entry: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if by.roles_on(entry) & US else await oneself_or_a_host(entry, by, now)


async def they_are_away(entry: Any, by: Actor, now: datetime) -> None:
    entry.paused_at = now
    await not_called(entry, by, now)


async def they_are_back(entry: Any, by: Actor, now: datetime) -> None:
    entry.away(now)
    await entry.save(update_fields=["paused_at", "paused_seconds"])


async def not_called(entry: Any, by: Actor, now: datetime) -> None:
    """Nobody has time for them any more."""
    entry.called_by_id, entry.called_at, entry.waited_seconds = None, None, None
    await entry.save(update_fields=["called_by_id", "called_at", "waited_seconds", "paused_at"])


async def it_begins(entry: Any, by: Actor, now: datetime) -> None:
    entry.started_at = now
    await entry.save(update_fields=["started_at"])


async def it_is_over(entry: Any, by: Actor, now: datetime) -> None:
    """What they needed is forgotten (E39)."""
    entry.ended_at, entry.needs = now, ""
    await entry.save(update_fields=["ended_at", "needs"])


BOTH = HOSTS | ONESELF

transitions = Table(
    Edge(S.WAITING, "pause", S.PAUSED, ONESELF, None, (they_are_away,)),
    Edge(S.CALLED, "pause", S.PAUSED, BOTH, oneself_or_a_host, (they_are_away,)),
    Edge(S.PAUSED, "resume", S.WAITING, ONESELF, None, (they_are_back,)),
    Edge(S.WAITING, "call", S.CALLED, HOSTS, it_is_their_session),
    Edge(S.CALLED, "put_back", S.WAITING, HOSTS | US, ours_or_a_host, (not_called,)),
    Edge(S.CALLED, "start", S.IN_PROGRESS, HOSTS, it_is_their_session, (it_begins,)),
    Edge(S.IN_PROGRESS, "finish", S.DONE, BOTH | US, ours_or_theirs, (it_is_over,)),
    Edge(S.CALLED, "dismiss", S.LEFT, HOSTS, it_is_their_session, (it_is_over,)),
    *edges([S.WAITING, S.PAUSED, S.CALLED], "leave", S.LEFT, ONESELF | US, None, (it_is_over,)),
    *edges([S.WAITING, S.PAUSED, S.CALLED], "close", S.LEFT, US),
)  # fmt: skip
