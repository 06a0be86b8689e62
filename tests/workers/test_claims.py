"""Claims: a piece of due work belongs to one worker at a time, and a late finish is refused."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models import db, sql
from models.jobs import JobRun, JobState
from models.outbox import Claim
from tests.conftest import empty, on_postgres

LEASE = timedelta(seconds=60)
MORNING = datetime(2020, 4, 14, 8, 0, tzinfo=UTC)


async def test_eight_claimants_and_five_hundred_jobs_and_no_job_twice(database):
    now = await sql.clock()
    await JobRun.bulk_create([JobRun(work="story.tell", key=str(n), due_at=now) for n in range(500)])
    taken: list[Claim] = []

    async def claimant(number: int) -> None:
        while claims := await JobRun.claim(f"worker {number}", 7, LEASE):
            assert len(claims) <= 7
            taken.extend(claims)

    await asyncio.gather(*(claimant(number) for number in range(8)))

    assert len(taken) == 500
    assert len({claim.id for claim in taken}) == 500
    assert {claim.fence for claim in taken} == {1}


async def test_the_oldest_work_is_taken_first_and_the_future_is_left(database):
    now = await sql.clock()
    for key, minutes in (("second", -1), ("future", 5), ("first", -2)):
        await JobRun.enqueue("story.tell", key, due_at=now + timedelta(minutes=minutes))

    one = await JobRun.claim("a worker", 1, LEASE)
    rest = await JobRun.claim("a worker", 10, LEASE)

    assert [(await JobRun.get(id=claim.id)).key for claim in (*one, *rest)] == ["first", "second"]


async def test_work_of_a_kind_that_a_worker_does_not_know_is_left_to_others(database):
    await JobRun.enqueue("story.from_tomorrow", "1", due_at=await sql.clock())

    assert await JobRun.claim("a worker of today", 10, LEASE, among=("work", ("story.tell",))) == []
    assert await JobRun.claim("a worker of today", 10, LEASE, among=("work", ())) == []
    assert len(await JobRun.claim("a worker of tomorrow", 10, LEASE, among=("work", ("story.from_tomorrow",)))) == 1


async def test_a_key_names_a_job_once_even_when_two_enqueue_at_the_same_time(database):
    now = await sql.clock()
    await asyncio.gather(*(JobRun.enqueue("story.tell", "story 7", due_at=now) for _ in range(5)))

    assert await JobRun.all().count() == 1


# The machine against a model of it, with a clock that the test turns.


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The database's clock shows this moment."""
    text = moment.isoformat(" ", "milliseconds")
    word = f"'{text}'::timestamptz" if on_postgres() else f"'{text}'"
    dialect = "postgres" if on_postgres() else "sqlite"
    usual = sql.WORDS[dialect]["now"]
    sql.WORDS[dialect]["now"] = word
    try:
        yield
    finally:
        sql.WORDS[dialect]["now"] = usual


@dataclass
class Expected:
    """What the model says about one job."""

    due: datetime
    state: JobState = JobState.PENDING
    fence: int = 0
    attempts: int = 0
    lease_until: datetime = MORNING

    def is_due(self, now: datetime) -> bool:
        if self.state is JobState.PENDING:
            return self.due <= now
        return self.state is JobState.CLAIMED and self.lease_until < now


@dataclass
class World:
    now: datetime = MORNING
    jobs: dict[UUID, Expected] = field(default_factory=dict)
    held: list[Claim] = field(default_factory=list)
    """Every claim that was ever handed out: workers wake up late and act on old ones."""

    def is_mine(self, claim: Claim) -> bool:
        job = self.jobs[claim.id]
        return job.state is JobState.CLAIMED and job.fence == claim.fence

    async def claim(self, limit: int) -> None:
        due = sorted((job.due, key) for key, job in self.jobs.items() if job.is_due(self.now))
        claims = await JobRun.claim("somebody", limit, LEASE)
        assert len(claims) == min(limit, len(due))
        assert {claim.id for claim in claims} <= {key for _, key in due}
        for claim in claims:
            job = self.jobs[claim.id]
            job.state, job.fence, job.attempts = JobState.CLAIMED, job.fence + 1, job.attempts + 1
            job.lease_until = self.now + LEASE
            assert (claim.fence, claim.attempts) == (job.fence, job.attempts)
            self.held.append(claim)

    async def renew(self, which: int) -> None:
        if self.held:
            claim = self.held[which % len(self.held)]
            assert await JobRun.renew(claim, LEASE) == self.is_mine(claim)
            if self.is_mine(claim):
                self.jobs[claim.id].lease_until = self.now + LEASE

    async def settle(self, which: int, state: JobState, refund: bool) -> None:
        if not self.held:
            return
        claim = self.held[which % len(self.held)]
        again = self.now + timedelta(seconds=30) if state is JobState.PENDING else None
        assert await JobRun.settle(claim, state, due_at=again, refund=refund) == self.is_mine(claim)
        if self.is_mine(claim):
            job = self.jobs[claim.id]
            job.state, job.due, job.attempts = state, again or job.due, job.attempts - refund

    async def check(self) -> None:
        for row in await JobRun.all():
            job = self.jobs[row.id]
            assert (row.state, row.fence, row.attempts, row.due_at) == (job.state, job.fence, job.attempts, job.due)


number = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(1, 90)),
        st.tuples(st.just("claim"), st.integers(1, 3)),
        st.tuples(st.just("renew"), number),
        st.tuples(
            st.just("settle"), number, st.sampled_from([JobState.DONE, JobState.PENDING, JobState.DEAD]), st.booleans()
        ),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(steps)
def test_fences_and_leases_do_what_the_model_says(database_url, steps):
    asyncio.run(live_through(database_url, steps))


async def live_through(url: str, steps: list[tuple]) -> None:
    async with db.opened(url, everywhere=False):
        if on_postgres():
            await empty()
        else:
            await db.create_schema()
        world = World()
        for n in range(3):
            job = await JobRun.create(work="story.tell", key=str(n), due_at=MORNING + timedelta(seconds=10 * n))
            world.jobs[job.id] = Expected(job.due_at)
        for verb, *about in steps:
            if verb == "pass":
                world.now += timedelta(seconds=about[0])
                continue
            with clock_at(world.now):
                await getattr(world, verb)(*about)
        await world.check()


async def test_a_dead_job_is_put_back_to_work_by_a_person_and_starts_anew(database, now):
    from tests.people import manager

    dead = await JobRun.create(work="story.tell", key="1", due_at=now, state=JobState.DEAD, attempts=8)
    await models.JobRun.retry(dead.id, by=await manager(), now=now)

    claims = await JobRun.claim("a worker", 1, LEASE)
    assert [(claim.id, claim.attempts) for claim in claims] == [(dead.id, 1)]
