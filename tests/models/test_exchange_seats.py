"""Many at once: one seat is one person, and nobody who applies is lost. On PostgreSQL by many connections."""

import asyncio
from datetime import datetime
from uuid import UUID

from models.access import Viewer
from models.errors import Refusal
from models.exchange import Application, ApplicationState, Listing, ListingState, Reason
from models.outbox import AuditEvent
from models.teams import MembershipState, TeamMembership
from tests.exchanging import Role, crowd, role

A = ApplicationState


async def applied(here: Role, count: int, now: datetime) -> list[Application]:
    return [await Application.apply(here.listing.id, "", by=who, now=now) for who in await crowd(count, now)]


async def accepted(id: UUID, by: Viewer, now: datetime) -> bool:
    """False when a rule refused it; anything else is a failure of the test."""
    try:
        await Application.accept(id, by=by, now=now)
    except Refusal:
        return False
    return True


async def one_joined(here: Role, count: int) -> None:
    """One is in; everybody else was told that the seat is filled."""
    listing = await Listing.get(id=here.listing.id)
    assert (listing.taken, listing.state) == (1, ListingState.FILLED)
    (joined,) = await Application.filter(state=A.JOINED)
    members = TeamMembership.filter(team_id=here.team.id, state=MembershipState.ACTIVE)
    assert set(await members.values_list("person_id", flat=True)) == {joined.person_id, here.lead.person_id}
    closed = await Application.filter(state=A.DECLINED, reason=Reason.SEAT_FILLED)
    assert len(closed) == count - 1
    assert await AuditEvent.filter(subject_id__in=[row.id for row in closed], action="close").count() == count - 1


async def test_fifty_acceptances_at_once_on_one_seat_are_one_joining(database: str, now: datetime) -> None:
    """E30: the database counts, whoever else is deciding."""
    here = await role(now)
    rows = await applied(here, 50, now)

    joined = await asyncio.gather(*[accepted(row.id, here.lead, now) for row in rows])

    assert joined.count(True) == 1
    await one_joined(here, 50)


async def test_two_hundred_applications_at_once_are_all_there(database: str, now: datetime) -> None:
    here = await role(now)
    people = await crowd(200, now)

    await asyncio.gather(*[Application.apply(here.listing.id, "Hallo", by=who, now=now) for who in people])

    rows = await Application.all()
    assert {row.person_id for row in rows} == {who.person_id for who in people}
    assert {row.state for row in rows} == {A.APPLIED}
    assert len(rows) == 200
