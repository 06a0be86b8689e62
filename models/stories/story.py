"""A lighthouse story and the verbs of its life, from a hint to publication, correction and retraction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, visible
from models.base import Moment
from models.errors import NotFound, SignInNeeded
from models.jobs import JobRun
from models.language import Language
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.stories import content
from models.stories.consent import StoryConsent
from models.stories.parts import Claim, StoryText, Words
from models.stories.refusals import InThePast
from models.stories.states import PUBLIC_STATES, StoryState, transitions
from models.teams import Team

Change = Callable[["Story"], Awaitable[None]]
PUBLISH = "story.publish"
"""The work that `workers/stories.py` does when a story is due."""


class Story(Stateful):
    """One team's project, told so that others want to follow. Its words stand in `texts`, one row per language."""

    kind = "story"
    transitions: ClassVar[Table] = transitions

    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="stories", on_delete=fields.RESTRICT, db_index=True
    )
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="stories", on_delete=fields.RESTRICT, db_index=True
    )
    team_id: UUID
    author_id: UUID
    last_editor_id = fields.UUIDField(null=True)
    title = fields.CharField(max_length=140)
    slug = fields.CharField(max_length=100, unique=True)
    tags: Any = fields.JSONField(default=list)
    state = fields.CharEnumField(StoryState, max_length=24, default=StoryState.LEAD)
    text_hash = fields.CharField(max_length=64, default="")
    review_note = fields.TextField(default="")
    publish_at = Moment(null=True, db_index=True)
    published_at = Moment(null=True, db_index=True)
    corrected_at = Moment(null=True)
    correction_de = fields.CharField(max_length=500, default="")
    correction_en = fields.CharField(max_length=500, default="")
    retracted_at = Moment(null=True)

    texts: fields.ReverseRelation[StoryText]
    consents: fields.ReverseRelation[StoryConsent]
    images: fields.ReverseRelation[Any]
    facts: fields.ReverseRelation[Any]
    posts: fields.ReverseRelation[Any]

    class Meta:
        table = "story"
        indexes = (("state", "published_at"),)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES

    @property
    def changed_at(self) -> datetime | None:
        """When readers last saw a change: what a feed calls `updated`."""
        moment: datetime | None = self.corrected_at or self.published_at
        return moment

    def path(self, language: Language) -> str:
        """Where the blog shows the story, below the site's address."""
        return f"/{language.value}/stories/{self.slug}"

    @classmethod
    def lighthouses(cls, language: Language | None = None) -> QuerySet[Self]:
        """The public feed, newest first: published or corrected; told in `language`, if one is named."""
        told = cls.filter(state__in=[state.value for state in PUBLIC_STATES])
        if language is not None:
            told = told.filter(texts__language=language)
        return told.order_by("-published_at", "-id")

    # From a hint to a draft

    @classmethod
    async def lead(cls, team_id: UUID, words: Words, *, by: Viewer, now: datetime, language: Language) -> Self:
        """A hint that there is something to tell; anybody who is signed in may give one."""
        if by.person_id is None:
            raise SignInNeeded()
        return await cls._begun(team_id, {language: words}, by, now)

    @classmethod
    async def begin(
        cls, team_id: UUID, words: Mapping[Language, Words], *, by: Viewer, now: datetime, tags: Sequence[str] = ()
    ) -> Self:
        """Start a draft without a hint before it."""
        if by.person_id is None:
            raise SignInNeeded()
        async with in_transaction():
            story = await cls._begun(team_id, words, by, now)
            await content.label(story, tags)
            await story.follow("draft", by=by, now=now)
        return story

    @classmethod
    async def _begun(cls, team_id: UUID, words: Mapping[Language, Words], by: Viewer, now: datetime) -> Self:
        texts = await content.read(words)
        async with in_transaction():
            if not await Team.filter(id=team_id).exists():
                raise NotFound("teamId")
            story = cls(team_id=team_id, author_id=by.person_id, last_editor_id=by.person_id)
            content.entitle(story, texts)
            await story.save(force_create=True)
            await content.write(story, texts)
            story.text_hash = await content.fingerprint(story)
            await story.save()
            await AuditEvent.record(story, "lead", by=by, now=now, after=StoryState.LEAD.value)
            await OutboxEvent.record("story.lead", subject_kind=cls.kind, subject_id=story.id, team_id=team_id, now=now)
        return story

    @classmethod
    async def draft(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take up a hint: the one who drafts becomes the author."""

        async def take_up(story: Story) -> None:
            if by.person_id:
                story.author_id = story.last_editor_id = by.person_id

        return await cls._followed(id, "draft", by, now, before=take_up)

    # Writing

    @classmethod
    async def edit(
        cls,
        id: UUID,
        words: Mapping[Language, Words] | None = None,
        *,
        by: Viewer,
        now: datetime,
        tags: Sequence[str] | None = None,
        version: int | None = None,
    ) -> Self:
        """Change texts or tags. An approved or scheduled story goes back to review, its posts are cancelled."""
        texts = await content.read(words or {})

        async def change(story: Story) -> None:
            await content.write(story, texts)
            if tags is not None:
                await content.label(story, tags)
            content.entitle(story, texts)

        return await cls._edited(id, by, now, version, change)

    @classmethod
    async def add_image(
        cls,
        id: UUID,
        picture: bytes,
        *,
        by: Viewer,
        now: datetime,
        rights: str,
        alt_de: str = "",
        alt_en: str = "",
        decorative: bool = False,
        version: int | None = None,
    ) -> Self:
        """Add a picture at the end. Alt texts (or the mark "decorative") may follow, but approval asks for them."""
        asset = await content.picture(picture)
        asset.caption(alt_de=alt_de, alt_en=alt_en, decorative=decorative, rights=rights, path="image")
        return await cls._edited(id, by, now, version, lambda story: content.hang(story, asset, picture))

    @classmethod
    async def describe_image(
        cls,
        id: UUID,
        image_id: UUID,
        *,
        by: Viewer,
        now: datetime,
        rights: str,
        alt_de: str = "",
        alt_en: str = "",
        decorative: bool = False,
        version: int | None = None,
    ) -> Self:
        """Change what is said about a picture."""

        async def change(story: Story) -> None:
            asset = await content.hanging(story, image_id)
            asset.caption(alt_de=alt_de, alt_en=alt_en, decorative=decorative, rights=rights, path="image")
            await asset.save()

        return await cls._edited(id, by, now, version, change)

    @classmethod
    async def remove_image(
        cls, id: UUID, image_id: UUID, *, by: Viewer, now: datetime, version: int | None = None
    ) -> Self:
        async def change(story: Story) -> None:
            await (await content.hanging(story, image_id)).delete()

        return await cls._edited(id, by, now, version, change)

    @classmethod
    async def state_facts(
        cls, id: UUID, claims: Sequence[Claim], *, by: Viewer, now: datetime, version: int | None = None
    ) -> Self:
        """Replace the list of facts."""
        facts = content.claimed(claims)
        return await cls._edited(id, by, now, version, lambda story: content.replace_facts(story, facts))

    # Review

    @classmethod
    async def submit(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        return await cls._followed(id, "submit", by, now)

    @classmethod
    async def request_changes(cls, id: UUID, note: str, *, by: Viewer, now: datetime) -> Self:
        """Give the draft back, with what should change."""
        wanted = text.prose(note, "note", 4_000)

        async def remember(story: Story) -> None:
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

    # Publication

    @classmethod
    async def schedule(cls, id: UUID, *, at: datetime, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Publish at a moment; a second call moves it. Needs the team's consent to the present text."""
        if at < now:
            raise InThePast("at")

        async def plan(story: Story) -> None:
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
        async def forget(story: Story) -> None:
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

        async def change(story: Story) -> None:
            await content.write(story, texts)
            story.text_hash = await content.fingerprint(story)
            story.correction_de, story.correction_en, story.corrected_at = de, en, now
            story.last_editor_id = by.person_id

        return await cls._followed(id, "correct", by, now, before=change, version=version)

    @classmethod
    async def retract(cls, id: UUID, *, reason: str, by: Viewer, now: datetime) -> Self:
        """Take a public story back everywhere; the reason stays in the audit log."""
        why = text.prose(reason, "reason", 2_000)

        async def mark(story: Story) -> None:
            story.retracted_at = now

        return await cls._followed(id, "retract", by, now, before=mark, note=why)

    # The three ways in which the verbs above touch the row

    @classmethod
    async def _seen(cls, id: UUID, by: Viewer, version: int | None = None) -> Self:
        """Lock a story that the viewer may see; to everybody else it does not exist."""
        if not await visible(cls.filter(id=id), by).exists():
            raise NotFound("id")
        return await cls.locked(id, version=version)

    @classmethod
    async def _followed(
        cls,
        id: UUID,
        action: str,
        by: Viewer,
        now: datetime,
        *,
        before: Change | None = None,
        version: int | None = None,
        note: str = "",
    ) -> Self:
        async with in_transaction():
            story = await cls._seen(id, by, version)
            if refusal := (await story.decide(action, by=by, now=now)).refusal:
                raise refusal
            if before:
                await before(story)
            await story.follow(action, by=by, now=now, note=note)
        return story

    @classmethod
    async def _edited(cls, id: UUID, by: Viewer, now: datetime, version: int | None, change: Change) -> Self:
        async def apply(story: Story) -> None:
            await change(story)
            story.text_hash = await content.fingerprint(story)
            story.last_editor_id = by.person_id
            story.publish_at = None

        return await cls._followed(id, "edit", by, now, before=apply, version=version)
