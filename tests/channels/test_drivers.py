"""What the drivers make of the answers of the networks, and what the networks get to see of us."""

import logging
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from models.base import utcnow
from tests.channels.conftest import X_TOKEN, Clock
from tests.standins import mastodon_schema
from tests.standins.mastodon import MastodonStandin
from tests.standins.network import Seen
from tests.standins.twitter import TwitterStandin
from workers.channels import (
    Absent,
    Certainty,
    Channel,
    Found,
    Gone,
    Inconclusive,
    MediaRef,
    Message,
    Outcome,
    PreparedImage,
    Present,
    Reason,
    RemoteRef,
    Token,
)
from workers.work import Tools

LINK = "https://leuchtturm.example.org/s/Ab3xyzAb3xyz"


def message(text: str = f"Wärme aus Servern {LINK}", link: str = LINK, **more: object) -> Message:
    return Message(uuid4(), text, "de", link, **more)  # type: ignore[arg-type]


def png() -> bytes:
    into = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(into, "PNG")
    return into.getvalue()


IMAGE = PreparedImage("a" * 64, png(), "image/png", "Ein Becken im Nebel")


@pytest.fixture
def x(tools: Tools) -> Channel:
    return tools.channels["twitter"]


@pytest.fixture
def toots(tools: Tools, mastodon: MastodonStandin) -> tuple[Channel, Token]:
    return tools.channels["mastodon"], Token(access_token=mastodon.token)


async def test_x_shows_the_picture_with_its_words(x: Channel, twitter: TwitterStandin) -> None:
    media = await x.upload(IMAGE, X_TOKEN)
    assert isinstance(media, MediaRef)
    assert media.expires_at is not None

    await x.send(message(media=(media,)), None, X_TOKEN)

    assert twitter.posts[0].media == [media.id]
    assert twitter.media[media.id] == "Ein Becken im Nebel"


async def test_mastodon_shows_the_picture_with_its_words(
    toots: tuple[Channel, Token], mastodon: MastodonStandin
) -> None:
    driver, token = toots
    media = await driver.upload(IMAGE, token)
    assert isinstance(media, MediaRef)

    await driver.send(message(media=(media,)), None, token)

    assert mastodon.posts[0].media == [media.id]
    assert mastodon.media[media.id]["description"] == "Ein Becken im Nebel"
    assert mastodon.posts[0].language == "de"


async def test_mastodon_may_take_its_time_over_a_picture(
    toots: tuple[Channel, Token], mastodon: MastodonStandin
) -> None:
    driver, token = toots
    driver._poll_pause = timedelta(milliseconds=1)  # type: ignore[attr-defined]
    mastodon.polls_until_ready = 3
    media = await driver.upload(IMAGE, token)
    assert isinstance(media, MediaRef)

    outcome = await driver.send(message(media=(media,)), None, token)

    assert outcome.certainty is Certainty.POSTED


async def test_a_picture_that_is_never_ready_is_tried_later(
    toots: tuple[Channel, Token], mastodon: MastodonStandin
) -> None:
    driver, token = toots
    driver._poll_pause = timedelta(milliseconds=1)  # type: ignore[attr-defined]
    mastodon.polls_until_ready = 1_000

    media = await driver.upload(IMAGE, token)

    assert isinstance(media, Outcome)
    assert media.reason is Reason.MEDIA
    assert media.retry_at is not None


async def test_unfinished_media_are_the_one_refusal_worth_another_try(
    toots: tuple[Channel, Token], mastodon: MastodonStandin
) -> None:
    driver, token = toots
    mastodon.media["7"] = {"description": "", "polls": 2}

    outcome = await driver.send(message(media=(MediaRef("7"),)), None, token)

    assert outcome.certainty is Certainty.NOT_POSTED
    assert outcome.retry_at is not None


async def test_x_says_when_to_come_back(x: Channel, twitter: TwitterStandin, clock: Clock) -> None:
    twitter.faults.extend(["429", "429_without_header"])

    told = await x.send(message(), None, X_TOKEN)
    untold = await x.send(message(), None, X_TOKEN)

    assert told.certainty is untold.certainty is Certainty.NOT_POSTED
    assert told.reason is Reason.RATE
    assert told.retry_at is not None
    assert untold.retry_at is not None
    assert untold.retry_at - clock() >= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("token_expired", Reason.AUTH), ("out_of_credits", Reason.MONEY), ("reply", Reason.PERMISSION)],
)
async def test_a_clear_no_of_x_is_final(x: Channel, twitter: TwitterStandin, fault: str, reason: Reason) -> None:
    twitter.credits = fault != "out_of_credits"
    if fault == "token_expired":
        twitter.faults.append(fault)

    outcome = await x.send(message(), RemoteRef("17") if fault == "reply" else None, X_TOKEN)

    assert outcome.certainty is Certainty.NOT_POSTED
    assert outcome.reason is reason
    assert outcome.retry_at is None


async def test_x_answers_duplicate_without_saying_of_what(x: Channel, twitter: TwitterStandin) -> None:
    twitter.guard = 1.0
    await x.send(message(), None, X_TOKEN)

    outcome = await x.send(message(), None, X_TOKEN)

    assert outcome.certainty is Certainty.UNKNOWN
    assert outcome.reason is Reason.DUPLICATE


async def test_a_wrong_token_at_mastodon_is_final(toots: tuple[Channel, Token]) -> None:
    outcome = await toots[0].send(message(), None, Token(access_token="a-wrong-token"))

    assert outcome.certainty is Certainty.NOT_POSTED
    assert outcome.reason is Reason.AUTH


async def test_the_same_key_makes_one_status(toots: tuple[Channel, Token], mastodon: MastodonStandin) -> None:
    driver, token = toots
    same = message()

    first, second = await driver.send(same, None, token), await driver.send(same, None, token)

    assert first == second
    assert len(mastodon.posts) == 1


async def test_the_500_on_a_replay_is_uncertain(toots: tuple[Channel, Token], mastodon: MastodonStandin) -> None:
    driver, token = toots
    mastodon.replay_500 = True
    same = message()
    await driver.send(same, None, token)

    assert (await driver.send(same, None, token)).certainty is Certainty.UNKNOWN
    assert isinstance(await driver.probe(same, utcnow(), token), Found)


@pytest.mark.parametrize("network", ["twitter", "mastodon"])
@pytest.mark.parametrize("link", [LINK, ""])
async def test_our_post_is_found_among_others(
    tools: Tools, network: str, link: str, twitter: TwitterStandin, mastodon: MastodonStandin, clock: Clock
) -> None:
    driver, token = tools.channels[network], X_TOKEN if network == "twitter" else Token(access_token=mastodon.token)
    server = twitter if network == "twitter" else mastodon
    ours = message("Wärme & „Strom“ <aus> Servern, künftig" + (f" {link}" if link else ""), link)
    server.posts += [Seen("101", "Etwas anderes"), Seen("102", "Wärme & Strom"), Seen("103", ours.text)]
    server.posts += [Seen("104", "Und noch etwas")]

    found = await driver.probe(ours, clock(), token)

    assert isinstance(found, Found)
    assert found.remote.id == "103"


@pytest.mark.parametrize("network", ["twitter", "mastodon"])
async def test_a_network_that_cannot_be_asked_has_not_said_absent(
    tools: Tools, network: str, twitter: TwitterStandin, mastodon: MastodonStandin, clock: Clock
) -> None:
    driver, token = tools.channels[network], X_TOKEN if network == "twitter" else Token(access_token=mastodon.token)
    assert isinstance(await driver.probe(message(), clock(), token), Absent)

    (twitter if network == "twitter" else mastodon).refuse()

    assert isinstance(await driver.probe(message(), clock(), token), Inconclusive)
    assert isinstance(await driver.verify(RemoteRef("1"), token), Inconclusive)


@pytest.mark.parametrize("network", ["twitter", "mastodon"])
async def test_a_post_is_taken_back_however_often_it_is_asked_for(
    tools: Tools, network: str, twitter: TwitterStandin, mastodon: MastodonStandin
) -> None:
    driver, token = tools.channels[network], X_TOKEN if network == "twitter" else Token(access_token=mastodon.token)
    posted = (await driver.send(message(), None, token)).remote
    assert posted is not None
    assert isinstance(await driver.verify(posted, token), Present)

    for _ in range(2):
        assert (await driver.retract(posted, token)).certainty is Certainty.POSTED

    assert isinstance(await driver.verify(posted, token), Gone)
    assert (twitter if network == "twitter" else mastodon).live == []


async def test_a_text_over_the_instances_own_limit_is_found_before_it_is_sent(
    toots: tuple[Channel, Token], mastodon: MastodonStandin
) -> None:
    mastodon.max_characters = 20
    driver, token = toots

    findings = await driver.check(message("Ein Text mit mehr als zwanzig Zeichen", ""), token)

    assert [finding.code for finding in findings] == ["TOO_LONG"]
    assert mastodon.creations == 0


async def test_x_takes_a_bearer_token_as_well(x: Channel, twitter: TwitterStandin) -> None:
    outcome = await x.send(message(), None, Token(bearer_token="a-bearer-token"))

    assert outcome.certainty is Certainty.POSTED


async def test_no_token_is_logged_or_quoted(
    x: Channel, twitter: TwitterStandin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await x.send(message(), None, X_TOKEN)

    assert repr(X_TOKEN) == "Token(redacted)"
    assert X_TOKEN.hidden("we refuse an-access-token here") == "we refuse [redacted] here"
    said = caplog.text
    assert not any(secret in said for key, secret in X_TOKEN.items() if key != "user_id")


@pytest.mark.skipif(
    not mastodon_schema.SPECIFICATION.exists(), reason="Mastodon's API description is not beside the repository"
)
async def test_what_we_send_to_mastodon_is_what_its_documentation_says(
    toots: tuple[Channel, Token], mastodon: MastodonStandin
) -> None:
    """The stand-in holds every request against the published shapes; what does not fit is a mistake."""
    driver, token = toots
    media = await driver.upload(IMAGE, token)
    assert isinstance(media, MediaRef)
    await driver.send(message(media=(media,)), RemoteRef("103"), token)

    assert mastodon_schema.objection("/api/v1/statuses", "post", "application/json", {"status": 7}) != ""
    assert mastodon.mistakes == []
