"""The transition table of listings (domain.md, 7.2 and 7.4), with its guards and effects."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.access import oneself
from models.errors import NotAllowed, Refusal, WrongState
from models.exchange.refusals import NoSeatLeft
from models.exchange.words import Reason
from models.machine import Actor, Edge, Table, all_of, edges
from models.roles import Role, Visibility

LIFE = timedelta(days=30)
REMIND_BEFORE = timedelta(days=7)  # day 23 of 30 (C5.1)


class ListingState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    FILLED = "filled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


S = ListingState
EDITABLE = (S.DRAFT, S.OPEN, S.FILLED, S.EXPIRED, S.WITHDRAWN)
OWNERS = frozenset({Role.ONESELF, Role.TEAM_LEAD, Role.COMMUNITY_MANAGER})
US = frozenset({Role.SYSTEM})
MANAGERS = frozenset({Role.COMMUNITY_MANAGER})
HIDERS = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, Role.CONDUCT})


def speaks_for(row: Any, by: Actor) -> bool:
    """Whose listing it is: the team's leads, or the person; a community manager speaks on behalf (domain.md, 8)."""
    roles = by.roles_on(row)
    if roles & (MANAGERS | US):
        return True
    if row.team_id is not None:
        return Role.TEAM_LEAD in roles
    return oneself(by) is not None and bool(oneself(by) == row.person_id)


def on_behalf(row: Any, by: Actor) -> bool:
    """A manager acts for a team that they do not lead, or for somebody else."""
    if row.team_id is not None:
        return Role.TEAM_LEAD not in by.roles_on(row)
    return bool(oneself(by) != row.person_id)


async def it_is_theirs(listing: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if speaks_for(listing, by) else NotAllowed()


async def a_seat_is_left(listing: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if listing.taken < listing.seats else NoSeatLeft("seats")


async def no_seat_is_left(listing: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if listing.taken >= listing.seats else WrongState()


async def its_time_is_over(listing: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if listing.expires_at is not None and listing.expires_at <= now else WrongState()


async def it_was_open(listing: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if listing.hidden_from is S.OPEN else WrongState()


async def it_was_filled(listing: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if listing.hidden_from is S.FILLED else WrongState()


async def open_again(listing: Any, by: Actor, now: datetime) -> None:
    """The thirty days begin, and the reminder of day 23 with them."""
    await listing.runs_from(now)


async def close_seat_filled(listing: Any, by: Actor, now: datetime) -> None:
    await listing.close_applications(Reason.SEAT_FILLED, now)


async def close_withdrawn(listing: Any, by: Actor, now: datetime) -> None:
    await listing.close_applications(Reason.LISTING_CLOSED, now)


async def say_that_it_ended(listing: Any, by: Actor, now: datetime) -> None:
    await listing.tell_that_it_ended(now)


theirs = all_of(it_is_theirs, a_seat_is_left)

transitions = Table(
    Edge(S.DRAFT, "open", S.OPEN, OWNERS, theirs, (open_again,), Visibility.MEMBERS),
    *[edge for state in EDITABLE for edge in edges([state], "edit", state, OWNERS, it_is_theirs)],
    # Whoever clicks a few days late meant yes, too.
    *edges([S.OPEN, S.EXPIRED], "confirm", S.OPEN, OWNERS | US, theirs, [open_again]),
    *edges([S.OPEN], "release", S.OPEN, MANAGERS | US),
    Edge(S.OPEN, "fill", S.FILLED, US, no_seat_is_left, (close_seat_filled,)),
    Edge(S.OPEN, "expire", S.EXPIRED, US, its_time_is_over, (say_that_it_ended,)),
    *edges([S.DRAFT, S.OPEN, S.EXPIRED], "withdraw", S.WITHDRAWN, OWNERS | US, it_is_theirs, [close_withdrawn]),
    *edges([S.FILLED, S.WITHDRAWN], "reopen", S.OPEN, OWNERS | US, theirs, [open_again], Visibility.MEMBERS),
    *edges([S.OPEN, S.FILLED], "hide", S.HIDDEN, HIDERS),
    Edge(S.HIDDEN, "unhide", S.OPEN, HIDERS, it_was_open),
    Edge(S.HIDDEN, "unhide_filled", S.FILLED, HIDERS, it_was_filled),
)
