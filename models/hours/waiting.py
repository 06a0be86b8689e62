"""WaitlistEntry: somebody who would like to come when a seat becomes free."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.base import Moment
from models.errors import Refusal
from models.hours.refusals import NotOver, OfferOver
from models.hours.slots import ONESELF
from models.hours.states import US
from models.machine import Actor, Edge, Stateful, Table, edges

SOON = timedelta(days=1)
OFFER, LONG_OFFER = timedelta(minutes=30), timedelta(hours=2)


class WaitlistState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    LEFT = "left"


S = WaitlistState
STILL = (S.WAITING, S.OFFERED)


def offered_until(starts_at: datetime, now: datetime) -> datetime:
    """Half an hour to answer, two when the session is over a day away, never past its start (C1.2)."""
    return min(now + (LONG_OFFER if starts_at - now > SOON else OFFER), starts_at)


async def the_offer_stands(entry: Any, by: Actor, now: datetime) -> Refusal | None:
    return OfferOver("id") if entry.offer_until is None or entry.offer_until <= now else None


async def the_offer_is_over(entry: Any, by: Actor, now: datetime) -> Refusal | None:
    over = entry.offer_until is not None and entry.offer_until <= now
    return None if over else NotOver("id")


class WaitlistEntry(Stateful):
    """One person's place on the waitlist of one session; whoever comes again stands at its end."""

    kind = "waitlist_entry"
    transitions: ClassVar[Table] = Table(
        Edge(S.WAITING, "offer", S.OFFERED, US),
        Edge(S.OFFERED, "accept", S.ACCEPTED, ONESELF, the_offer_stands),
        Edge(S.OFFERED, "expire", S.EXPIRED, US, the_offer_is_over),
        *edges([S.WAITING, S.OFFERED], "leave", S.LEFT, ONESELF | US),
        *edges([S.ACCEPTED, S.EXPIRED, S.LEFT], "wait", S.WAITING, ONESELF),
    )

    session: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.OfficeHourSession", related_name="waitlist", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="waitlist_entries", db_index=True
    )
    session_id: UUID
    person_id: UUID
    place = fields.IntField()
    """Arrival, counted per session under its lock."""
    state = fields.CharEnumField(WaitlistState, max_length=24, default=WaitlistState.WAITING)
    offer_until = Moment(null=True, db_index=True)

    class Meta:
        table = "waitlist_entry"
        unique_together = (("session", "person"), ("session", "place"))
