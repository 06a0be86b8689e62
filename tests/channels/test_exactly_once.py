"""Whatever the network does with our request and its answer: readers see the post once."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from models.publishing import Attempt, ChannelKind, ChannelPost, PostState
from models.publishing.outcomes import Certainty
from tests.channels.conftest import Clock, Newsroom, once, work_off
from tests.standins.mastodon import MastodonStandin
from tests.standins.network import Network, Seen
from tests.standins.twitter import TwitterStandin
from workers.work import Tools

LOST = ["accept_then_drop", "accept_then_500_html", "accept_then_503_html", "accept_then_201_html", "accept_then_hang"]
NOT_POSTED = ["drop_then_nothing", "unavailable_503", "429", "429_without_header"]
NETWORKS = [ChannelKind.TWITTER, ChannelKind.MASTODON]


def of(kind: ChannelKind, twitter: TwitterStandin, mastodon: MastodonStandin) -> Network:
    return twitter if kind is ChannelKind.TWITTER else mastodon


@pytest.mark.parametrize("kind", NETWORKS)
async def test_a_post_goes_out(
    kind: ChannelKind,
    tools: Tools,
    clock: Clock,
    newsroom: Newsroom,
    twitter: TwitterStandin,
    mastodon: MastodonStandin,
) -> None:
    post = await newsroom.post_on(kind, clock())

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    (seen,) = of(kind, twitter, mastodon).posts
    assert post.state is PostState.SENT
    assert seen.text == post.text
    assert post.remote_url.endswith(seen.id)


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("kind", NETWORKS)
async def test_a_lost_answer_makes_no_second_post(
    kind: ChannelKind,
    fault: str,
    tools: Tools,
    clock: Clock,
    newsroom: Newsroom,
    twitter: TwitterStandin,
    mastodon: MastodonStandin,
) -> None:
    network = of(kind, twitter, mastodon)
    network.faults.append(fault)
    post = await newsroom.post_on(kind, clock())

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert len(network.posts) == 1
    assert post.state is PostState.RECONCILED
    assert network.posts[0].id in post.remote_url


@pytest.mark.parametrize("fault", NOT_POSTED)
@pytest.mark.parametrize("kind", NETWORKS)
async def test_what_was_not_posted_is_sent_again(
    kind: ChannelKind,
    fault: str,
    tools: Tools,
    clock: Clock,
    newsroom: Newsroom,
    twitter: TwitterStandin,
    mastodon: MastodonStandin,
) -> None:
    network = of(kind, twitter, mastodon)
    network.faults.extend([fault, fault])
    post = await newsroom.post_on(kind, clock())

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert len(network.posts) == 1
    assert post.state is PostState.SENT
    assert await Attempt.filter(part__post_id=post.id).count() == 3


@pytest.mark.parametrize("kind", NETWORKS)
async def test_a_refused_connection_certainly_posted_nothing(
    kind: ChannelKind,
    tools: Tools,
    clock: Clock,
    newsroom: Newsroom,
    twitter: TwitterStandin,
    mastodon: MastodonStandin,
) -> None:
    network = of(kind, twitter, mastodon)
    post = await newsroom.post_on(kind, clock())
    network.refuse()

    later = await once(tools, "post.deliver")
    await post.refresh_from_db()
    assert post.state is PostState.FAILED_RETRYABLE
    assert (await Attempt.get(part__post_id=post.id)).outcome is Certainty.NOT_POSTED

    network.listen()
    clock.to(later)
    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.SENT
    assert len(network.posts) == 1


async def test_a_timeline_that_lags_makes_no_second_post(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.faults.append("accept_then_drop")
    twitter.index_lag = 3600
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    clock.to(await once(tools, "post.deliver"))
    assert (await ChannelPost.get(id=post.id)).state is PostState.UNKNOWN

    clock.to(await once(tools, "post.deliver"))
    twitter.index_lag = 0  # the network catches up before the settle window is over
    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.RECONCILED
    assert twitter.creations == 1


async def test_x_is_asked_twice_and_after_the_settle_window_before_it_is_sent_again(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.faults.append("drop_then_nothing")
    began = clock()
    post = await newsroom.post_on(ChannelKind.TWITTER, began)

    await work_off(tools, clock, "post.deliver")

    first, second = await Attempt.filter(part__post_id=post.id).order_by("no")
    assert first.outcome is Certainty.UNKNOWN
    assert first.absences >= 2
    assert second.sent_at - first.sent_at > timedelta(minutes=15)
    assert len(twitter.posts) == 1


async def test_mastodon_is_sent_again_with_the_same_key(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    mastodon.faults.append("accept_then_drop")
    mastodon.index_lag = 3600  # its lists do not show the post at all
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.SENT
    assert mastodon.creations == 2
    assert len(mastodon.posts) == 1


async def test_a_fork_without_keys_is_asked_until_the_settle_window_is_over(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    driver = tools.channels["mastodon"]
    driver.caps = replace(driver.caps, replay_for=None)  # type: ignore[misc]
    mastodon.keeps_keys = False
    mastodon.faults.append("drop_then_nothing")
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())

    await work_off(tools, clock, "post.deliver")

    first, second = await Attempt.filter(part__post_id=post.id).order_by("no")
    assert second.sent_at - first.sent_at > timedelta(minutes=10)
    assert len(mastodon.posts) == 1


async def test_the_duplicate_answer_of_x_is_checked_and_adopted(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    """The network says "duplicate" to a post that it has from us: ours is found by its link."""
    twitter.guard = 1.0
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    twitter.posts.append(Seen("1880000000000000001", post.text))

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.RECONCILED
    assert len(twitter.posts) == 1


async def test_a_duplicate_that_is_not_ours_is_for_a_human_to_decide(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.guard = 1.0
    twitter.index_lag = 3600
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    twitter.posts.append(Seen("1880000000000000001", post.text))

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.NEEDS_HUMAN
    assert twitter.creations == 1
    assert post.failure["code"] == "NEEDS_HUMAN"


async def test_a_worker_that_was_frozen_does_not_send_what_others_take_for_lost(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    moments = iter([0.6])

    def freeze(point: str) -> None:
        if point == "post.after_write":
            time.sleep(next(moments, 0))

    post = await newsroom.post_on(ChannelKind.TWITTER, clock())

    await once(replace(tools, fault=freeze), "post.deliver")

    assert twitter.creations == 0
    assert (await Attempt.get(part__post_id=post.id)).outcome is Certainty.NOT_POSTED
    await work_off(tools, clock, "post.deliver")
    assert len(twitter.posts) == 1


async def test_an_instance_that_answers_500_to_a_replay_is_asked_again(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    """Mastodon of spring 2026: the key is known, the answer is an error, and its lists lag as well."""
    mastodon.replay_500 = True
    mastodon.faults.append("accept_then_drop")
    mastodon.index_lag = 3600
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    for _ in range(2):
        clock.to(await once(tools, "post.deliver"))
    assert mastodon.creations == 2
    assert (await ChannelPost.get(id=post.id)).state is PostState.UNKNOWN

    mastodon.index_lag = 0
    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.RECONCILED
    assert len(mastodon.posts) == 1


async def test_a_post_that_is_lost_again_and_again_is_for_a_human(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.faults.extend(["429", "429", *["drop_then_nothing"] * 9])
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())

    await work_off(tools, clock, "post.deliver")

    await post.refresh_from_db()
    assert post.state is PostState.NEEDS_HUMAN
    assert await Attempt.filter(part__post_id=post.id, outcome=Certainty.UNKNOWN).count() == 5
    assert twitter.posts == []
