"""Seats given out by several processes at once: PostgreSQL alone decides, whoever asks."""

import asyncio
import json
import os
import sys
from datetime import datetime

import pytest

from models.hours import OfficeHourSlot, SlotState, WaitlistEntry, WaitlistState
from tests.conftest import on_postgres
from tests.exchanging import crowd
from tests.hours.test_slots import with_slots

PROCESSES = 3
BOOKING = """
import asyncio, json, sys
from datetime import datetime
from uuid import UUID
from models import db
from models.access import Viewer
from models.hours import booking
from models.roles import Role

async def main(url, session, now, people):
    async with db.opened(url):
        await asyncio.gather(*[
            booking.book(
                UUID(session), now=datetime.fromisoformat(now),
                by=Viewer(person_id=UUID(id), roles=frozenset({Role.PARTICIPANT})),
            )
            for id in people
        ])

asyncio.run(main(*json.loads(sys.stdin.read())))
"""


@pytest.mark.timeout(180)  # three interpreters start first
@pytest.mark.skipif(not on_postgres(), reason="SQLite is for one process")
async def test_a_hundred_bookings_of_several_processes_on_three_seats(
    database: str, database_url: str, now: datetime
) -> None:
    """C1.1: 3 booked, 97 on the waitlist in order, none lost, whichever process asks."""
    _, session = await with_slots(now)
    people = [str(who.person_id) for who in await crowd(100, now)]

    async def books(some: list[str]) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BOOKING, stdin=asyncio.subprocess.PIPE, env=dict(os.environ)
        )
        await process.communicate(json.dumps([database_url, str(session.id), now.isoformat(), some]).encode())
        assert process.returncode == 0

    await asyncio.gather(*[books(people[n::PROCESSES]) for n in range(PROCESSES)])

    booked = await OfficeHourSlot.filter(state=SlotState.BOOKED).values_list("person_id", flat=True)
    waiting = await WaitlistEntry.filter(state=WaitlistState.WAITING).order_by("place")
    assert (len(booked), [entry.place for entry in waiting]) == (3, list(range(1, 98)))
    assert {str(id) for id in [*booked, *[entry.person_id for entry in waiting]]} == set(people)
