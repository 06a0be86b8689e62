"""`make bench`: what this machine can do. Compare rows of one run with each other, not with those of other runs."""

import argparse
import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from tests.bench import (
    deliveries,
    imports,
    outbox,
    places,
    queue,
    search,
    similar,
    stories,
    subscriptions,
    suggestions,
    webhooks,
)
from tests.bench.places import Place

Opening = Callable[..., AbstractAsyncContextManager[Place]]


def line(what: str, value: str) -> None:
    print(f"  {what:<44} {value}", flush=True)


async def work_rows(opening: Opening, scale: float, processes: int) -> None:
    async with opening() as place:
        print(f"\nOutbox, {place.name}", flush=True)
        written, done = await outbox.throughput(place, items=int(5_000 * scale), processes=processes)
        line("event + job written by one writer", f"{written:,.0f} a second")
        workers = "one worker in the process" if place.one_process else f"{processes} worker processes"
        line(f"numbered, claimed, done, settled; {workers}", f"{done:,.0f} a second")
    async with opening() as place:
        line("ring to start", str(await outbox.latency(place, rings=max(50, int(200 * scale)))))


async def letters(opening: Opening, scale: float, *, whole: bool) -> None:
    async with opening() as place, deliveries.sink() as port:
        print(f"\nNewsletter, {place.name}, a local sink", flush=True)
        count = max(200, int(3_000 * scale))
        peer = await deliveries.plain(port, count)
        line("plain aiosmtplib, one reused connection", f"{peer:,.0f} a second")
        for connections in (1, 4):
            await deliveries.issue_to(count)
            ours = await deliveries.with_accounting(place, port, connections)
            assert ours.sent == count, f"{ours.sent} of {count} were sent"
            line(
                f"with accounting, {connections} connection(s)", f"{ours.rate:,.0f} a second, {ours.rate / peer:.2f} x"
            )
            await deliveries.forgotten()
        await many_readers(place, port, max(1_000, int(100_000 * scale)), whole=whole)


async def many_readers(place: Place, port: int, count: int, *, whole: bool) -> None:
    """Peak memory while so many copies wait. By default for a few seconds: a slice is as large at the end."""
    await deliveries.issue_to(count)
    ours = await deliveries.with_accounting(place, port, 4, patience=3600.0 if whole else 20.0)
    assert ours.sent == count or not whole, f"{ours.sent} of {count} were sent"
    line(f"{count:,} recipients: peak memory", f"{ours.grown:,.0f} MB over the {ours.before:,.0f} MB of the start")
    line(f"{ours.sent:,} of them sent", f"{ours.rate:,.0f} a second")


async def published(opening: Opening, scale: float) -> None:
    async with opening(bare=True) as place, stories.system(place) as url:
        print(f"\nStory, {place.name}, the public API", flush=True)
        first, every = await stories.to_the_channels(url, max(3, int(12 * scale)))
        line("mutation to the first post (recorded)", str(first))
        line("mutation to the last post, in two languages", str(every))


async def searched(opening: Opening, scale: float) -> None:
    async with opening() as place:
        print(f"\nSearch, {place.name}", flush=True)
        texts = await search.community(scale)
        made, again = await search.indexed()
        assert await search.entries() == texts, "not every text is in the index"
        line(
            f"index of {texts:,} texts", f"{made:,.1f} s ({texts / made:,.0f} a second); compared again {again:,.1f} s"
        )
        for name, (page, number) in (await search.asked(rounds=40)).items():
            line(f"{name}: a page of 20", str(page))
            line("  and how many there are", str(number))


async def lists(opening: Opening, scale: float) -> None:
    async with opening(bare=True) as place:
        print(f"\nImport, {place.name}, the command line", flush=True)
        async for name, loaded in imports.loaded(place, scale):
            line(name, str(loaded))


async def hooks(opening: Opening, scale: float) -> None:
    async with opening() as place, webhooks.served() as server:
        events = max(20, int(100 * scale))
        print(f"\nWebhooks, {place.name}, {webhooks.ENDPOINTS} endpoints of a partner, {events} events", flush=True)
        peer = await webhooks.posted(server, webhooks.well(0), events)
        line("signed and posted, nothing written down", f"{peer.rate:,.0f} a second")
        calm = await webhooks.delivered(server, [], events)
        line("delivered, all of them well", f"{calm.rate:,.0f} a second, {calm.rate / peer.rate:.2f} x")
        bad = list(webhooks.BAD)
        rough = await webhooks.delivered(server, bad, events)
        line(f"delivered to the others, {len(bad)} slow or failing", f"{rough.rate:,.0f} a second")
        line("  how many times as fast as without them", f"{rough.rate / calm.rate:.2f} x")


PARTS = (
    "outbox", "stories", "letters", "search", "similar", "imports", "subscriptions", "queue", "suggestions", "webhooks",
)  # fmt: skip


async def run(setup: str, scale: float, part: str | None, *, whole: bool) -> None:
    openings: dict[str, Opening] = {"sqlite": places.sqlite, "postgres": places.postgres}
    opening = openings[setup]
    if part in (None, "outbox"):
        await work_rows(opening, scale, processes=2)
    if part in (None, "stories"):
        await published(opening, scale)
    if part in (None, "letters"):
        await letters(opening, scale, whole=whole)
    if part in (None, "search"):
        await searched(opening, scale)
    if part in (None, "similar"):
        await similar.run(line, setup, max(1_000, int(similar.QUESTIONS * scale)), search=False)
    if part in (None, "imports"):
        await lists(opening, scale)
    if part in (None, "subscriptions") and setup == "postgres":  # it takes a process of its own to be measured
        await subscriptions.run(line, scale)
    if part in (None, "queue") and setup == "postgres":
        await queue.waited(max(60, int(500 * scale)), 10, line)
    if part in (None, "webhooks"):
        await hooks(opening, scale)
    if part in (None, "suggestions") and setup == "sqlite":  # no database is in it
        print("\nSuggestions", flush=True)
        suggestions.fairness(line)
        suggestions.size(line, scale)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one set-up instead of both")
    parser.add_argument("--scale", type=float, default=1.0, help="0.01 for a look, 10 for patience")
    parser.add_argument("--whole", action="store_true", help="send every copy of the largest issue, for minutes")
    parser.add_argument("--part", choices=PARTS, help="one part instead of all")
    given = parser.parse_args()
    if given.only is None:
        # One dialect per process: the ORM caches statements.
        again = [sys.executable, "-m", "tests.bench", *sys.argv[1:], "--only"]
        return max(subprocess.run([*again, setup], check=False).returncode for setup in ("sqlite", "postgres"))
    logging.getLogger("workers").setLevel(logging.ERROR)
    asyncio.run(run(given.only, given.scale, given.part, whole=given.whole))
    return 0


if __name__ == "__main__":
    sys.exit(main())
