"""OfficeHourSlot: one person's time in a session with slots. The row is the seat, and no other may be sat on."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.base import Moment
from models.errors import NotAllowed, Refusal
from models.hours.refusals import NotOver, OfferOver, TooLateForThat
from models.hours.states import HOSTS, US, they_host_it
from models.machine import Actor, Edge, Stateful, Table, edges
from models.roles import Role

NEEDS_MAX = 500
NO_SHOWS_KEPT = timedelta(days=90)


class SlotState(StrEnum):
    FREE = "free"
    HELD = "held"
    """Offered to one person on the waitlist until the hold ends."""
    BOOKED = "booked"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


S = SlotState
PEOPLE = frozenset({Role.PARTICIPANT})
ONESELF = frozenset({Role.ONESELF})


async def it_is_to_come(slot: Any, by: Actor, now: datetime) -> Refusal | None:
    return TooLateForThat("slotId") if slot.starts_at <= now else None


async def it_is_held_for_them(slot: Any, by: Actor, now: datetime) -> Refusal | None:
    """Only while the hold lasts, whether or not anybody has ended it."""
    if slot.person_id is None or slot.person_id != by.person_id:
        return NotAllowed()
    return OfferOver("id") if slot.held_until is None or slot.held_until <= now else None


async def they_host_the_session(slot: Any, by: Actor, now: datetime) -> Refusal | None:
    """Its hosts and managers, once the time has come."""
    if refusal := await they_host_it(await slot.session, by, now):
        return refusal
    return NotOver("id") if now < slot.starts_at else None


async def it_has_been_long(slot: Any, by: Actor, now: datetime) -> Refusal | None:
    return NotOver("id") if now < slot.ends_at + NO_SHOWS_KEPT else None


async def give_it_up(slot: Any, by: Actor, now: datetime) -> None:
    """Nobody holds it any more, and nothing is left of what they wrote."""
    slot.person_id, slot.held_until, slot.needs = None, None, ""
    await slot.save()


class OfficeHourSlot(Stateful):
    """A time that one person books. Who it is, only they and the hosts read; a no-show is private and decays (E33)."""

    kind = "office_hour_slot"
    transitions: ClassVar[Table] = Table(
        Edge(S.FREE, "hold", S.HELD, US),
        Edge(S.FREE, "book", S.BOOKED, PEOPLE, it_is_to_come),
        Edge(S.HELD, "book", S.BOOKED, PEOPLE, it_is_held_for_them),
        Edge(S.HELD, "release", S.FREE, US, None, (give_it_up,)),
        Edge(S.BOOKED, "give_back", S.FREE, ONESELF | US, it_is_to_come, (give_it_up,)),
        *edges([S.FREE, S.HELD, S.BOOKED], "call_off", S.CANCELLED, US),
        *edges([S.BOOKED, S.NO_SHOW], "attend", S.ATTENDED, HOSTS, they_host_the_session),
        *edges([S.BOOKED, S.ATTENDED], "miss", S.NO_SHOW, HOSTS, they_host_the_session),
        Edge(S.NO_SHOW, "correct", S.ATTENDED, ONESELF),
        Edge(S.NO_SHOW, "decay", S.CANCELLED, US, it_has_been_long, (give_it_up,)),
    )

    session: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourSession", related_name="slots", db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="hour_slots", null=True, db_index=True
    )
    session_id: UUID
    person_id: UUID | None
    starts_at = Moment()
    ends_at = Moment()
    state = fields.CharEnumField(SlotState, max_length=24, default=SlotState.FREE)
    held_until = Moment(null=True)
    needs = fields.CharField(max_length=NEEDS_MAX, default="")
    """What the person needs, in their words (E39); for the hosts, and only until the session is over."""

    class Meta:
        table = "office_hour_slot"
        # One seat per person and session, whatever our own rules say; nobody (NULL) may sit on many.
        unique_together = (("session", "person"), ("session", "starts_at"))
