"""A story on its way from a hint to the public, by the documents that the desk sends."""

import base64
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from models.access import ANONYMOUS
from models.stories import Story
from tests import people
from tests.graph.frontend import Frontend, Said, heard
from tests.graph.told import ENGLISH, GERMAN, approved, drafted, published, reviewed, room


def picture() -> str:
    image = BytesIO()
    Image.new("RGB", (40, 30), "orange").save(image, "PNG")
    return base64.b64encode(image.getvalue()).decode()


async def test_a_story_goes_from_a_hint_to_the_public(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    zoe = await people.participant(now=now)
    friday = now + timedelta(days=3)

    hint = await frontend.do(zoe, "CreateStoryLead", teamId=str(here.team.id), text=GERMAN)
    story = hint["story"]
    assert (story["state"], story["title"]) == ("LEAD", "Wärme aus Servern")
    taken = await frontend.do(here.writer, "TakeUpStoryLead", id=story["id"])
    assert taken["story"]["author"]["displayName"] == "Edda Lorenz"
    edited = await frontend.do(here.writer, "EditStory", id=story["id"], texts=[ENGLISH], tags=["Energie"])
    assert {t["language"]: t["headline"] for t in edited["story"]["texts"]} == {
        "DE": "Wärme aus Servern", "EN": "Heat from servers",
    }  # fmt: skip
    handed_in = await frontend.do(here.writer, "SubmitForReview", id=story["id"])
    given_back = await frontend.do(here.editor, "RequestStoryChanges", id=story["id"], note="Woher stammt die Zahl?")
    assert given_back["story"]["reviewNote"] == "Woher stammt die Zahl?"
    await frontend.do(here.writer, "EditStory", id=story["id"], texts=[GERMAN])
    handed_in = await frontend.do(here.writer, "SubmitForReview", id=story["id"])
    asked = await frontend.do(here.writer, "RequestTeamConsent", id=story["id"])
    await frontend.do(here.lead, "GrantConsent", id=asked["consent"]["id"])
    version = handed_in["story"]["version"]
    approved = await frontend.do(here.editor, "ApproveStory", id=story["id"], version=version)
    assert approved["story"]["state"] == "APPROVED"
    scheduled = await frontend.do(here.editor, "ScheduleStory", id=story["id"], at=friday.isoformat())
    assert (scheduled["story"]["state"], scheduled["story"]["publishAt"]) == ("SCHEDULED", friday.isoformat())
    assert frontend.rung, "the workers were woken"

    frontend.at(friday)
    await Story.go_public(story["id"], now=friday)
    feed = await frontend.ask(ANONYMOUS, "Lighthouses", language="EN")
    (edge,) = feed["edges"]
    assert (edge["node"]["publishedAt"], edge["node"]["team"]["name"]) == (friday.isoformat(), "Kreidekasten")


async def test_what_waits_is_seen_by_those_it_concerns_alone(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    other_team = await people.team("Windrad")
    stranger = await people.lead_of(other_team.id, "Otto Fremd", now=now)

    for viewer, sees in [(ANONYMOUS, False), (stranger, False), (here.lead, True), (here.editor, True)]:
        assert bool(await frontend.ask(viewer, "StoryOnDesk", id=story["id"])) is sees
        assert bool(await frontend.ask(viewer, "StoryBySlug", slug=story["slug"])) is sees
        assert (await frontend.ask(viewer, "StoryBoard"))["totalCount"] == int(sees)


async def test_readers_do_not_see_how_a_story_was_made(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await published(frontend, here, now)

    seen = await frontend.ask(ANONYMOUS, "StoryOnDesk", id=story["id"])

    assert seen["title"] == "Wärme aus Servern"
    assert (seen["author"], seen["reviewNote"], seen["consents"], seen["posts"]) == (None, None, [], [])
    assert seen["retract"] == {
        "allowed": False, "reasonCode": "SIGN_IN_NEEDED", "messageDe": "Bitte meldet euch zuerst an.",
        "messageEn": "Please sign in first.",
    }  # fmt: skip


async def test_four_eyes_are_asked_for_before_and_answered_after(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await reviewed(frontend, here)

    mine = await frontend.ask(here.writer, "StoryOnDesk", id=story["id"])
    refused = await frontend.do(here.writer, "ApproveStory", id=story["id"], version=story["version"])
    seconded = await frontend.do(here.editor, "ApproveStory", id=story["id"], version=story["version"])

    assert (mine["approve"]["allowed"], mine["approve"]["reasonCode"]) == (False, "FOUR_EYES")
    assert (refused["code"], refused["messageDe"][:11]) == ("FOUR_EYES", "Vier Augen:")
    assert seconded["story"]["state"] == "APPROVED"


async def test_approval_is_for_the_version_that_was_read(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await reviewed(frontend, here)
    await frontend.do(here.writer, "EditStory", id=story["id"], texts=[{**GERMAN, "body": "Ganz anders."}])

    assert await frontend.code(here.editor, "ApproveStory", id=story["id"], version=story["version"]) == "STALE"


async def test_two_editors_at_once_lose_nothing(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    first = {"id": story["id"], "version": story["version"], "texts": [{**GERMAN, "headline": "Die eine"}]}
    second = {"id": story["id"], "version": story["version"], "texts": [{**GERMAN, "headline": "Die andere"}]}

    assert (await frontend.do(here.writer, "EditStory", **first))["story"]["title"] == "Die eine"
    assert await frontend.code(here.editor, "EditStory", **second) == "STALE"
    assert (await frontend.ask(here.writer, "StoryOnDesk", id=story["id"]))["title"] == "Die eine"


async def test_a_picture_needs_words_before_it_is_public(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    hung = await frontend.do(
        here.writer, "AddStoryImage", id=story["id"], content=picture(), rights="Kreidekasten, CC BY 4.0"
    )
    (image,) = hung["story"]["images"]
    handed_in = await frontend.do(here.writer, "SubmitForReview", id=story["id"])
    mute = await frontend.do(here.editor, "ApproveStory", id=story["id"], version=handed_in["story"]["version"])
    described = await frontend.do(
        here.writer, "DescribeStoryImage", id=story["id"], imageId=image["id"], rights="Kreidekasten, CC BY 4.0",
        altDe="Ein Becken, daneben Rechner", altEn="A pool with computers beside it",
    )  # fmt: skip
    approved = await frontend.do(here.editor, "ApproveStory", id=story["id"], version=described["story"]["version"])

    assert (image["width"], image["height"], image["mediaType"], image["isDescribed"]) == (40, 30, "image/png", False)
    assert (mute["code"], mute["path"]) == ("ALT_TEXT_MISSING", "images")
    assert described["story"]["images"][0]["alt"] == {
        "de": "Ein Becken, daneben Rechner", "en": "A pool with computers beside it",
    }  # fmt: skip
    assert approved["story"]["state"] == "APPROVED"
    gone = await frontend.do(here.writer, "RemoveStoryImage", id=story["id"], imageId=image["id"])
    assert gone["story"]["images"] == []


async def test_a_fact_needs_a_source(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    claim = {"claim": "40 Rechner heizen 300 m³ Wasser.", "asOf": "2020-04-01"}
    stated = await frontend.do(here.writer, "StateStoryFacts", id=story["id"], facts=[claim])
    handed_in = await frontend.do(here.writer, "SubmitForReview", id=story["id"])
    version = handed_in["story"]["version"]

    assert stated["story"]["facts"] == [{**claim, "sourceUrl": ""}]
    assert await frontend.code(here.editor, "ApproveStory", id=story["id"], version=version) == "SOURCE_MISSING"


async def test_a_team_reads_what_it_is_asked_about_and_may_change_its_mind(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    await frontend.do(here.writer, "RequestTeamConsent", id=story["id"])

    requests = await frontend.ask(here.lead, "ConsentRequests")
    (request,) = [edge["node"] for edge in requests["edges"]]
    assert request["story"]["texts"][0]["headline"] == "Wärme aus Servern"
    assert (request["grant"]["allowed"], request["revoke"]["allowed"]) == (True, True)
    assert (await frontend.ask(ANONYMOUS, "ConsentRequests"))["edges"] == []
    granted = await frontend.do(here.lead, "GrantConsent", id=request["id"])
    assert granted["consent"]["state"] == "GRANTED"


async def test_revoked_consent_takes_a_public_story_back(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await published(frontend, here, now)
    (consent,) = story["consents"]

    revoked = await frontend.do(here.lead, "RevokeConsent", id=consent["id"])

    assert revoked["consent"]["state"] == "REVOKED"
    assert (await frontend.ask(here.editor, "StoryOnDesk", id=story["id"]))["state"] == "RETRACTED"
    assert (await frontend.ask(ANONYMOUS, "Lighthouses"))["edges"] == []


async def test_without_consent_nothing_is_scheduled(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    handed_in = await frontend.do(here.writer, "SubmitForReview", id=story["id"])
    await frontend.do(here.editor, "ApproveStory", id=story["id"], version=handed_in["story"]["version"])

    assert await frontend.code(here.editor, "PublishStory", id=story["id"]) == "CONSENT_MISSING"


async def test_a_correction_is_told_to_readers(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await published(frontend, here, now)

    corrected = await frontend.do(
        here.editor, "CorrectStory", id=story["id"], texts=[{**GERMAN, "body": "Es sind fünfzig Rechner."}],
        noteDe="Die Zahl der Rechner war falsch.", noteEn="The number of computers was wrong.",
    )  # fmt: skip

    assert corrected["story"]["state"] == "CORRECTED"
    page = await frontend.ask(ANONYMOUS, "StoryBySlug", slug=story["slug"])
    assert page["correction"] == {
        "de": "Die Zahl der Rechner war falsch.", "en": "The number of computers was wrong.",
    }  # fmt: skip
    assert page["urlEn"] == f"http://test/en/stories/{story['slug']}"
    taken = await frontend.do(here.editor, "RetractStory", id=story["id"], reason="Das Team bittet darum.")
    assert taken["story"]["state"] == "RETRACTED"
    assert await frontend.ask(ANONYMOUS, "StoryBySlug", slug=story["slug"]) is None


async def test_a_plan_can_be_moved_and_dropped(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await approved(frontend, here)
    tomorrow, later = now + timedelta(days=1), now + timedelta(days=2)

    await frontend.do(here.editor, "ScheduleStory", id=story["id"], at=tomorrow.isoformat())
    moved = await frontend.do(here.editor, "ScheduleStory", id=story["id"], at=later.isoformat())
    dropped = await frontend.do(here.editor, "UnscheduleStory", id=story["id"])

    assert moved["story"]["publishAt"] == later.isoformat()
    assert (dropped["story"]["state"], dropped["story"]["publishAt"]) == ("APPROVED", None)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2020-04-17T09:00:00", "OFFSET_MISSING"),
        ("2019-04-17T09:00:00Z", "IN_THE_PAST"),
        ("9999-12-31T23:59:59-10:00", "OUT_OF_RANGE"),
        ("0001-01-01T00:00:00+10:00", "OUT_OF_RANGE"),
    ],
)
async def test_a_moment_is_one_moment_everywhere(frontend: Frontend, now: datetime, at: str, code: str) -> None:
    here = await room(now)
    story = await approved(frontend, here)

    assert await frontend.code(here.editor, "ScheduleStory", id=story["id"], at=at) == code


async def test_the_same_intention_twice_is_one_story(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    draft = {"teamId": str(here.team.id), "texts": [GERMAN], "clientMutationId": "draft-1"}

    first, again = (
        await frontend.do(here.writer, "DraftStory", **draft),
        await frontend.do(here.writer, "DraftStory", **draft),
    )

    assert (again["story"]["id"], again["clientMutationId"]) == (first["story"]["id"], "draft-1")
    assert await Story.all().count() == 1
    other = {**draft, "texts": [ENGLISH]}
    assert await frontend.code(here.writer, "DraftStory", **other) == "CLIENT_MUTATION_ID_REUSED"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"texts": []}, "TEXT_MISSING", "texts"),
        ({"texts": [GERMAN, GERMAN]}, "LANGUAGE_TWICE", "texts"),
        ({"texts": [{**GERMAN, "headline": " "}]}, "TEXT_MISSING", "texts.de.headline"),
        ({"texts": [{**GERMAN, "headline": "Bcc: a@example.org\r\nX: y"}]}, "LINE_BROKEN", "texts.de.headline"),
        ({"texts": [{**GERMAN, "body": "x" * 300_000}]}, "TEXT_TOO_LONG", "texts.de.body"),
        ({"tags": ["a"] * 11, "texts": [GERMAN]}, "TOO_MANY", "tags"),
        ({"teamId": str(uuid4()), "texts": [GERMAN]}, "NOT_FOUND", "teamId"),
    ],
)
async def test_a_draft_is_refused_with_what_is_wrong(
    frontend: Frontend, now: datetime, change: dict[str, Any], code: str, path: str
) -> None:
    here = await room(now)

    refused = await frontend.do(here.writer, "DraftStory", **{"teamId": str(here.team.id), **change})

    assert (refused["code"], refused["path"]) == (code, path)
    assert await Story.all().count() == 0


async def test_markdown_that_means_harm_is_shown_as_text(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    bad = "# Hallo\n\n<script>alert(1)</script> [klick](javascript:alert(1)) ![x](http://evil.example/p.png)"

    story = await frontend.do(here.writer, "DraftStory", teamId=str(here.team.id), texts=[{**GERMAN, "body": bad}])

    html = story["story"]["texts"][0]["bodyHtml"]
    assert "<h2>Hallo</h2>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html


@pytest.mark.parametrize("content", ["", "no base64!", base64.b64encode(b"no picture").decode()])
async def test_what_is_no_picture_is_refused(frontend: Frontend, now: datetime, content: str) -> None:
    here = await room(now)
    story = await drafted(frontend, here)

    assert await frontend.code(here.writer, "AddStoryImage", id=story["id"], content=content, rights="x") == (
        "NOT_A_PICTURE"
    )


async def test_a_subscription_follows_one_story(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await reviewed(frontend, here)
    await number_events()

    seen = []
    async for told in heard(frontend, here.editor, "StoryTransitioned", storyId=story["id"], after="0"):
        seen.append((told["type"], told["state"], told["story"]["state"]))
        if told["state"] == "IN_REVIEW":
            break

    assert seen == [
        ("story.lead", "LEAD", "IN_REVIEW"), ("story.draft", "DRAFT", "IN_REVIEW"),
        ("story.in_review", "IN_REVIEW", "IN_REVIEW"),
    ]  # fmt: skip


async def test_a_stranger_cannot_listen_to_a_draft(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)

    with pytest.raises(Said) as refusal:
        await anext(heard(frontend, ANONYMOUS, "StoryTransitioned", storyId=story["id"]))

    assert refusal.value.args[1][0].extensions["code"] == "NOT_FOUND"


async def number_events() -> None:
    """What the relay does: give the events their numbers."""
    from models.outbox import OutboxEvent

    for seq, event in enumerate(await OutboxEvent.all().order_by("id"), start=1):
        event.seq = seq
        await event.save()
