"""A claimant takes what it asked for and no more, however the database plans the statement."""

import asyncio
from datetime import timedelta

from models import sql
from models.jobs import JobRun
from models.outbox import Claim


async def many_jobs(count):
    now = await sql.clock()
    await JobRun.bulk_create([JobRun(work="letter", key=f"letter-{n}", due_at=now) for n in range(count)])


async def test_four_claimants_take_what_they_ask_for_and_no_row_twice(database):
    await many_jobs(400)
    taken: list[Claim] = []

    async def claimant(name):
        while claims := await JobRun.claim(name, 7, timedelta(minutes=1), among=("work", ("letter",))):
            assert len(claims) <= 7
            taken.extend(claims)

    await asyncio.gather(*(claimant(f"worker-{n}") for n in range(4)))

    assert len({claim.id for claim in taken}) == len(taken) == 400
