"""The one transition table of stories (domain.md, C9 and 7.4), with its guards and effects.

Guards and effects take the row without importing its class: the table stands below the class that uses it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.errors import Refusal
from models.machine import Actor, Edge, Table, all_of, edges
from models.roles import Role, Visibility
from models.stories import telling
from models.stories.refusals import AltTextMissing, ConsentMissing, FourEyes, NotReady, SourceMissing


class StoryState(StrEnum):
    LEAD = "lead"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


S = StoryState
PUBLIC_STATES = (S.PUBLISHED, S.CORRECTED)
WRITERS = frozenset({Role.COMMUNITY_MANAGER, Role.EDITOR})
EDITORS = frozenset({Role.EDITOR})
US = frozenset({Role.SYSTEM})


async def complete(story: Any, by: Actor, now: datetime) -> Refusal | None:
    """At least one language has a headline and a body, and no language has half of it."""
    texts = await story.texts.all()
    halves = [text for text in texts if not (text.headline and text.body)]
    return NotReady("texts") if halves or not texts else None


async def not_by_its_author(story: Any, by: Actor, now: datetime) -> Refusal | None:
    return FourEyes() if by.person_id in (story.author_id, story.last_editor_id) else None


async def pictures_described(story: Any, by: Actor, now: datetime) -> Refusal | None:
    images = await story.images.all()
    return None if all(image.is_described for image in images) else AltTextMissing("images")


async def facts_sourced(story: Any, by: Actor, now: datetime) -> Refusal | None:
    facts = await story.facts.all()
    return None if all(fact.source_url for fact in facts) else SourceMissing("facts")


async def team_consented(story: Any, by: Actor, now: datetime) -> Refusal | None:
    """Consent counts for the very text that was shown to the team."""
    granted = await story.consents.filter(state="granted", text_hash=story.text_hash).exists()
    return None if granted else ConsentMissing()


async def cancel_posts(story: Any, by: Actor, now: datetime) -> None:
    """What was approved for the channels was approved for another text."""
    for post in await story.posts.all().select_for_update():
        await post.withdraw(now=now)


async def release_posts(story: Any, by: Actor, now: datetime) -> None:
    """Hand the approved posts to the workers; the blog is public with this very transaction."""
    for post in await story.posts.all().select_for_update():
        await post.release(now=now)


PUBLISHED = (release_posts, telling.tell_published)
publishable = all_of(complete, pictures_described, facts_sourced)
with_consent = all_of(publishable, team_consented)

transitions = Table(
    Edge(S.LEAD, "draft", S.DRAFT, WRITERS),
    *edges([S.DRAFT, S.CHANGES_REQUESTED], "edit", S.DRAFT, WRITERS),
    *edges([S.IN_REVIEW], "edit", S.IN_REVIEW, WRITERS),
    *edges([S.APPROVED, S.SCHEDULED], "edit", S.IN_REVIEW, WRITERS, effects=[cancel_posts]),
    Edge(S.DRAFT, "submit", S.IN_REVIEW, WRITERS, complete),
    Edge(S.IN_REVIEW, "request_changes", S.CHANGES_REQUESTED, EDITORS, None, (telling.tell_sent_back,)),
    Edge(S.IN_REVIEW, "approve", S.APPROVED, EDITORS, all_of(not_by_its_author, publishable)),
    *edges([S.APPROVED, S.SCHEDULED], "schedule", S.SCHEDULED, EDITORS, with_consent),
    Edge(S.SCHEDULED, "unschedule", S.APPROVED, EDITORS),
    Edge(S.SCHEDULED, "begin", S.PUBLISHING, US, with_consent),
    Edge(S.PUBLISHING, "publish", S.PUBLISHED, US, with_consent, PUBLISHED, Visibility.PUBLIC),
    *edges([S.APPROVED, S.SCHEDULED], "lose_consent", S.IN_REVIEW, US, effects=[cancel_posts]),
    *edges(PUBLIC_STATES, "correct", S.CORRECTED, EDITORS, publishable, visible_to=Visibility.PUBLIC),
    *edges(PUBLIC_STATES, "retract", S.RETRACTED, EDITORS | US, effects=[cancel_posts], visible_to=Visibility.PUBLIC),
)

__all__ = ["EDITORS", "PUBLIC_STATES", "US", "WRITERS", "StoryState", "all_of", "transitions"]
