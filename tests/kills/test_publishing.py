"""Workers are killed at each of the six points of a send; readers see each post exactly once (E54)."""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.publishing import ChannelKind
from tests.conftest import on_postgres
from tests.kills.scene import Scene

pytestmark = pytest.mark.timeout(180)  # the first scene waits until everything is imported
POINTS = ["before_claim", "after_claim", "before_write", "after_write", "after_accept", "after_commit"]
KINDS = [ChannelKind.TWITTER, ChannelKind.MASTODON, ChannelKind.RECORD, ChannelKind.BLOG]
DEATHS = [(kind, "kill") for kind in KINDS] + [(kind, "term") for kind in (ChannelKind.TWITTER, ChannelKind.BLOG)]
if not on_postgres():
    # Where PostgreSQL is, everything dies there as well; SQLite differs in the transactions, not in the channels.
    DEATHS = [(ChannelKind.TWITTER, "kill"), (ChannelKind.BLOG, "kill")]
Play = Callable[[ChannelKind, Callable[[Scene], Awaitable[None]]], None]


def point_of(kind: ChannelKind, point: str) -> str:
    """The blog has no request: its six points are around and inside the transaction that publishes the story."""
    return f"story.{point}" if kind is ChannelKind.BLOG else f"post.{point}"


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("kind", "how"), DEATHS, ids=lambda said: getattr(said, "value", said))
def test_a_worker_dies_and_readers_see_the_post_once(play: Play, kind: ChannelKind, point: str, how: str) -> None:
    async def acts(scene: Scene) -> None:
        status = await scene.dies(point_of(kind, point), how)
        assert status == (-signal.SIGKILL if how == "kill" else 0)

        state = await scene.recovers()

        assert state in ("sent", "reconciled")
        assert await scene.posts(kind) == 1

    play(kind, acts)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
@pytest.mark.parametrize("kind", [ChannelKind.TWITTER, ChannelKind.MASTODON], ids=lambda kind: kind.value)
def test_a_worker_dies_while_the_network_keeps_it_waiting(play: Play, kind: ChannelKind, how: Any) -> None:
    """The request is out, the post is public, the answer does not come, and the machine is switched off."""

    async def acts(scene: Scene) -> None:
        network = scene.network(kind)
        network.faults.append("accept_then_hang")
        pid = await scene.worker(LEUCHTTURM_CHANNEL_PATIENCE_SECONDS="20", LEUCHTTURM_DRAIN_SECONDS="0.1")
        await scene.until(lambda: bool(network.posts))
        os.kill(pid, how)
        await scene.nursery.end_of(pid)
        if how == signal.SIGKILL:
            # The dead worker's attempt holds for half as long again as a request may take: move its end to now.
            await scene.forget_leases()

        state = await scene.recovers()

        assert state in ("sent", "reconciled")
        assert await scene.posts(kind) == 1

    play(kind, acts)


def test_two_workers_at_once_send_a_post_once(play: Play) -> None:
    async def acts(scene: Scene) -> None:
        if scene.url.startswith("sqlite"):
            pytest.skip("SQLite carries one process")
        others = [await scene.worker() for _ in range(2)]
        state = await scene.recovers()
        for pid in others:
            os.kill(pid, signal.SIGTERM)
            assert await scene.nursery.end_of(pid) == 0

        assert state == "sent"
        assert await scene.posts(ChannelKind.TWITTER) == 1
        assert scene.twitter.creations == 1

    play(ChannelKind.TWITTER, acts)
