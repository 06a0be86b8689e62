"""What people decide about posts, and what becomes of it on the channels."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from models.errors import NotAllowed, NotFound, ValidationProblem, WrongState
from models.jobs import JobRun, JobState
from models.language import Language
from models.outbox import OutboxEvent
from models.publishing import (
    Attempt,
    Channel,
    ChannelCall,
    ChannelKind,
    ChannelPost,
    ChannelStatus,
    Credential,
    PostPart,
    PostState,
    RecordedPost,
)
from models.publishing.outcomes import Outcome
from models.publishing.refusals import (
    NotPublishable,
    OwnWording,
    PreviewOutdated,
    SameContent,
    StillStanding,
    StoryNotApproved,
)
from models.stories import Story, StoryConsent, StoryState
from models.vault import Unreadable
from tests import people
from tests.channels.conftest import SITE, WORDS, X_TOKEN, Clock, Newsroom, once, ready_story, work_off
from tests.standins.mastodon import MastodonStandin
from tests.standins.twitter import TwitterStandin
from workers.channels import Token
from workers.publishing import ledger
from workers.publishing.desk import laid
from workers.work import Tools

DE, EN = Language.DE, Language.EN
SENDING = ("post.deliver", "post.retract")


async def test_the_preview_is_what_is_sent(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())

    await work_off(tools, clock, *SENDING)

    assert twitter.posts[0].text == post.snapshot["parts"][0]["text"]
    assert "#OpenData" in twitter.posts[0].text
    assert SITE.link_url(post.link_code) in twitter.posts[0].text


async def test_a_picture_travels_with_its_words_and_without_its_place(
    database: str, tools: Tools, clock: Clock, mastodon: MastodonStandin
) -> None:
    into = BytesIO()
    Image.new("RGB", (400, 300), "navy").save(into, "PNG")
    room = await ready_story(clock(), into.getvalue())
    await Story.publish(room.story.id, by=room.editor, now=clock())
    room.story = await Story.go_public(room.story.id, now=clock())
    await room.post_on(ChannelKind.MASTODON, clock(), EN)

    await work_off(tools, clock, *SENDING)

    (media,) = mastodon.posts[0].media
    assert mastodon.media[media]["description"] == "A pool in the mist"
    assert mastodon.posts[0].language == "en"


async def test_the_blog_is_public_in_the_same_transaction(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    channel = await Channel.open(ChannelKind.BLOG, "Blog", [DE, EN])
    for post in await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock()):
        await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())
    await Story.publish(room.story.id, by=room.editor, now=clock())

    story = await Story.go_public(room.story.id, now=clock())

    posts = await ChannelPost.filter(channel_id=channel.id).order_by("language")
    assert [post.state for post in posts] == [PostState.SENT, PostState.SENT]
    assert posts[0].remote_url == SITE.story_url(story.slug, DE)
    assert not await JobRun.filter(work="post.deliver").exists()


async def test_without_a_credential_a_post_is_recorded_and_nothing_leaves(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    tools.channels["twitter"].token = None  # type: ignore[misc]
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())

    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    (recorded,) = await RecordedPost.all()
    assert post.state is PostState.SENT
    assert recorded.text == post.text
    assert recorded.account.startswith("twitter: ")
    assert twitter.posts == []


async def test_a_live_channel_that_lost_its_credential_is_not_recorded(
    tools: Tools, clock: Clock, newsroom: Newsroom
) -> None:
    tools.channels["twitter"].token = None  # type: ignore[misc]
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    await Channel.filter(id=post.channel_id).update(live=True)

    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.FAILED_PERMANENT
    assert post.failure["code"] == "AUTH"
    assert await RecordedPost.all().count() == 0


async def test_a_channel_that_has_posted_for_real_is_never_recorded_again(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    first = await newsroom.post_on(ChannelKind.MASTODON, clock())
    await work_off(tools, clock, *SENDING)
    tools.channels["mastodon"].token = None  # type: ignore[misc]
    second = await ChannelPost.revise(first.id, site=SITE, by=newsroom.author, now=clock())
    await ChannelPost.approve(second.id, second.snapshot_hash, by=newsroom.editor, now=clock(), override_reason="x")

    await work_off(tools, clock, *SENDING)

    await second.refresh_from_db()
    assert second.failure["code"] == "AUTH"
    assert await RecordedPost.all().count() == 0


async def test_the_accounts_own_credential_comes_first(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    tools.channels["mastodon"].token = Token(access_token="of the settings, and wrong")  # type: ignore[misc]
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    channel = await Channel.get(id=post.channel_id)
    await channel.connect({"access_token": mastodon.token}, now=clock())

    await work_off(tools, clock, *SENDING)

    assert len(mastodon.posts) == 1


async def test_a_credential_is_sealed_and_bound_to_its_row(database: str, clock: Clock) -> None:
    channel = await Channel.open(ChannelKind.TWITTER, "X", [DE])
    await channel.connect(dict(X_TOKEN), now=clock(), expires_at=clock() + timedelta(days=3))
    stolen = await Credential.get(channel_id=channel.id)
    assert stolen.opened() == X_TOKEN
    assert all(secret not in stolen.sealed for secret in X_TOKEN.values())
    assert [soon.id for soon in await Credential.expiring(clock())] == [stolen.id]

    other = await Credential.create(channel_id=channel.id, sealed=stolen.sealed)

    with pytest.raises(Unreadable):
        other.opened()


async def test_an_expired_token_gives_the_post_back_to_people(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.faults.append("token_expired")
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    await work_off(tools, clock, *SENDING)
    await post.refresh_from_db()
    assert post.state is PostState.FAILED_PERMANENT
    assert post.failure["de"] and post.failure["en"]
    assert (await Channel.get(id=post.channel_id)).status is ChannelStatus.RECONNECT

    await (await Channel.get(id=post.channel_id)).connect(dict(X_TOKEN), now=clock())
    await ChannelPost.retry(post.id, by=newsroom.editor, now=clock())
    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.SENT
    assert len(twitter.posts) == 1


async def test_approval_signs_exactly_what_was_seen(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    channel = await Channel.open(ChannelKind.TWITTER, "X", [DE])
    (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())

    with pytest.raises(PreviewOutdated):
        await ChannelPost.approve(post.id, "f" * 64, by=room.editor, now=clock())
    await Channel.filter(id=channel.id).update(config={"limit": 60})
    with pytest.raises(PreviewOutdated):
        await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())


async def test_what_was_tampered_with_after_approval_is_not_sent(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    snapshot = {**post.snapshot, "parts": [{"text": "Kauft!", "pictures": []}]}
    await ChannelPost.filter(id=post.id).update(snapshot=snapshot)

    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.FAILED_PERMANENT
    assert twitter.creations == 0


async def test_the_same_words_within_a_week_need_a_reason(tools: Tools, clock: Clock, newsroom: Newsroom) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    await work_off(tools, clock, *SENDING)
    again = await ChannelPost.revise(post.id, site=SITE, by=newsroom.author, now=clock())

    with pytest.raises(SameContent):
        await ChannelPost.approve(again.id, again.snapshot_hash, by=newsroom.editor, now=clock())
    reason = {"override_reason": "Zum Jahrestag"}
    approved = await ChannelPost.approve(again.id, again.snapshot_hash, by=newsroom.editor, now=clock(), **reason)

    assert approved.revision == 2
    assert approved.state is PostState.QUEUED


async def test_a_week_later_they_do_not(tools: Tools, clock: Clock, newsroom: Newsroom) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    await work_off(tools, clock, *SENDING)
    again = await ChannelPost.revise(post.id, site=SITE, by=newsroom.author, now=clock())
    clock.to(clock() + timedelta(days=8))

    approved = await ChannelPost.approve(again.id, again.snapshot_hash, by=newsroom.editor, now=clock())

    assert approved.state is PostState.QUEUED


async def test_a_post_on_its_way_is_not_planned_again(clock: Clock, newsroom: Newsroom) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())

    (same,) = await ChannelPost.plan(newsroom.story.id, site=SITE, by=newsroom.author, now=clock())

    assert same.id == post.id
    with pytest.raises(StillStanding):
        await ChannelPost.revise(post.id, site=SITE, by=newsroom.author, now=clock())


async def test_a_draft_is_rendered_anew_and_keeps_its_link(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    await Channel.open(ChannelKind.TWITTER, "X", [DE])
    (first,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())
    await Channel.all().update(config={"limit": 60})
    (second,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())

    assert (second.id, second.link_code) == (first.id, first.link_code)
    assert second.snapshot_hash != first.snapshot_hash


async def test_a_missing_language_is_shown_and_cannot_be_approved(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    await (await room.story.texts.filter(language=EN)).pop().delete()
    await Channel.open(ChannelKind.TWITTER, "X", [EN])

    (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())

    assert [finding["code"] for finding in post.findings] == ["VARIANT_MISSING"]
    with pytest.raises(NotPublishable):
        await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())


async def test_posts_of_an_unapproved_story_are_not_approved(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    await Channel.open(ChannelKind.TWITTER, "X", [DE])
    await Story.edit(room.story.id, WORDS, by=room.author, now=clock())
    (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())

    with pytest.raises(StoryNotApproved):
        await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())


async def test_nobody_approves_their_own_wording(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    second = await people.editor("Elif Zwei")
    await Channel.open(ChannelKind.TWITTER, "X", [DE])
    (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())

    post = await ChannelPost.reword(post.id, "Ein Freibad wird warm.", site=SITE, by=room.editor, now=clock())

    assert post.text.startswith("Ein Freibad wird warm.")
    with pytest.raises(OwnWording):
        await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())
    approved = await ChannelPost.approve(post.id, post.snapshot_hash, by=second, now=clock())
    assert approved.state is PostState.APPROVED


async def test_rewording_voids_an_approval(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    await Channel.open(ChannelKind.TWITTER, "X", [DE])
    (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())
    await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())

    reworded = await ChannelPost.reword(post.id, "Anders.", site=SITE, by=room.author, now=clock())

    assert reworded.state is PostState.DRAFT
    assert reworded.approved_hash == ""
    assert await PostPart.filter(post_id=post.id).count() == 0


async def test_strangers_neither_see_nor_steer_posts(clock: Clock, newsroom: Newsroom) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    stranger = await people.participant()

    for verb in (ChannelPost.cancel, ChannelPost.retry, ChannelPost.retract, ChannelPost.give_up):
        with pytest.raises((NotFound, NotAllowed)):
            await verb(post.id, by=stranger, now=clock())
    with pytest.raises((NotFound, NotAllowed)):
        await ChannelPost.plan(newsroom.story.id, site=SITE, by=stranger, now=clock())


async def test_an_edit_of_the_story_cancels_its_posts(database: str, clock: Clock) -> None:
    room = await ready_story(clock())
    await Channel.open(ChannelKind.MASTODON, "Mastodon", [DE])
    (post,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())
    await ChannelPost.approve(post.id, post.snapshot_hash, by=room.editor, now=clock())

    await Story.edit(room.story.id, WORDS, by=room.author, now=clock())

    await post.refresh_from_db()
    assert post.state is PostState.CANCELLED
    (fresh,) = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=clock())
    assert fresh.revision == 2


async def test_a_cancelled_post_is_not_sent(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())

    await ChannelPost.cancel(post.id, by=newsroom.editor, now=clock())
    await work_off(tools, clock, *SENDING)

    assert mastodon.creations == 0


async def test_cancelling_between_the_claim_and_the_attempt_wins(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    desk = await laid(tools, post.id)
    assert desk is not None
    assert desk.part is not None

    await ChannelPost.cancel(post.id, by=newsroom.editor, now=clock())

    assert await ledger.begin(desk, desk.part, clock()) is None
    assert await Attempt.all().count() == 0


async def test_what_is_out_is_retracted_not_cancelled(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    await work_off(tools, clock, *SENDING)
    with pytest.raises(WrongState):
        await ChannelPost.cancel(post.id, by=newsroom.editor, now=clock())

    await ChannelPost.retract(post.id, by=newsroom.editor, now=clock())
    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.DELETED
    assert mastodon.live == []


@pytest.mark.parametrize("kind", [ChannelKind.TWITTER, ChannelKind.MASTODON, ChannelKind.RECORD])
async def test_revoked_consent_takes_the_post_back_from_its_network(
    kind: ChannelKind,
    tools: Tools,
    clock: Clock,
    newsroom: Newsroom,
    twitter: TwitterStandin,
    mastodon: MastodonStandin,
) -> None:
    post = await newsroom.post_on(kind, clock())
    await work_off(tools, clock, *SENDING)

    await StoryConsent.revoke(newsroom.consent_id, by=newsroom.lead, now=clock())
    before = clock()
    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.DELETED
    assert clock() - before <= timedelta(minutes=1)
    assert twitter.live == mastodon.live == []
    assert await RecordedPost.filter(removed_at__isnull=True).count() == 0


async def test_consent_revoked_while_a_post_is_uncertain_takes_it_back_when_it_is_found(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.faults.append("accept_then_drop")
    twitter.index_lag = 3600
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    clock.to(await once(tools, "post.deliver"))

    await StoryConsent.revoke(newsroom.consent_id, by=newsroom.lead, now=clock())
    twitter.index_lag = 0
    await work_off(tools, clock, "post.deliver")
    await work_off(tools, clock, "post.retract")

    await post.refresh_from_db()
    assert post.state is PostState.DELETED
    assert twitter.live == []


async def test_consent_revoked_while_a_post_is_lost_sends_nothing_again(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    twitter.faults.append("drop_then_nothing")
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    clock.to(await once(tools, "post.deliver"))

    await StoryConsent.revoke(newsroom.consent_id, by=newsroom.lead, now=clock())
    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.CANCELLED
    assert twitter.posts == []


async def lost_for_good(tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin) -> ChannelPost:
    """A post that X answered with "duplicate" and does not show."""
    twitter.guard, twitter.index_lag = 1.0, 3600
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    await tools.channels["twitter"].send(
        (await laid(tools, post.id)).message((await PostPart.filter(post_id=post.id))[0]),
        None,
        X_TOKEN,  # type: ignore[union-attr]
    )
    await work_off(tools, clock, *SENDING)
    await post.refresh_from_db()
    assert post.state is PostState.NEEDS_HUMAN
    return post


async def test_a_human_says_it_is_there(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await lost_for_good(tools, clock, newsroom, twitter)
    url = f"https://x.com/leuchtturm/status/{twitter.posts[0].id}"
    with pytest.raises(ValidationProblem):
        await ChannelPost.confirm(post.id, "javascript:alert(1)", by=newsroom.editor, now=clock())

    await ChannelPost.confirm(post.id, url, by=newsroom.editor, now=clock())

    await post.refresh_from_db()
    assert post.state is PostState.RECONCILED
    assert post.remote_url == url
    assert (await PostPart.get(post_id=post.id)).remote_id == twitter.posts[0].id


async def test_a_human_says_it_is_not_there_send_it(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    post = await lost_for_good(tools, clock, newsroom, twitter)
    twitter.posts.clear()

    await ChannelPost.retry(post.id, by=newsroom.editor, now=clock())
    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.SENT
    assert len(twitter.posts) == 1


async def test_the_months_money_is_a_hard_stop(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    driver = tools.channels["twitter"]
    driver.caps = replace(driver.caps, money_cap_micros=300_000)  # type: ignore[misc]
    first = await newsroom.post_on(ChannelKind.TWITTER, clock())
    await work_off(tools, clock, *SENDING)
    second = await ChannelPost.revise(first.id, site=SITE, by=newsroom.author, now=clock())
    await ChannelPost.approve(second.id, second.snapshot_hash, by=newsroom.editor, now=clock(), override_reason="x")

    next_month = await once_of(tools, second)

    await second.refresh_from_db()
    assert second.state is PostState.FAILED_RETRYABLE
    assert second.failure["code"] == "MONEY"
    assert (next_month.year, next_month.month, next_month.day) == (2020, 5, 1)
    assert len(twitter.posts) == 1
    assert sum(call.cost_micros for call in await ChannelCall.all()) == 200_000


async def once_of(tools: Tools, post: ChannelPost):  # type: ignore[no-untyped-def]
    """Run the waiting delivery of one post once."""
    from tests.channels.conftest import do

    row = await JobRun.get(work="post.deliver", state=JobState.PENDING, key__contains=str(post.id))
    return (await do(tools, row)).at  # type: ignore[union-attr]


async def test_the_networks_window_is_kept_before_it_is_enforced(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    driver = tools.channels["mastodon"]
    driver.caps = replace(driver.caps, windows={"post": ((1, 300),)})  # type: ignore[misc]
    first = await newsroom.post_on(ChannelKind.MASTODON, clock())
    await work_off(tools, clock, *SENDING)
    began = clock()
    second = await ChannelPost.revise(first.id, site=SITE, by=newsroom.author, now=clock())
    await ChannelPost.approve(second.id, second.snapshot_hash, by=newsroom.editor, now=clock(), override_reason="x")

    assert await once_of(tools, second) == began + timedelta(seconds=300)
    await work_off(tools, clock, *SENDING)

    assert len(mastodon.posts) == 2
    assert mastodon.creations == 2


async def test_a_paused_channel_sends_nothing_until_it_is_resumed(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    with pytest.raises(NotAllowed):
        await Channel.pause(post.channel_id, by=await people.participant(), now=clock())
    await Channel.pause(post.channel_id, by=newsroom.editor, now=clock())
    clock.to(await once(tools, "post.deliver"))
    assert mastodon.creations == 0

    await Channel.resume(post.channel_id, by=newsroom.editor, now=clock())
    await work_off(tools, clock, *SENDING)

    assert len(mastodon.posts) == 1


async def test_one_sender_per_account_at_a_time(tools: Tools, clock: Clock, newsroom: Newsroom) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    busy = clock() + timedelta(seconds=7)
    await Channel.filter(id=post.channel_id).update(sender_id=uuid4(), sender_until=busy)

    assert clock() < await once(tools, "post.deliver") <= clock() + timedelta(seconds=1), "its turn comes soon"
    assert await Attempt.all().count() == 0

    clock.to(busy + timedelta(seconds=1))
    await work_off(tools, clock, *SENDING)

    assert await Attempt.all().count() == 1


async def test_late_news_of_an_attempt_that_was_given_up_for_lost_is_welcome(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    """A worker was frozen in the middle of a request; meanwhile another one took its attempt for lost."""
    post = await newsroom.post_on(ChannelKind.TWITTER, clock())
    desk = await laid(tools, post.id)
    assert desk is not None
    assert desk.part is not None
    attempt = await ledger.begin(desk, desk.part, clock())
    assert isinstance(attempt, Attempt)
    outcome = await desk.driver.send(desk.message(desk.part), None, X_TOKEN)
    twitter.index_lag = 3600
    clock.to(await once(tools, "post.deliver"))
    await once(tools, "post.deliver")
    assert (await ChannelPost.get(id=post.id)).state is PostState.UNKNOWN

    await ledger.settle(desk, attempt, outcome, clock())
    await ledger.settle(desk, attempt, Outcome.unknown("again"), clock())
    await work_off(tools, clock, *SENDING)

    await post.refresh_from_db()
    assert post.state is PostState.RECONCILED
    assert len(twitter.posts) == 1


async def test_a_post_is_looked_at_again_after_five_minutes(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    post = await newsroom.post_on(ChannelKind.MASTODON, clock())
    await work_off(tools, clock, *SENDING)
    look = await JobRun.get(work="post.look")
    assert look.due_at == clock() + timedelta(minutes=5)
    await work_off(tools, clock, "post.look")
    await post.refresh_from_db()
    assert post.verified_at is not None

    mastodon.posts[0].deleted = True
    await JobRun.filter(id=look.id).update(state=JobState.PENDING)
    await work_off(tools, clock, "post.look")

    await post.refresh_from_db()
    assert post.failure["code"] == "VANISHED"
    assert await OutboxEvent.filter(type="channel_post.vanished").count() == 1


async def test_a_post_whose_job_was_thrown_away_gets_another(
    tools: Tools, clock: Clock, newsroom: Newsroom, mastodon: MastodonStandin
) -> None:
    await newsroom.post_on(ChannelKind.MASTODON, clock())
    await JobRun.filter(work="post.deliver").update(state=JobState.DISCARDED)
    await JobRun.enqueue("post.reconcile", "tick", due_at=clock())

    await work_off(tools, clock, "post.reconcile")
    await JobRun.filter(work="post.reconcile").update(state=JobState.PENDING)
    await work_off(tools, clock, "post.reconcile")
    await work_off(tools, clock, *SENDING)

    assert await JobRun.filter(work="post.deliver").count() == 2
    assert len(mastodon.posts) == 1


async def test_a_due_story_that_lost_its_consent_goes_back_to_review(tools: Tools, clock: Clock, database: str) -> None:
    room = await ready_story(clock())
    await Story.schedule(room.story.id, at=clock() + timedelta(hours=1), by=room.editor, now=clock())
    await StoryConsent.filter(id=room.consent_id).update(text_hash="of another text")
    clock.to(clock() + timedelta(hours=1))
    import workers.stories  # noqa: F401

    await work_off(tools, clock, "story.publish")

    assert (await Story.get(id=room.story.id)).state is StoryState.IN_REVIEW


async def test_the_words_of_a_refused_text_never_reach_an_event(
    tools: Tools, clock: Clock, newsroom: Newsroom, twitter: TwitterStandin
) -> None:
    await newsroom.post_on(ChannelKind.TWITTER, clock())
    await work_off(tools, clock, *SENDING)

    for event in await OutboxEvent.all():
        assert "Wärme" not in str(event.payload)
        assert not any(secret in str(event.payload) for secret in X_TOKEN.values())
    for row in await JobRun.all():
        assert set(row.payload) <= {"post", "story"}
