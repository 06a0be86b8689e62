"""Writing a story: from a hint to a draft, its texts, pictures and facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer
from models.errors import NotFound, SignInNeeded
from models.inserting import insert
from models.language import Language
from models.outbox import AuditEvent, OutboxEvent
from models.stories import content
from models.stories.parts import Claim, Words
from models.stories.row import StoryRow
from models.stories.states import StoryState
from models.teams import Team


class Writing(StoryRow):
    """The verbs of those who write."""

    class Meta:
        abstract = True

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
            if not await Team.is_there(team_id):
                raise NotFound("teamId")
            story = cls(team_id=team_id, author_id=by.person_id, last_editor_id=by.person_id)
            content.entitle(story, texts)
            content.begin(story, texts)
            entry = AuditEvent.of(story, "lead", by=by, now=now, after=StoryState.LEAD.value)
            event = OutboxEvent(type="story.lead", subject_kind=cls.kind, subject_id=story.id, team_id=team_id, at=now)
            await insert(story, *texts, entry, event)
        return story

    @classmethod
    async def draft(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take up a hint: the one who drafts becomes the author."""

        async def take_up(story: StoryRow) -> None:
            if by.person_id:
                story.author_id = story.last_editor_id = by.person_id

        return await cls._followed(id, "draft", by, now, before=take_up)

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

        async def change(story: StoryRow) -> None:
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

        async def change(story: StoryRow) -> None:
            asset = await content.hanging(story, image_id)
            asset.caption(alt_de=alt_de, alt_en=alt_en, decorative=decorative, rights=rights, path="image")
            await asset.save()

        return await cls._edited(id, by, now, version, change)

    @classmethod
    async def remove_image(
        cls, id: UUID, image_id: UUID, *, by: Viewer, now: datetime, version: int | None = None
    ) -> Self:
        async def change(story: StoryRow) -> None:
            await (await content.hanging(story, image_id)).delete()

        return await cls._edited(id, by, now, version, change)

    @classmethod
    async def state_facts(
        cls, id: UUID, claims: Sequence[Claim], *, by: Viewer, now: datetime, version: int | None = None
    ) -> Self:
        """Replace the list of facts."""
        facts = content.claimed(claims)
        return await cls._edited(id, by, now, version, lambda story: content.replace_facts(story, facts))
