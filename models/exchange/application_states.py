"""The transition table of applications (domain.md, 7.2 and 7.4), with its guards and effects.

Whoever decides has locked the listing first, then the application: so no two decisions count the same seat.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.access import oneself
from models.errors import NotAllowed, NotFound, Refusal, WrongState
from models.exchange.listing_states import MANAGERS, US, ListingState
from models.exchange.refusals import AlreadyApplied, ListingClosed, NoSeatLeft
from models.exchange.words import CHOSEN, Reason
from models.machine import Actor, Edge, Table, all_of, edges
from models.members.refusals import HumanStepNeeded
from models.roles import Role


class ApplicationState(StrEnum):
    SUGGESTED = "suggested"
    """Offered by us, or by a team that invites; the person has not answered."""
    APPLIED = "applied"
    ACCEPTED = "accepted"
    """The seat is kept; a human step is still to come (E14)."""
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


A = ApplicationState
WAITING = (A.SUGGESTED, A.APPLIED)
PEOPLE = frozenset({Role.ONESELF})
DECIDERS = frozenset({Role.TEAM_LEAD, Role.COMMUNITY_MANAGER, Role.PARTICIPANT})
DECIDED = CHOSEN | {Reason.NOT_ARRANGED}
"""Whoever was told so does not ask again; what was closed for other reasons may be tried when there is a seat."""


def decides(application: Any, by: Actor) -> bool:
    """The team's leads for their team, the person for their own listing, a community manager on behalf."""
    roles = by.roles_on(application)
    if roles & (MANAGERS | US):
        return True
    if application.team_id is not None:
        return Role.TEAM_LEAD in roles
    return oneself(by) is not None and oneself(by) == application.owner_id


async def it_is_their_own(application: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if oneself(by) is not None and oneself(by) == application.person_id else NotAllowed()


async def it_was_not_refused(application: Any, by: Actor, now: datetime) -> Refusal | None:
    """A decision about the person stands."""
    refused = application.state is A.DECLINED and application.reason in DECIDED
    return AlreadyApplied("listingId") if refused else None


async def the_listing_is_open(application: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if (await application.its_listing()).state is ListingState.OPEN else ListingClosed("listingId")


async def it_is_theirs_to_decide(application: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if decides(application, by) else NotAllowed()


async def nothing_keeps_them_apart(application: Any, by: Actor, now: datetime) -> Refusal | None:
    """The same answer as for an application that is not there (E38)."""
    return NotFound("id") if application.unseen or await application.is_kept_apart() else None


async def a_seat_is_left(application: Any, by: Actor, now: datetime) -> Refusal | None:
    """An expired listing may still answer those who had applied in time."""
    listing = await application.its_listing()
    if listing.state not in (ListingState.OPEN, ListingState.EXPIRED):
        return NoSeatLeft("id") if listing.state is ListingState.FILLED else ListingClosed("id")
    return None if listing.taken < listing.seats else NoSeatLeft("id")


async def a_human_has_looked(application: Any, by: Actor, now: datetime) -> Refusal | None:
    """Nobody below 16 is matched without a community manager (E14)."""
    if Role.COMMUNITY_MANAGER in by.roles_on(application):
        return None
    return HumanStepNeeded() if await application.needs_a_human(now) else None


async def its_time_is_over(application: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if application.due_at is not None and application.due_at <= now else WrongState()


async def take_the_seat(application: Any, by: Actor, now: datetime) -> None:
    await application.take_seat()


async def free_the_seat(application: Any, by: Actor, now: datetime) -> None:
    await application.free_seat(now)


async def become_a_member(application: Any, by: Actor, now: datetime) -> None:
    await application.enter_team(now)


async def fill_when_full(application: Any, by: Actor, now: datetime) -> None:
    await application.fill_listing(now)


own_again = all_of(it_is_their_own, it_was_not_refused, the_listing_is_open)
acceptable = all_of(it_is_theirs_to_decide, nothing_keeps_them_apart, a_seat_is_left)

transitions = Table(
    *edges([A.SUGGESTED, A.WITHDRAWN, A.EXPIRED, A.DECLINED], "apply", A.APPLIED, PEOPLE, own_again),
    Edge(A.APPLIED, "accept", A.ACCEPTED, DECIDERS | US, acceptable, (take_the_seat,)),
    Edge(A.ACCEPTED, "join", A.JOINED, MANAGERS | US, a_human_has_looked, (become_a_member, fill_when_full)),
    Edge(A.APPLIED, "decline", A.DECLINED, DECIDERS, it_is_theirs_to_decide),
    Edge(A.ACCEPTED, "decline", A.DECLINED, MANAGERS, None, (free_the_seat,)),
    Edge(A.APPLIED, "close", A.DECLINED, US),
    *edges(WAITING, "withdraw", A.WITHDRAWN, PEOPLE, it_is_their_own),
    Edge(A.ACCEPTED, "withdraw", A.WITHDRAWN, PEOPLE, it_is_their_own, (free_the_seat,)),
    Edge(A.APPLIED, "expire", A.EXPIRED, US, its_time_is_over),
    Edge(A.SUGGESTED, "expire", A.EXPIRED, US),
)
