"""The columns of a story, and the ways in which its verbs touch the row."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.base import Moment
from models.errors import NotFound
from models.language import Language
from models.machine import Stateful, Table
from models.stories import content
from models.stories.consent import StoryConsent
from models.stories.parts import StoryText
from models.stories.states import PUBLIC_STATES, StoryState, transitions
from models.teams import Team

Change = Callable[["StoryRow"], Awaitable[None]]


class StoryRow(Stateful):
    """The columns of a story, what can be said about them, and the ways in which its verbs touch the row."""

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
        abstract = True

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
        async def apply(story: StoryRow) -> None:
            await change(story)
            story.text_hash = await content.fingerprint(story)
            story.last_editor_id = by.person_id
            story.publish_at = None

        return await cls._followed(id, "edit", by, now, before=apply, version=version)
