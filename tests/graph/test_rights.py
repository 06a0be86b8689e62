"""Who may do what: every mutation of stories, publishing, newsletter and desk, asked by everybody (domain.md, 8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

import models
from models.jobs import JobState
from models.newsletter import DeliveryState, IssueState
from models.publishing import PostState
from models.stories import ConsentState, StoryState
from resolvers.desk import DeskMutation
from resolvers.newsletter import NewsletterMutation
from resolvers.newsletter.readers import ReaderMutation
from resolvers.publishing import PublishingMutation
from resolvers.stories import StoryMutation
from tests.graph.frontend import Frontend
from tests.graph.told import GERMAN
from tests.graph.world import World, a_world, answer

EVERYBODY = ["anonymous", "participant", "lead", "editor", "manager", "administrator"]
MEMBERS = {"participant", "lead", "editor", "manager", "administrator"}
NO_RIGHT = {"SIGN_IN_NEEDED", "NOT_ALLOWED", "NOT_FOUND"}
"""What is not yours to do, or not yours to see."""


Input = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A mutation: who may, on a row in which state, with what."""

    may: set[str]
    model: Any = None
    state: Any = None
    more: Input = lambda w: {}


def on(model: str, may: set[str], state: Any = None, **more: Any) -> Case:
    """A mutation of the world's row of that name."""

    def input(w: World) -> dict[str, Any]:
        said = {name: value(w) if callable(value) else value for name, value in more.items()}
        return {"id": str(getattr(w, model).id), **said}

    return Case(may, model, state, input)


EDITOR, WRITERS, STAFF = {"editor"}, {"editor", "manager"}, {"editor", "manager", "administrator"}
GIVERS, KEEPERS = {"lead", "manager"}, {"editor", "administrator"}
S, P, N, D = StoryState, PostState, IssueState, DeliveryState
TEXTS = [GERMAN]
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

CASES: dict[str, Case] = {
    "createStoryLead": Case(MEMBERS, more=lambda w: {"teamId": str(w.team.id), "text": GERMAN}),
    "takeUpStoryLead": on("story", WRITERS, S.LEAD),
    "draftStory": Case(WRITERS, more=lambda w: {"teamId": str(w.team.id), "texts": TEXTS}),
    "editStory": on("story", WRITERS, S.DRAFT, texts=TEXTS),
    "addStoryImage": on("story", WRITERS, S.DRAFT, content=PICTURE, rights="CC0"),
    "describeStoryImage": on("story", WRITERS, S.DRAFT, imageId=lambda w: w.rows["image"], rights="CC0"),
    "removeStoryImage": on("story", WRITERS, S.DRAFT, imageId=lambda w: w.rows["image"]),
    "stateStoryFacts": on("story", WRITERS, S.DRAFT, facts=[]),
    "submitForReview": on("story", WRITERS, S.DRAFT),
    "requestStoryChanges": on("story", EDITOR, S.IN_REVIEW, note="Bitte kürzer."),
    "approveStory": on("story", EDITOR, S.IN_REVIEW, version=lambda w: w.rows["story"].version),
    "requestTeamConsent": on("story", WRITERS, S.IN_REVIEW),
    "grantConsent": on("consent", GIVERS, ConsentState.REQUESTED),
    "revokeConsent": on("consent", GIVERS, ConsentState.GRANTED),
    "scheduleStory": on("story", EDITOR, S.APPROVED, at="2020-05-01T09:00:00Z"),
    "publishStory": on("story", EDITOR, S.APPROVED),
    "unscheduleStory": on("story", EDITOR, S.SCHEDULED),
    "correctStory": on("story", EDITOR, S.PUBLISHED, texts=TEXTS, noteDe="Zahl", noteEn="Figure"),
    "retractStory": on("story", EDITOR, S.PUBLISHED, reason="Das Team bittet darum."),
    "planChannelPosts": Case(WRITERS, more=lambda w: {"storyId": str(w.story.id)}),
    "rewordPost": on("post", WRITERS, P.DRAFT, wording="Anders gesagt."),
    "revisePost": on("post", WRITERS, P.CANCELLED),
    "approvePost": on("post", EDITOR, P.DRAFT, snapshotHash=lambda w: w.post.snapshot_hash),
    "cancelPost": on("post", WRITERS, P.QUEUED),
    "retryPost": on("post", WRITERS, P.FAILED_PERMANENT),
    "resolveUnknownPost": on("post", WRITERS, P.NEEDS_HUMAN, whereabouts="LET_GO"),
    "retractPost": on("post", EDITOR, P.SENT),
    "confirmPostGone": on("post", WRITERS, P.RETRACT_FAILED),
    "pauseChannel": on("channel", KEEPERS),
    "resumeChannel": on("channel", KEEPERS),
    "composeIssue": Case(WRITERS, "issue", N.COLLECTING, lambda w: {"isoWeek": "2020-W16"}),
    "rewordIssue": on("issue", WRITERS, N.IN_REVIEW, revision=1, subjectDe="Neu"),
    "editItem": on("issue", WRITERS, N.IN_REVIEW, revision=1, itemId=lambda w: str(w.item.id), pinned=True),
    "reorderSection": on(
        "issue", WRITERS, N.IN_REVIEW, revision=1, section="EXCHANGE", itemIds=lambda w: [str(w.item.id)]
    ),
    "addNote": on("issue", WRITERS, N.IN_REVIEW, revision=1, section="BLOCKS", words={"headlineDe": "Notiz"}),
    "removeNote": on("issue", WRITERS, N.IN_REVIEW, revision=1, itemId=lambda w: str(w.item.id)),
    "sendTest": on("issue", WRITERS, N.IN_REVIEW, language="DE"),
    "approveIssue": on("issue", EDITOR, N.IN_REVIEW, revision=1),
    "scheduleIssue": on("issue", EDITOR, N.APPROVED),
    "unscheduleIssue": on("issue", EDITOR, N.SCHEDULED),
    "pauseIssue": on("issue", WRITERS, N.SENDING, reason="Tippfehler"),
    "resumeIssue": on("issue", EDITOR, N.PAUSED),
    "cancelIssue": on("issue", EDITOR, N.APPROVED, reason="Fehler"),
    "skipIssue": on("issue", EDITOR, N.COMPOSED),
    "reopenIssue": on("issue", EDITOR, N.SKIPPED),
    "correctIssue": on("issue", EDITOR, N.SENT, noteDe="Zahl", noteEn="Figure"),
    "resolveUnknownDelivery": on("delivery", STAFF, D.UNKNOWN, whereabouts="LET_GO"),
    "retryDeadLetter": on("job", STAFF, JobState.DEAD),
    "discardDeadLetter": on("job", STAFF, JobState.DEAD, reason="erledigt"),
}


def mutations_of(*types: Any) -> set[str]:
    def camel(name: str) -> str:
        first, *rest = name.split("_")
        return first + "".join(word.title() for word in rest)

    return {camel(f.python_name) for t in types for f in t.__strawberry_definition__.fields}


def test_no_mutation_is_left_out() -> None:
    guarded = mutations_of(StoryMutation, PublishingMutation, NewsletterMutation, DeskMutation)

    assert set(CASES) == guarded - mutations_of(ReaderMutation)


async def prepared(case: Case, world: World, pictured: bool) -> None:
    """Put the row back into the state that the mutation begins with."""
    await models.Story.filter(id=world.story.id).update(state=case.state if case.model == "story" else S.APPROVED)
    await models.StoryConsent.filter(id=world.consent.id).update(state=ConsentState.GRANTED)
    await models.NewsletterIssue.filter(id=world.issue.id).update(revision=1, composed_by_id=None, last_editor_id=None)
    await models.IssueItem.filter(id=world.item.id).delete()
    await world.item.clone(pk=world.item.id).save(force_create=True)
    await models.Asset.filter(story_id=world.story.id).delete()
    if case.model and case.model != "story" and case.state is not None:
        row = getattr(world, case.model)
        await type(row).filter(id=row.id).update(state=case.state)
    await models.ChannelPost.filter(story_id=world.story.id).exclude(id=world.post.id).delete()
    world.rows = {"story": await models.Story.get(id=world.story.id)}
    if pictured:
        image = await models.Asset.create(
            story_id=world.story.id, sha256="0" * 64, media_type="image/png", width=1, height=1, decorative=True,
            rights="CC0",
        )  # fmt: skip
        world.rows["image"] = str(image.id)
    await models.Story.filter(id=world.story.id).update(
        text_hash=world.consent.text_hash, publish_at=world.now + timedelta(days=1)
    )


@pytest.mark.parametrize("name", sorted(CASES))
async def test_each_may_what_the_roles_say_and_nothing_else(frontend: Frontend, now: datetime, name: str) -> None:
    world, case = await a_world(frontend, now), CASES[name]

    for who in EVERYBODY:
        await prepared(case, world, "Image" in name)
        told = await answer(frontend, world.people[who], name, case.more(world))

        if who in case.may:
            assert told["__typename"] == name[0].upper() + name[1:] + "Payload", (who, told)
        else:
            assert told.get("code") in NO_RIGHT, (who, told)
