"""`python -m tests.kills --rounds 50`: kill workers at random moments and points while networks lose answers.

Prints, per channel, how many posts went out, what killed their workers, and how often readers saw a post other than
once; exits 1 if that ever happened. PostgreSQL with `--database postgres://...`, else SQLite files.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path

from models.publishing import ChannelKind
from tests.kills.scene import Nursery, PostgresPlaces, Scene, SqlitePlaces
from tests.standins.certificate import issue
from tests.standins.mastodon import MastodonStandin
from tests.standins.twitter import TwitterStandin

POINTS = ["before_claim", "after_claim", "before_write", "after_write", "after_accept", "after_commit"]
LOST = ["ok", "ok", "accept_then_drop", "accept_then_503_html", "accept_then_201_html", "drop_then_nothing"]
KINDS = [ChannelKind.TWITTER, ChannelKind.MASTODON, ChannelKind.RECORD, ChannelKind.BLOG]


async def disturbed(scene: Scene, kind: ChannelKind, deaths: Counter[str], dice: random.Random) -> None:
    """Up to three workers die, of a point or of a moment; the answers of the network get lost as well."""
    if kind in (ChannelKind.TWITTER, ChannelKind.MASTODON):
        scene.network(kind).faults.extend(dice.choices(LOST, k=3))
    for _ in range(dice.randint(1, 3)):
        how = dice.choice(["kill", "kill", "kill", "term"])
        if dice.random() < 0.5:
            point = f"{'story' if kind is ChannelKind.BLOG else 'post'}.{dice.choice(POINTS)}"
            pid = await scene.worker(LEUCHTTURM_FAULTS=f"{point}={how}")
            with suppress(TimeoutError):
                await asyncio.wait_for(scene.nursery.end_of(pid), dice.uniform(1, 3))
        else:
            point, pid = "some moment", await scene.worker()
            await asyncio.sleep(dice.uniform(0.1, 1.5))
        if pid not in scene.nursery.ended:
            os.kill(pid, signal.SIGKILL if how == "kill" else signal.SIGTERM)
            await scene.nursery.end_of(pid)
        deaths[f"{how} at {point}"] += 1


async def round_of(
    kind: ChannelKind, nursery: Nursery, places: SqlitePlaces | PostgresPlaces, folder: Path, deaths: Counter[str],
    dice: random.Random,
) -> str:  # fmt: skip
    """One post; "once", or what went wrong."""
    twitter, mastodon = TwitterStandin(), MastodonStandin()
    ca_file, secure = issue(folder)
    twitter.start(secure)
    mastodon.start()
    try:
        url = await places.fresh(kind)
        scene = Scene(nursery, url, partial(places.ask, url), twitter, mastodon, ca_file, folder)
        await disturbed(scene, kind, deaths, dice)
        state, seen = await scene.recovers(), await scene.posts(kind)
        return "once" if seen == 1 and state in ("sent", "reconciled") else f"{state}, seen {seen} times"
    finally:
        twitter.stop()
        mastodon.stop()


async def main(rounds: int, database: str, seed: int) -> int:
    dice, nursery = random.Random(seed), await Nursery.open()
    results: Counter[tuple[str, str]] = Counter()
    deaths: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        places = PostgresPlaces(database) if database else SqlitePlaces(Path(name))
        for number in range(rounds):
            folder = Path(name) / f"round-{number}"
            folder.mkdir()
            kind = KINDS[number % len(KINDS)]
            results[kind.value, await round_of(kind, nursery, places, folder, deaths, dice)] += 1
        await places.close()
    await nursery.close()
    print(f"{rounds} posts, {deaths.total()} dead workers, {time.monotonic() - began:.0f} s, seed {seed}")
    for (kind_name, result), count in sorted(results.items()):
        print(f"  {kind_name:10} {count:4} {result}")
    for death, count in deaths.most_common():
        print(f"  {count:4} {death}")
    return 0 if all(result == "once" for _, result in results) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", default="", help="a PostgreSQL server; default: SQLite files")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.rounds, given.database, given.seed)))
