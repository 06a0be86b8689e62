"""The tables of founder circles and of the seats in them (domain.md, 7.4)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.access import oneself
from models.errors import NotAllowed, Refusal, WrongState
from models.exchange.listing_states import MANAGERS, US
from models.machine import Actor, Edge, Table, edges
from models.roles import Role


class CircleState(StrEnum):
    PROPOSED = "proposed"
    FORMED = "formed"
    """Three have accepted: it is a team, and the others may still come."""
    DISSOLVED = "dissolved"


class SeatState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


C, S = CircleState, SeatState
PEOPLE = frozenset({Role.PARTICIPANT})


async def it_is_their_own(seat: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if oneself(by) is not None and oneself(by) == seat.person_id else NotAllowed()


async def there_is_time(seat: Any, by: Actor, now: datetime) -> Refusal | None:
    """Their own seat, in a circle that is neither over nor late."""
    if refusal := await it_is_their_own(seat, by, now):
        return refusal
    circle = await seat.circle
    return None if circle.state is not C.DISSOLVED and circle.ends_at > now else WrongState("id")


async def too_few_came(circle: Any, by: Actor, now: datetime) -> Refusal | None:
    """A manager may end it at any time, we only when its time is over."""
    return None if by.roles_on(circle) & MANAGERS or circle.ends_at <= now else WrongState("id")


async def enough_have_accepted(circle: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if await circle.accepted() >= circle.needed else WrongState("id")


async def found_the_team(circle: Any, by: Actor, now: datetime) -> None:
    await circle.found_team(now)


async def form_when_enough(seat: Any, by: Actor, now: datetime) -> None:
    await seat.came(now)


async def close_the_seats(circle: Any, by: Actor, now: datetime) -> None:
    await circle.close_seats(now)


of_circles = Table(
    Edge(C.PROPOSED, "form", C.FORMED, US, enough_have_accepted, (found_the_team,)),
    Edge(C.PROPOSED, "dissolve", C.DISSOLVED, MANAGERS | US, too_few_came, (close_the_seats,)),
)

of_seats = Table(
    Edge(S.INVITED, "accept", S.ACCEPTED, PEOPLE, there_is_time, (form_when_enough,)),
    *edges([S.INVITED, S.ACCEPTED], "decline", S.DECLINED, PEOPLE, it_is_their_own),
    Edge(S.DECLINED, "accept", S.ACCEPTED, PEOPLE, there_is_time, (form_when_enough,)),
    *edges([S.INVITED, S.ACCEPTED], "expire", S.EXPIRED, US),
)
