"""Posts on channels, by the documents that the desk sends: planned, seen, approved, watched, decided."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import models
from models.access import ANONYMOUS, SYSTEM
from models.language import Language
from models.publishing import ChannelKind, PartState, PostState
from models.publishing.outcomes import Outcome
from models.stories import Story
from tests import people
from tests.graph.frontend import Frontend
from tests.graph.told import Room, approved, drafted, published, room


async def accounts() -> None:
    """One account that speaks German, one that speaks both."""
    await models.Channel.open(ChannelKind.RECORD, "Probe", [Language.DE], account_ref="@probe")
    await models.Channel.open(
        ChannelKind.MASTODON, "Mastodon", [Language.DE, Language.EN], account_ref="@leuchtturm@social.example"
    )


async def planned(frontend: Frontend, here: Room, story: Any) -> list[Any]:
    posts: list[Any] = (await frontend.do(here.writer, "PlanChannelPosts", storyId=story["id"]))["posts"]
    return posts


async def waiting(frontend: Frontend, now: datetime) -> tuple[Room, Any]:
    """A post of a public story that is on its way."""
    here = await room(now)
    await models.Channel.open(ChannelKind.RECORD, "Probe", [Language.DE])
    story = await published(frontend, here, now)
    (post,) = await planned(frontend, here, story)
    await frontend.do(here.editor, "ApprovePost", id=post["id"], snapshotHash=post["snapshotHash"])
    return here, post


async def lost(id: str, now: datetime) -> models.ChannelPost:
    """The request left and nobody knows how it ended: what the worker writes down then."""
    post = await models.ChannelPost.get(id=id)
    await post.follow("send", by=SYSTEM, now=now)
    part = await models.PostPart.get(post_id=id)
    part.state, part.attempt_no = PartState.UNKNOWN, 1
    await part.save()
    attempt = await models.Attempt.create(
        part_id=part.id, no=1, sent_at=now, lease_until=now + timedelta(minutes=1), request_hash="0" * 64
    )
    await attempt.end(Outcome.unknown("read timed out"), now)
    post.failure = {"reason": "duplicate", "detail": "the network hesitates"}
    await post.follow("lose", by=SYSTEM, now=now)
    await post.follow("ask", by=SYSTEM, now=now)
    return post


async def test_a_preview_is_what_will_be_sent(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    await accounts()
    story = await drafted(frontend, here, tags=["open data", "Energie"])

    posts = await planned(frontend, here, story)

    assert sorted((p["channel"]["name"], p["language"]) for p in posts) == [
        ("Mastodon", "DE"), ("Mastodon", "EN"), ("Probe", "DE"),
    ]  # fmt: skip
    english = next(p for p in posts if p["language"] == "EN")
    (part,) = english["preview"]["parts"]
    assert "Heat from servers" in part["text"]
    assert "#OpenData" in part["text"]
    assert english["preview"]["link"] in part["text"]
    assert 0 < part["weight"] <= 500
    assert (english["text"], english["findings"], english["state"]) == (part["text"], [], "DRAFT")


async def test_a_missing_language_is_found_before_anybody_approves(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    await accounts()
    story = await approved(frontend, here)
    await models.StoryText.filter(story_id=story["id"], language=Language.EN).delete()

    english = next(p for p in await planned(frontend, here, story) if p["language"] == "EN")
    refused = await frontend.do(here.editor, "ApprovePost", id=english["id"], snapshotHash=english["snapshotHash"])

    (finding,) = english["findings"]
    assert finding["level"] == "error"
    assert finding["messageDe"]
    assert finding["messageEn"]
    assert refused["code"] == "NOT_PUBLISHABLE"


async def test_approval_signs_what_was_seen(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    await accounts()
    story = await approved(frontend, here)
    post = (await planned(frontend, here, story))[0]

    reworded = await frontend.do(here.writer, "RewordPost", id=post["id"], wording="Heißes Wasser, kühle Rechner.")
    blind = await frontend.do(here.editor, "ApprovePost", id=post["id"], snapshotHash=post["snapshotHash"])
    seen = await frontend.do(here.editor, "ApprovePost", id=post["id"], snapshotHash=reworded["post"]["snapshotHash"])

    assert "Heißes Wasser, kühle Rechner." in reworded["post"]["text"]
    assert blind["code"] == "PREVIEW_OUTDATED"
    assert seen["post"]["state"] == "APPROVED"


async def test_nobody_approves_their_own_wording(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    await accounts()
    post = (await planned(frontend, here, await approved(frontend, here)))[0]
    mine = (await frontend.do(here.editor, "RewordPost", id=post["id"], wording="Meine Worte."))["post"]

    assert await frontend.code(here.editor, "ApprovePost", id=post["id"], snapshotHash=mine["snapshotHash"]) == (
        "OWN_WORDING"
    )


async def test_a_published_story_lets_its_posts_go(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    await accounts()
    story = await approved(frontend, here)
    for post in await planned(frontend, here, story):
        await frontend.do(here.editor, "ApprovePost", id=post["id"], snapshotHash=post["snapshotHash"])
    await frontend.do(here.editor, "PublishStory", id=story["id"])
    await Story.go_public(story["id"], now=now)

    posts = await frontend.ask(here.manager, "PostsOfStory", storyId=story["id"])

    assert posts["totalCount"] == 3
    for edge in posts["edges"]:
        assert edge["node"]["state"] == "QUEUED"
        assert edge["node"]["cancel"]["allowed"]
        assert edge["node"]["retry"]["reasonCode"] == "WRONG_STATE"
    cancelled = await frontend.do(here.manager, "CancelPost", id=posts["edges"][0]["node"]["id"])
    assert cancelled["post"]["state"] == "CANCELLED"


async def test_the_same_words_twice_need_a_reason(frontend: Frontend, now: datetime) -> None:
    here, post = await waiting(frontend, now)
    first = await models.ChannelPost.get(id=post["id"])
    await first.follow("send", by=SYSTEM, now=now)
    first.sent_at = now
    await first.follow("succeed", by=SYSTEM, now=now)
    again = (await frontend.do(here.writer, "RevisePost", id=post["id"]))["post"]
    sign = {"id": again["id"], "snapshotHash": again["snapshotHash"]}

    refused = await frontend.do(here.editor, "ApprovePost", **sign)
    agreed = await frontend.do(here.editor, "ApprovePost", **sign, overrideReason="Die Frist endet morgen.")

    assert again["revision"] == 2
    assert (refused["code"], refused["path"]) == ("SAME_CONTENT", "overrideReason")
    assert agreed["post"]["state"] == "QUEUED"


@pytest.mark.parametrize(
    ("whereabouts", "url", "state"),
    [
        ("IT_IS_THERE", "https://social.example/@leuchtturm/1", "RECONCILED"),
        ("SEND_AGAIN", "", "QUEUED"),
        ("LET_GO", "", "CANCELLED"),
    ],
)
async def test_a_human_decides_what_nobody_can_know(
    frontend: Frontend, now: datetime, whereabouts: str, url: str, state: str
) -> None:
    here, post = await waiting(frontend, now)
    await lost(post["id"], now)

    todo = await frontend.ask(here.manager, "PostsThatNeedSomebody")
    (edge,) = todo["edges"]
    assert (edge["node"]["state"], edge["node"]["failure"]["reason"]) == ("NEEDS_HUMAN", "DUPLICATE")
    assert edge["node"]["failure"]["messageDe"].startswith("Das Netzwerk hält den Beitrag für doppelt.")
    told = await frontend.ask(here.manager, "PostWithItsAttempts", id=post["id"])
    (attempt,) = told["parts"][0]["attempts"]
    assert (attempt["outcome"], attempt["detail"]) == ("UNKNOWN", "read timed out")

    decided = await frontend.do(here.manager, "ResolveUnknownPost", id=post["id"], whereabouts=whereabouts, url=url)

    assert (decided["post"]["state"], decided["post"]["remoteUrl"]) == (state, url)


async def test_where_it_is_must_be_an_address(frontend: Frontend, now: datetime) -> None:
    here, post = await waiting(frontend, now)
    await lost(post["id"], now)
    said = {"id": post["id"], "whereabouts": "IT_IS_THERE"}

    for url in ("", "javascript:alert(1)", "https://x.example/\r\nX: y"):
        refused = await frontend.do(here.manager, "ResolveUnknownPost", **said, url=url)
        assert refused["path"] == "url"


async def test_a_public_post_is_taken_back(frontend: Frontend, now: datetime) -> None:
    here, post = await waiting(frontend, now)
    out = await models.ChannelPost.get(id=post["id"])
    await out.follow("send", by=SYSTEM, now=now)
    await out.follow("succeed", by=SYSTEM, now=now)

    taken = await frontend.do(here.editor, "RetractPost", id=post["id"])
    assert taken["post"]["state"] == "RETRACTING"
    stuck = await models.ChannelPost.get(id=post["id"])
    await stuck.follow("fail", by=SYSTEM, now=now)
    gone = await frontend.do(here.manager, "ConfirmPostGone", id=post["id"])
    assert gone["post"]["state"] == "DELETED"


async def test_a_failed_post_is_tried_again(frontend: Frontend, now: datetime) -> None:
    here, post = await waiting(frontend, now)
    failed = await models.ChannelPost.get(id=post["id"])
    await failed.follow("fail", by=SYSTEM, now=now)
    rings = len(frontend.rung)

    again = await frontend.do(here.manager, "RetryPost", id=post["id"])

    assert again["post"]["state"] == "QUEUED"
    assert len(frontend.rung) == rings + 1


async def test_channels_say_how_they_are(frontend: Frontend, now: datetime) -> None:
    here, _ = await waiting(frontend, now)
    channel = await models.Channel.get()
    await channel.connect({"token": "a secret of the account"}, now=now, expires_at=now + timedelta(days=3))
    await models.ChannelCall.create(channel_id=channel.id, action="post", cost_micros=15_000, at=now)

    (seen,) = await frontend.ask(here.manager, "Channels")

    assert (seen["status"], seen["live"], seen["waiting"], seen["undecided"]) == ("OK", True, 1, 0)
    assert seen["spentMicrosThisMonth"] == 15_000
    assert seen["credentialExpiresAt"] == (now + timedelta(days=3)).isoformat()
    assert (seen["pause"]["allowed"], seen["pause"]["reasonCode"]) == (False, "NOT_ALLOWED")
    assert await frontend.ask(ANONYMOUS, "Channels") == []
    paused = await frontend.do(here.editor, "PauseChannel", id=seen["id"])
    assert paused["channel"]["status"] == "PAUSED"
    assert (await frontend.do(here.editor, "ResumeChannel", id=seen["id"]))["channel"]["status"] == "OK"


async def test_posts_are_for_staff(frontend: Frontend, now: datetime) -> None:
    here, post = await waiting(frontend, now)
    zoe = await people.participant(now=now)

    for viewer in (ANONYMOUS, zoe, here.lead):
        assert (await frontend.ask(viewer, "PostsOfStory", storyId=post["id"]))["totalCount"] == 0
        assert await frontend.ask(viewer, "PostWithItsAttempts", id=post["id"]) is None
        assert await frontend.code(viewer, "CancelPost", id=post["id"]) == "NOT_FOUND"
    assert (await models.ChannelPost.get(id=post["id"])).state is PostState.QUEUED


async def test_a_stranger_learns_nothing_by_planning(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)

    for viewer in (ANONYMOUS, await people.participant(now=now)):
        refused = await frontend.do(viewer, "PlanChannelPosts", storyId=story["id"])
        assert refused["code"] in ("NOT_FOUND", "SIGN_IN_NEEDED", "NOT_ALLOWED")
