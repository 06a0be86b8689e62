"""From the mutation that publishes a story to its posts on their channels, through a started system's public API."""

import asyncio
import contextlib
import io
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from leuchtturm.demo import story
from leuchtturm.demo.visitor import Visitor
from tests.bench import places
from tests.bench.outbox import Latency
from tests.bench.places import Place
from tests.journeys.test_demo import Machine

PATIENCE = 60.0


@asynccontextmanager
async def system(place: Place) -> AsyncIterator[str]:
    """The demo community in processes as an operator runs them, on an empty database; gives its address."""
    with tempfile.TemporaryDirectory(prefix="leuchtturm-bench-") as folder:
        if place.one_process:
            machine = Machine(Path(folder))
            async with machine.running("dev") as process:
                await machine.ready(process)
                yield machine.url
            return
        machine = Machine(
            Path(folder),
            DATABASE_URL=place.database,
            REDIS_URL=place.redis,
            SECRET=places.SECRET,
            DEV_PAGES="true",
        )
        for command in ("migrate", "seed"):
            status, printed = await machine.run(command)
            assert status == 0, printed
        async with machine.running("api") as api, machine.running("worker"), machine.running("worker"):
            await machine.ready(api)
            yield machine.url


async def to_the_channels(url: str, rounds: int) -> tuple[Latency, Latency]:
    """Seconds from sending `publishStory` until the first of its posts is out, and until all are, as the API tells it.

    The second is longer because one account sends one post at a time, and the demo's accounts have two languages.
    """
    async with AsyncExitStack() as stack:
        editor, second, lead = [
            await stack.enter_async_context(Visitor(url, PATIENCE, f"{name}@example.org"))
            for name in ("edda", "ben", "lena")
        ]
        with contextlib.redirect_stdout(io.StringIO()):
            for person in (editor, second, lead):
                await person.sign_in()
            found = [await _one(editor, second, lead, f"bench-{n}") for n in range(rounds)]
    return Latency.of([first for first, _ in found]), Latency.of([every for _, every in found])


async def _one(editor: Visitor, second: Visitor, lead: Visitor, stamp: str) -> tuple[float, float]:
    told = await story.draft(editor, stamp)
    await story.agree(editor, second, lead, told)
    posts = (await second.graphql(story.PLAN, input={"storyId": told["id"]}))["planChannelPosts"]["posts"]
    for post in posts:
        await second.graphql(story.APPROVE_POST, input={"id": post["id"], "snapshotHash": post["snapshotHash"]})
    began = time.perf_counter()
    await second.graphql(story.PUBLISH, input={"id": told["id"]})
    first = 0.0
    async with asyncio.timeout(PATIENCE):
        while (out := await _out(second, told)) < len(posts):
            if out and not first:
                first = time.perf_counter() - began
            await asyncio.sleep(0.01)
    every = time.perf_counter() - began
    return first or every, every


async def _out(who: Visitor, told: dict[str, Any]) -> int:
    """How many of its posts are out."""
    edges = (await who.graphql(story.POSTS, id=told["id"]))["channelPosts"]["edges"]
    return sum(edge["node"]["state"] in story.OUT for edge in edges)
