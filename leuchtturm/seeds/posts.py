"""Posts of the demo's stories on the channels, and two that had trouble."""

from datetime import datetime
from typing import Any

from models.access import SYSTEM, Viewer
from models.jobs import JobRun
from models.publishing import Channel, ChannelKind, ChannelPost, PartState, PostPart, PostState, RecordedPost
from models.publishing.posts import DELIVER
from models.site import Site
from models.stories import Story
from workers.channels import Outcome, RemoteRef
from workers.publishing.ledger import posted


async def approve(story: Story, site: Site, by: Viewer, now: datetime) -> None:
    """Plan the story on every channel that can tell it in its language, and sign what the preview shows."""
    for post in await ChannelPost.plan(story.id, site=site, by=by, now=now):
        if (await post.decide("approve", by=by, now=now)).allowed:
            await ChannelPost.approve(post.id, post.snapshot_hash, by=by, now=now)
        else:
            await ChannelPost.cancel(post.id, by=by, now=now)


async def deliver(story: Story, now: datetime) -> None:
    """What the worker would do with the recording driver, at the time of the story: nothing is left to wait for."""
    for post in await ChannelPost.filter(story_id=story.id, state=PostState.QUEUED).prefetch_related("channel"):
        for part in await PostPart.filter(post_id=post.id).order_by("idx"):
            await post.follow("send", by=SYSTEM, now=now)
            await RecordedPost.create(
                client_key=part.client_key, account=post.channel.account_ref, text=part.text,
                language=post.language.value, pictures=part.pictures,
            )  # fmt: skip
            await RecordedPost.filter(client_key=part.client_key).update(created_at=now)
            there = RemoteRef(str(part.client_key), f"/dev/posts#{part.client_key}")
            await posted(post, part, Outcome.posted(there), now)
        await JobRun.filter(key__startswith=f"{DELIVER}:{post.id}:").delete()


async def trouble(story: Story, now: datetime, again_at: datetime) -> None:
    """On X the answer never came, and nobody knows whether the post is there: a human decides. On Mastodon in English
    the server was busy, and the worker will try again on its own at `again_at`."""
    lost = await _queued(story, ChannelKind.TWITTER, "de")
    if lost:
        await lost.follow("send", by=SYSTEM, now=now)
        lost.failure = _failure(
            "NEEDS_HUMAN", "Keine Antwort von X. Bitte nachsehen.", "No answer from X. Please look."
        )
        await PostPart.filter(post_id=lost.id).update(state=PartState.UNKNOWN)
        await lost.follow("lose", by=SYSTEM, now=now)
        await lost.follow("ask", by=SYSTEM, now=now)
    busy = await _queued(story, ChannelKind.MASTODON, "en")
    if busy:
        busy.next_at = again_at
        busy.failure = _failure("BUSY", "Der Server ist überlastet.", "The server is overloaded.", 503)
        await busy.follow("hold", by=SYSTEM, now=now)


async def _queued(story: Story, kind: ChannelKind, language: str) -> ChannelPost | None:
    """The post, taken from the workers: it is meant to stay as it is."""
    channel = await Channel.filter(kind=kind).first()
    post = await ChannelPost.filter(
        story_id=story.id, channel=channel, language=language, state=PostState.QUEUED
    ).first()
    if post:
        await JobRun.filter(key__startswith=f"{DELIVER}:{post.id}:").delete()
    return post


def _failure(code: str, de: str, en: str, status: int | None = None) -> dict[str, Any]:
    return {"code": code, "de": de, "en": en, "detail": "", "status": status}
