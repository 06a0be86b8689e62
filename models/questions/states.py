"""The transition table of questions (domain.md, 7.2 and 7.4), with its guards and effects."""

from datetime import datetime
from typing import Any
from uuid import UUID

from models.access import oneself
from models.errors import NotAllowed, Refusal
from models.machine import Actor, Edge, Table, all_of, edges
from models.questions.refusals import (
    ClaimedAlready,
    NotForOrganisations,
    NotTriaged,
    StillHeld,
    YourOwnQuestion,
)
from models.questions.words import BEFORE_AN_ANSWER, CLAIM_HOLDS, NOT_FINAL, QuestionState
from models.roles import Role, Visibility

S = QuestionState
PEOPLE = frozenset({Role.PARTICIPANT})
MANAGERS = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
ASKERS = frozenset({Role.ONESELF, Role.TEAM_LEAD})
"""Whoever asked, and the leads of the team for which it was asked."""
US = frozenset({Role.SYSTEM})
TO_ANSWER = (S.QUEUED, S.CLAIMED)
KNOWN = (S.ANSWERED, S.ACCEPTED)


async def they_are_people(question: Any, by: Actor, now: datetime) -> Refusal | None:
    return NotForOrganisations() if Role.PARTNER in getattr(by, "roles", ()) else None


async def it_is_somebody_elses(question: Any, by: Actor, now: datetime) -> Refusal | None:
    return YourOwnQuestion("id") if oneself(by) == question.person_id else None


async def they_may_meet(question: Any, by: Actor, now: datetime) -> Refusal | None:
    """Members do not even see it; staff do, and read that somebody else has it. Never of an anonymous one (E38)."""
    apart: frozenset[UUID] = getattr(by, "apart", frozenset())
    return ClaimedAlready("id") if question.shown_id in apart else None


async def they_claimed_it(question: Any, by: Actor, now: datetime) -> Refusal | None:
    """Whoever has it; a manager may hand it over to somebody else (E61)."""
    if by.roles_on(question) & MANAGERS or (by.person_id is not None and by.person_id == question.claimed_by_id):
        return None
    return NotAllowed()


async def it_was_held_long_enough(question: Any, by: Actor, now: datetime) -> Refusal | None:
    held = question.claimed_at is not None and now < question.claimed_at + CLAIM_HOLDS
    return StillHeld("id") if held else None


async def it_was_triaged(question: Any, by: Actor, now: datetime) -> Refusal | None:
    return NotTriaged("id") if question.triaged_at is None else None


async def they_may_take_it_back(question: Any, by: Actor, now: datetime) -> Refusal | None:
    """What staff have closed the asker does not open again."""
    return None if question.withdrawn or by.roles_on(question) & MANAGERS else NotAllowed()


async def nobody_has_it(question: Any, by: Actor, now: datetime) -> None:
    question.claimed_by_id, question.claimed_at = None, None
    await question.save(update_fields=["claimed_by_id", "claimed_at"])


may_answer = all_of(they_are_people, they_may_meet)
may_claim = all_of(they_are_people, it_is_somebody_elses, they_may_meet)
free = (nobody_has_it,)
ALL = Visibility.MEMBERS

transitions = Table(
    *edges([S.NEW, S.TRIAGED, S.QUEUED], "triage", S.TRIAGED, MANAGERS),
    Edge(S.TRIAGED, "queue", S.QUEUED, MANAGERS | ASKERS | US, it_was_triaged, (), ALL),
    Edge(S.QUEUED, "reroute", S.QUEUED, US),
    Edge(S.QUEUED, "claim", S.CLAIMED, PEOPLE, may_claim, (), ALL),
    Edge(S.CLAIMED, "hand_back", S.QUEUED, PEOPLE | MANAGERS, they_claimed_it, free, ALL),
    Edge(S.CLAIMED, "release", S.QUEUED, US, it_was_held_long_enough, free, ALL),
    Edge(S.CLAIMED, "vacate", S.QUEUED, US, None, free, ALL),
    *edges(TO_ANSWER, "answer", S.ANSWERED, PEOPLE, may_answer, free, ALL),
    *[edge for state in KNOWN for edge in edges([state], "answer", state, PEOPLE, may_answer, (), ALL)],
    *edges(KNOWN, "accept", S.ACCEPTED, ASKERS, None, (), ALL),
    *edges([S.NEW, S.TRIAGED, S.QUEUED], "request_info", S.NEEDS_INFO, MANAGERS),
    Edge(S.CLAIMED, "request_info", S.NEEDS_INFO, PEOPLE | MANAGERS, they_claimed_it, free),
    Edge(S.NEEDS_INFO, "add_info", S.TRIAGED, ASKERS),
    *[edge for state in BEFORE_AN_ANSWER for edge in edges([state], "edit", state, ASKERS | MANAGERS)],
    *edges(BEFORE_AN_ANSWER, "park", S.PARKED, MANAGERS, None, free),
    *edges(NOT_FINAL, "mark_duplicate", S.DUPLICATE, MANAGERS, None, free, ALL),
    *edges(NOT_FINAL, "close", S.CLOSED, ASKERS | MANAGERS | US, None, free),
    *edges(KNOWN, "reopen", S.TRIAGED, ASKERS | MANAGERS),
    Edge(S.CLOSED, "reopen", S.TRIAGED, ASKERS | MANAGERS, they_may_take_it_back),
    *edges([S.PARKED, S.DUPLICATE], "reopen", S.TRIAGED, MANAGERS),
)
