"""Reviewing and publishing a story: four eyes, the team's consent, the due moment, correction and retraction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer
from models.jobs import JobRun
from models.language import Language
from models.stories import content
from models.stories.consent import StoryConsent
from models.stories.parts import Words
from models.stories.refusals import InThePast
from models.stories.row import StoryRow
from models.stories.states import StoryState
from models.stories.writing import Writing

PUBLISH = "story.publish"
"""The work that `workers/stories.py` does when a story is due."""


class Publication(Writing):
    """The verbs of editors, of the team, and of the worker at the due moment."""

    class Meta:
        abstract = True

    @classmethod
    async def submit(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        return await cls._followed(id, "submit", by, now)

    @classmethod
    async def request_changes(cls, id: UUID, note: str, *, by: Viewer, now: datetime) -> Self:
        """Give the draft back, with what should change."""
        wanted = text.prose(note, "note", 4_000)

        async def remember(story: StoryRow) -> None:
            story.review_note = wanted

        return await cls._followed(id, "request_changes", by, now, before=remember)

    @classmethod
    async def approve(cls, id: UUID, *, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Four eyes: neither the author nor whoever changed it last. `version` is what the approver has read."""
        return await cls._followed(id, "approve", by, now, version=version)

    @classmethod
    async def request_consent(cls, id: UUID, *, by: Viewer, now: datetime) -> StoryConsent:
        """Ask the team for its consent to the present text. Asking again changes nothing."""
        async with in_transaction():
            story = await cls._seen(id, by)
            content.require_writer(by)
            return await StoryConsent.ask(story, by=by, now=now)

    @classmethod
    async def schedule(cls, id: UUID, *, at: datetime, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Publish at a moment; a second call moves it. Needs the team's consent to the present text."""
        if at < now:
            raise InThePast("at")

        async def plan(story: StoryRow) -> None:
            story.publish_at = at

        async with in_transaction():
            story = await cls._followed(id, "schedule", by, now, before=plan, version=version)
            key = f"{PUBLISH}:{story.id}:{story.version}"
            await JobRun.enqueue(PUBLISH, key, due_at=at, payload={"story": str(story.id)})
        return story

    @classmethod
    async def publish(cls, id: UUID, *, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Publish as soon as a worker gets to it: the same way as a scheduled story, due now."""
        return await cls.schedule(id, at=now, by=by, now=now, version=version)

    @classmethod
    async def unschedule(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        async def forget(story: StoryRow) -> None:
            story.publish_at = None

        return await cls._followed(id, "unschedule", by, now, before=forget)

    @classmethod
    async def go_public(cls, id: UUID, *, now: datetime) -> Self:
        """What the worker does at the due moment: public, on the blog and in the feeds, its posts queued. At once or
        not at all. Raises a refusal when something that publication needs was lost; a story that is not due (moved,
        unscheduled, public already) stays as it is.
        """
        async with in_transaction():
            story = await cls.locked(id)
            if story.state is not StoryState.SCHEDULED or story.publish_at is None or story.publish_at > now:
                return story
            await story.follow("begin", by=SYSTEM, now=now)
            story.published_at = now
            await story.follow("publish", by=SYSTEM, now=now)
        return story

    @classmethod
    async def send_back(cls, id: UUID, *, now: datetime) -> Self:
        """The due moment came and publication was refused: people look at it again."""
        async with in_transaction():
            story = await cls.locked(id)
            if story.state is StoryState.SCHEDULED:
                await story.follow("lose_consent", by=SYSTEM, now=now, note="refused at the due moment")
        return story

    @classmethod
    async def correct(
        cls,
        id: UUID,
        words: Mapping[Language, Words],
        *,
        note_de: str,
        note_en: str,
        by: Viewer,
        now: datetime,
        version: int | None = None,
    ) -> Self:
        """Correct a public story. Readers see the note; the team hears of it and may revoke its consent."""
        texts = await content.read(words)
        de, en = text.line(note_de, "noteDe", 500), text.line(note_en, "noteEn", 500)

        async def change(story: StoryRow) -> None:
            await content.write(story, texts)
            story.text_hash = await content.fingerprint(story)
            story.correction_de, story.correction_en, story.corrected_at = de, en, now
            story.last_editor_id = by.person_id

        return await cls._followed(id, "correct", by, now, before=change, version=version)

    @classmethod
    async def retract(cls, id: UUID, *, reason: str, by: Viewer, now: datetime) -> Self:
        """Take a public story back everywhere; the reason stays in the audit log."""
        why = text.prose(reason, "reason", 2_000)

        async def mark(story: StoryRow) -> None:
            story.retracted_at = now

        return await cls._followed(id, "retract", by, now, before=mark, note=why)
