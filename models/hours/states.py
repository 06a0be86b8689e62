"""The table of a session (domain.md, 7.2): who may do what with it, and what follows."""

from datetime import datetime, timedelta
from typing import Any

from models.errors import NotAllowed, Refusal
from models.hours.refusals import NotOver, TooEarlyToOpen, TooLateForThat
from models.hours.words import SessionState
from models.machine import Actor, Edge, Table, all_of, edges
from models.roles import Role, Visibility

S = SessionState
MANAGERS = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
HOSTS = MANAGERS | {Role.PARTICIPANT}
"""Whoever hosts it is found by `they_host_it`; managers act for everybody."""
US = frozenset({Role.SYSTEM})
OPENS_BEFORE = timedelta(minutes=30)
GRACE = timedelta(minutes=30)
"""How much longer than planned a conversation may take before we close the session ourselves."""


async def they_host_it(session: Any, by: Actor, now: datetime) -> Refusal | None:
    """Its hosts and managers; what we do on a schedule is ours to do."""
    if by.roles_on(session) & (MANAGERS | US) or await session.is_hosted_by(by.person_id):
        return None
    return NotAllowed()


async def it_is_near(session: Any, by: Actor, now: datetime) -> Refusal | None:
    return TooEarlyToOpen("id") if now < session.starts_at - OPENS_BEFORE else None


async def it_is_to_come(session: Any, by: Actor, now: datetime) -> Refusal | None:
    return TooLateForThat("id") if session.ends_at <= now else None


async def its_time_has_come(session: Any, by: Actor, now: datetime) -> Refusal | None:
    """A host begins when everybody is there, we at the announced minute."""
    return NotOver("id") if by.roles_on(session) & US and now < session.starts_at else None


async def its_time_is_over(session: Any, by: Actor, now: datetime) -> Refusal | None:
    """A host ends it at any time, we only when the grace is over, too."""
    return NotOver("id") if by.roles_on(session) & US and now < session.ends_at + GRACE else None


async def nobody_is_missed_any_more(session: Any, by: Actor, now: datetime) -> None:
    await session.host_came(now)


async def let_everybody_know(session: Any, by: Actor, now: datetime) -> None:
    await session.called_off(now)


async def stop_reminding(session: Any, by: Actor, now: datetime) -> None:
    await session.ended(now)


async def say_that_nobody_came(session: Any, by: Actor, now: datetime) -> None:
    await session.lapsed(now)


transitions = Table(
    *edges([S.PLANNED], "reschedule", S.PLANNED, HOSTS, all_of(they_host_it, it_is_to_come),
           visible_to=Visibility.PUBLIC),
    *edges([S.PLANNED], "delay", S.PLANNED, HOSTS, all_of(they_host_it, it_is_to_come), visible_to=Visibility.PUBLIC),
    *edges([S.OPEN], "delay", S.OPEN, HOSTS, they_host_it, visible_to=Visibility.PUBLIC),
    Edge(S.PLANNED, "open", S.OPEN, HOSTS, all_of(they_host_it, it_is_near, it_is_to_come),
         (nobody_is_missed_any_more,), Visibility.PUBLIC),
    Edge(S.OPEN, "begin", S.RUNNING, HOSTS | US, all_of(they_host_it, its_time_has_come), (), Visibility.PUBLIC),
    Edge(S.RUNNING, "close", S.CLOSED, HOSTS | US, all_of(they_host_it, its_time_is_over), (stop_reminding,),
         Visibility.PUBLIC),
    *edges([S.CLOSED, S.SUMMARISED], "summarise", S.SUMMARISED, HOSTS, they_host_it, visible_to=Visibility.PUBLIC),
    *edges([S.PLANNED, S.OPEN], "cancel", S.CANCELLED, HOSTS, they_host_it, (let_everybody_know,), Visibility.PUBLIC),
    *edges([S.PLANNED, S.OPEN], "vanish", S.CANCELLED, US, None, (let_everybody_know,), Visibility.PUBLIC),
    Edge(S.PLANNED, "lapse", S.CANCELLED, US, its_time_is_over, (say_that_nobody_came,), Visibility.PUBLIC),
)  # fmt: skip
