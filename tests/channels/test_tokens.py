"""X's OAuth 2 tokens live for two hours: nobody notices."""

import asyncio
from datetime import timedelta

import pytest

from models.publishing import Channel, ChannelKind, ChannelPost, ChannelStatus, Credential, PostState
from tests.channels.conftest import Clock, Newsroom, once, work_off
from tests.standins.twitter import TwitterStandin
from workers.publishing.desk import laid
from workers.work import Tools

SENDING = ("post.deliver", "post.retract")


async def connected(newsroom: Newsroom, twitter: TwitterStandin, clock: Clock, left: timedelta) -> ChannelPost:
    """A post on a channel whose token has so much time left."""
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    twitter.bearer = "bearer-token-0"
    tokens = {"bearer_token": "bearer-token-0", "refresh_token": "refresh-token-0", "client_id": "a-client-id"}
    channel = await Channel.get(id=post.channel_id)
    await channel.connect({**tokens, "user_id": twitter.user_id}, now=clock(), expires_at=clock() + left)
    return post


@pytest.mark.parametrize("left", [timedelta(minutes=5), timedelta(hours=-1)], ids=["ends soon", "has ended"])
async def test_a_token_is_renewed_before_it_is_used(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin, left: timedelta
) -> None:
    post = await connected(newsroom, twitter, clock, left)

    await work_off(tools, clock, *SENDING)

    credential = await Credential.get(channel_id=post.channel_id)
    assert len(twitter.posts) == 1
    assert credential.opened()["refresh_token"] == "refresh-token-1"
    assert credential.expires_at is not None
    assert credential.expires_at - clock() > timedelta(minutes=110)


async def test_a_token_with_time_left_is_left_alone(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    await connected(newsroom, twitter, clock, timedelta(hours=1))

    await work_off(tools, clock, *SENDING)

    assert len(twitter.posts) == 1
    assert twitter.refreshes == 0


async def test_two_workers_do_not_revoke_each_other(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await connected(newsroom, twitter, clock, timedelta(minutes=5))

    await asyncio.gather(*(laid(tools, post.id) for _ in range(5)))
    await work_off(tools, clock, *SENDING)

    assert twitter.refreshes == 1
    assert len(twitter.posts) == 1


async def test_a_token_that_cannot_be_renewed_just_now_waits(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await connected(newsroom, twitter, clock, timedelta(hours=-1))
    twitter.token_faults.append("unavailable_503")

    assert await once(tools, "post.deliver") == clock() + timedelta(minutes=1)

    assert (await ChannelPost.get(id=post.id)).state is PostState.QUEUED
    await work_off(tools, clock, *SENDING)
    assert len(twitter.posts) == 1


async def test_a_revoked_token_is_for_people_to_reconnect(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await connected(newsroom, twitter, clock, timedelta(hours=-1))
    twitter.refresh_token = "another one"

    clock.to(await once(tools, "post.deliver"))

    assert (await Channel.get(id=post.channel_id)).status is ChannelStatus.RECONNECT
    assert (await ChannelPost.get(id=post.id)).state is PostState.QUEUED
    assert twitter.creations == 0
