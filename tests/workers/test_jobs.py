"""What becomes of a job: done, later, never, and everything that can go wrong meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from models import sql
from models.jobs import JobRun, JobState
from models.outbox import OutboxEvent
from workers.doing import MAX_ATTEMPTS, Jobs, pause
from workers.jobs import Handler
from workers.work import Done, Ending, Job, Later, Never, Tools

LEASE = timedelta(seconds=60)


async def enqueue(work: str = "lamp.light", key: str = "1") -> None:
    await JobRun.enqueue(work, key, due_at=await sql.clock(), payload={"lamp": "7"})


def worker(tools: Tools, handlers: dict[str, Handler], lease: timedelta = LEASE) -> Jobs:
    return Jobs(tools, owner="a worker", lease=lease, handlers=handlers)


async def work_until_quiet(jobs: Jobs) -> None:
    while await jobs.step():
        await jobs.idle()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.01)


async def test_what_is_due_now_is_due_in_the_same_millisecond(database):
    """Or whoever looks at once, and only once, finds nothing to do."""
    now = (await sql.rows("SELECT {now} AS now"))[0]["now"]
    due_at = datetime.fromisoformat(now) if isinstance(now, str) else now  # SQLite compares moments as text
    await JobRun.enqueue("lamp.light", "1", due_at=due_at)
    assert (await sql.rows("SELECT due_at FROM job_run"))[0]["due_at"] <= now


async def test_a_job_gets_the_ids_of_its_payload_and_is_done(database, tools):
    seen: list[Job] = []

    async def light(tools: Tools, job: Job) -> Ending:
        seen.append(job)
        return Done()

    await enqueue()
    await work_until_quiet(worker(tools, {"lamp.light": light}))

    assert [(job.work, job.key, job.payload, job.attempts) for job in seen] == [("lamp.light", "1", {"lamp": "7"}, 1)]
    row = await JobRun.get(key="1")
    assert (row.state, row.owner, row.lease_until) == (JobState.DONE, None, None)


async def test_a_job_that_asks_for_later_is_left_alone_until_then(database, tools):
    tomorrow = await sql.clock() + timedelta(days=1)

    async def light(tools: Tools, job: Job) -> Ending:
        return Later(tomorrow, "no oil", free=True)

    await enqueue()
    await work_until_quiet(worker(tools, {"lamp.light": light}))

    row = await JobRun.get(key="1")
    assert (row.state, row.attempts, row.last_error, row.fence) == (JobState.PENDING, 0, "no oil", 1)
    assert abs(row.due_at - tomorrow) < timedelta(milliseconds=1)


async def test_a_failure_is_tried_again_after_a_growing_pause_and_keeps_no_address(database, tools):
    async def light(tools: Tools, job: Job) -> Ending:
        raise ConnectionError("no answer for ada@example.org")

    await enqueue()
    before = await sql.clock()
    await work_until_quiet(worker(tools, {"lamp.light": light}))

    row = await JobRun.get(key="1")
    assert (row.state, row.attempts) == (JobState.PENDING, 1)
    assert timedelta(seconds=59) < row.due_at - before < timedelta(seconds=75)
    assert row.last_error == "ConnectionError: no answer for [redacted]"


def test_the_pauses_are_squares_of_minutes_up_to_six_hours():
    assert [pause(n) / timedelta(minutes=1) for n in (1, 2, 3, 8, 100)] == [1, 4, 9, 64, 360]


@pytest.mark.parametrize(
    ("attempts", "fails_with"), [(0, Never("There is no such lamp.")), (MAX_ATTEMPTS - 1, ConnectionError("no answer"))]
)
async def test_a_job_that_will_never_succeed_becomes_a_dead_letter_that_the_desk_sees(
    database, tools, attempts, fails_with
):
    async def light(tools: Tools, job: Job) -> Ending:
        if isinstance(fails_with, Exception):
            raise fails_with
        return fails_with

    await enqueue()
    await JobRun.all().update(attempts=attempts)
    await work_until_quiet(worker(tools, {"lamp.light": light}))

    row = await JobRun.get(key="1")
    event = await OutboxEvent.get(type="job.dead")
    assert row.state is JobState.DEAD
    assert row.last_error in ("There is no such lamp.", "ConnectionError: no answer")
    assert (event.subject_id, event.payload["work"]) == (row.id, "lamp.light")


async def test_a_job_that_kills_its_worker_each_time_is_not_started_for_ever(database, tools):
    started = []

    async def light(tools: Tools, job: Job) -> Ending:
        started.append(job)
        return Done()

    await enqueue()
    past = await sql.clock() - timedelta(seconds=1)
    await JobRun.all().update(state=JobState.CLAIMED, lease_until=past, attempts=MAX_ATTEMPTS, owner="a dead worker")
    await work_until_quiet(worker(tools, {"lamp.light": light}))

    assert not started
    assert (await JobRun.get(key="1")).state is JobState.DEAD


async def test_a_job_of_an_unknown_kind_waits_for_a_worker_that_knows_it(database, tools):
    await enqueue("lamp.from_tomorrow")

    await work_until_quiet(worker(tools, {"lamp.light": _never_called}))

    row = await JobRun.get(key="1")
    assert (row.state, row.attempts, row.fence) == (JobState.PENDING, 0, 0)


async def _never_called(tools: Tools, job: Job) -> Ending:
    raise AssertionError(job.work)


async def test_a_stop_gives_the_job_back_and_does_not_count_as_an_attempt(database, tools):
    begun, undone = asyncio.Event(), asyncio.Event()

    async def light(tools: Tools, job: Job) -> Ending:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            undone.set()
        return Done()

    await enqueue()
    jobs = worker(tools, {"lamp.light": light})
    await jobs.step()
    await begun.wait()
    await jobs.drain(0.05)

    assert undone.is_set()
    row = await JobRun.get(key="1")
    assert (row.state, row.attempts, row.owner) == (JobState.PENDING, 0, None)


async def test_a_stop_lets_a_job_finish_that_needs_only_a_moment(database, tools):
    begun = asyncio.Event()

    async def light(tools: Tools, job: Job) -> Ending:
        begun.set()
        await asyncio.sleep(0.05)
        return Done()

    await enqueue()
    jobs = worker(tools, {"lamp.light": light})
    await jobs.step()
    await begun.wait()
    await jobs.drain(10)

    assert (await JobRun.get(key="1")).state is JobState.DONE


async def test_a_long_job_keeps_its_lease_by_its_heartbeat(database, tools):
    may_end = asyncio.Event()

    async def light(tools: Tools, job: Job) -> Ending:
        await may_end.wait()
        return Done()

    await enqueue()
    short = timedelta(seconds=0.6)
    jobs = worker(tools, {"lamp.light": light}, lease=short)
    await jobs.step()
    first = (await JobRun.get(key="1")).lease_until

    async def outlived() -> bool:
        return await sql.clock() > first + timedelta(seconds=0.2)

    await until(outlived)
    assert await worker(tools, {"lamp.light": _never_called}, lease=short).step() is False
    may_end.set()
    await jobs.drain(10)
    assert (await JobRun.get(key="1")).state is JobState.DONE


async def test_a_worker_that_lost_its_lease_stops_and_its_result_is_discarded(database, tools):
    stopped = asyncio.Event()

    async def light(tools: Tools, job: Job) -> Ending:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return Done()

    await enqueue()
    slow = worker(tools, {"lamp.light": light}, lease=timedelta(seconds=0.6))
    await slow.step()
    # Somebody else has it: the fence has moved on, as after a pause of the whole machine.
    await JobRun.all().update(fence=2, owner="another worker")

    async with asyncio.timeout(10):
        await stopped.wait()
    await slow.drain(10)
    row = await JobRun.get(key="1")
    assert (row.state, row.owner, row.fence) == (JobState.CLAIMED, "another worker", 2)


async def test_no_more_jobs_run_at_once_than_there_are_places(database, tools):
    running, most = 0, 0

    async def light(tools: Tools, job: Job) -> Ending:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return Done()

    for n in range(12):
        await enqueue(key=str(n))
    jobs = Jobs(tools, owner="a worker", lease=LEASE, slots=3, handlers={"lamp.light": light})
    while await jobs.step():
        pass
    await jobs.drain(10)

    assert await JobRun.filter(state=JobState.DONE).count() == 12
    assert 1 < most <= 3


async def test_what_was_claimed_while_the_connection_died_is_given_back_at_the_next_look(database, tools, monkeypatch):
    done: list[str] = []

    async def light(tools: Tools, job: Job) -> Ending:
        done.append(job.key)
        return Done()

    await enqueue()
    jobs = worker(tools, {"lamp.light": light})
    claim = JobRun.claim

    async def committed_but_never_answered(*about, **more):
        await claim(*about, **more)
        raise ConnectionResetError

    with monkeypatch.context() as torn:
        torn.setattr(JobRun, "claim", committed_but_never_answered)
        with pytest.raises(ConnectionResetError):
            await jobs.step()
    assert (await JobRun.get(key="1")).state is JobState.CLAIMED

    await work_until_quiet(jobs)

    row = await JobRun.get(key="1")
    assert (done, row.state, row.attempts) == (["1"], JobState.DONE, 1)
