"""The event log: whoever asks for "after n" sees every event once, in order, whatever writers and relays do."""

import asyncio
import random
from uuid import uuid4

from tortoise.transactions import in_transaction

import models
from models.base import utcnow
from workers.outbox import relay

WRITERS, EACH, RELAYS = 5, 64, 3


async def happen(type: str = "story.published") -> models.OutboxEvent:
    return await models.OutboxEvent.record(type, subject_kind="story", subject_id=uuid4(), now=utcnow())


async def test_five_writers_three_relays_and_a_reader_who_misses_nothing(database):
    dice = random.Random(2020)
    writing = asyncio.Event()
    seen: list[tuple[int, object]] = []

    async def write() -> None:
        left = EACH
        while left:
            many = min(left, dice.randint(1, 4))
            async with in_transaction():
                for _ in range(many):
                    await happen()
                    # Other transactions begin and commit meanwhile: ids are drawn early and seen late.
                    await asyncio.sleep(dice.random() * 0.004)
            left -= many
            await asyncio.sleep(0)

    async def number() -> None:
        while not writing.is_set() or await models.OutboxEvent.filter(seq__isnull=True).exists():
            await relay({})
            await asyncio.sleep(dice.random() * 0.002)

    async def read() -> None:
        async with asyncio.timeout(50):
            while len(seen) < WRITERS * EACH:
                after = seen[-1][0] if seen else 0
                for event in await models.OutboxEvent.filter(seq__gt=after).order_by("seq").limit(7):
                    seen.append((event.seq, event.id))
                await asyncio.sleep(0)

    async def all_writers() -> None:
        await asyncio.gather(*(write() for _ in range(WRITERS)))
        writing.set()

    await asyncio.gather(all_writers(), read(), *(number() for _ in range(RELAYS)))

    assert [seq for seq, _ in seen] == list(range(1, WRITERS * EACH + 1))
    assert seen == [(event.seq, event.id) for event in await models.OutboxEvent.all().order_by("seq")]
    assert (await models.Pen.get(name="events")).last_seq == WRITERS * EACH


async def test_an_event_that_commits_late_gets_a_number_that_nobody_has_passed_yet(database):
    from tests.conftest import on_postgres

    if not on_postgres():
        # One connection: while a transaction is open, nobody else writes at all.
        await happen()
        assert await relay({}) == (1, 0)
        return
    began, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with in_transaction():
            await happen("story.slow")
            began.set()
            await may_commit.wait()

    writing = asyncio.create_task(slow())
    await began.wait()
    await happen("story.quick")
    assert await relay({}) == (1, 0)
    may_commit.set()
    await writing

    assert await relay({}) == (2, 0)
    assert [event.type for event in await models.OutboxEvent.all().order_by("seq")] == ["story.quick", "story.slow"]


async def test_an_event_has_its_consequences_once_however_many_relays_see_it(database):
    follows = {"story.published": ("story.tell", "story.count")}
    published = await happen()
    await happen("story.edited")

    await asyncio.gather(*(relay(follows) for _ in range(4)))

    jobs = await models.JobRun.all().order_by("work")
    assert [(job.work, job.payload["event"]) for job in jobs] == [
        ("story.count", str(published.id)),
        ("story.tell", str(published.id)),
    ]


async def test_an_event_whose_transaction_fails_leaves_no_gap(database):
    await happen()
    try:
        async with in_transaction():
            await happen()
            raise ConnectionError
    except ConnectionError:
        pass
    await happen()

    await relay({})

    assert [event.seq for event in await models.OutboxEvent.all().order_by("seq")] == [1, 2]


def test_every_consequence_of_an_event_has_a_handler():
    import workers.main  # noqa: F401
    from workers.jobs import HANDLERS
    from workers.outbox import REACTIONS

    assert {work for follows in REACTIONS.values() for work in follows} <= set(HANDLERS)
