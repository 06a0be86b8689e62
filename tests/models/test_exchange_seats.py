"""Many at once: one seat is one person, and nobody who applies is lost. On PostgreSQL by many connections."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from models.exchange import Application, ApplicationState, Listing, ListingState, Reason
from models.outbox import AuditEvent
from models.teams import MembershipState, TeamMembership
from tests.conftest import on_postgres
from tests.exchanging import Role, crowd, role
from tests.models.exchange_process import accept

A = ApplicationState
ROOT = Path(__file__).parents[2]
PROCESSES = 2


async def applied(here: Role, count: int, now: datetime) -> list[Application]:
    return [await Application.apply(here.listing.id, "", by=who, now=now) for who in await crowd(count, now)]


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
    assert here.lead.person_id is not None

    joined = await accept([row.id for row in rows], here.lead.person_id)

    assert joined == 1
    await one_joined(here, 50)


async def test_two_hundred_applications_at_once_are_all_there(database: str, now: datetime) -> None:
    here = await role(now)
    people = await crowd(200, now)

    await asyncio.gather(*[Application.apply(here.listing.id, "Hallo", by=who, now=now) for who in people])

    rows = await Application.all()
    assert {row.person_id for row in rows} == {who.person_id for who in people}
    assert {row.state for row in rows} == {A.APPLIED}
    assert len(rows) == 200


async def test_processes_on_postgres_share_one_seat(database: str, now: datetime) -> None:
    """The same by processes of their own; without PostgreSQL there is one process, and this is the test above."""
    here = await role(now)
    rows = await applied(here, 10, now)
    assert here.lead.person_id is not None
    if not on_postgres():
        assert await accept([row.id for row in rows], here.lead.person_id) == 1
    else:
        ids = [str(row.id) for row in rows]
        started = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.models.exchange_process", database, str(here.lead.person_id),
                *ids[n::PROCESSES], cwd=ROOT, stdout=asyncio.subprocess.PIPE,
            )
            for n in range(PROCESSES)
        ]  # fmt: skip
        told = [await process.communicate() for process in started]
        assert sum(int(out) for out, _ in told) == 1
    await one_joined(here, 10)
