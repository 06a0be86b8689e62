"""LearningResource: something to learn from, in German, in English or in both."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, require
from models.base import Moment
from models.language import Language
from models.learning import telling
from models.learning.refusals import ReviewDateOutOfRange
from models.learning.states import KEEPERS, transitions
from models.learning.topics import LearningTopic
from models.learning.words import ResourceKind, ResourceLevel, ResourceOrigin, ResourceState
from models.learning.writing import TITLE_MAX, Material
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role, Visibility

ANNOUNCED = "learning_resource.announced"
"""Written once, when it first comes out; of the newsletter's "Neu in der Lernplattform"."""
REASON_MAX = 400
LONGEST = timedelta(days=731)  # after two years a tool has another name and a law another number


class LearningResource(Stateful):
    """A resource. Its own text, an address that it leads to, or both; each in German and English (E23)."""

    kind = "learning_resource"
    transitions: ClassVar[Table] = transitions

    form = fields.CharEnumField(ResourceKind, max_length=24)
    origin = fields.CharEnumField(ResourceOrigin, max_length=24, default=ResourceOrigin.SWARM)
    title_de = fields.CharField(max_length=TITLE_MAX, default="")
    title_en = fields.CharField(max_length=TITLE_MAX, default="")
    body_de = fields.TextField(default="")
    body_en = fields.TextField(default="")
    url_de = fields.CharField(max_length=500, default="")
    url_en = fields.CharField(max_length=500, default="")
    licence = fields.CharField(max_length=80, default="")
    level: Any = fields.CharEnumField(ResourceLevel, max_length=24, null=True)
    language = fields.CharField(max_length=3, default="")
    """In which it was written or is spoken: ISO 639."""
    minutes = fields.SmallIntField(null=True)
    captions = fields.BooleanField(default=False)
    transcript = fields.BooleanField(default=False)
    plain_language = fields.BooleanField(default=False)
    state = fields.CharEnumField(ResourceState, max_length=24, default=ResourceState.SUGGESTED)
    review_due_at = Moment(null=True)
    published_at = Moment(null=True)
    """When it first came out."""
    broken_because = fields.CharField(max_length=REASON_MAX, default="")
    suggested_by_id = fields.UUIDField(null=True, db_index=True)
    author: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="learning_resources", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    """Who is thanked for it, or nobody."""
    author_id: UUID | None
    question: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="resources", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    """What it is the answer to."""
    question_id: UUID | None

    topics: fields.ReverseRelation[LearningTopic]

    class Meta:
        table = "learning_resource"
        indexes = (("state", "form", "published_at"),)

    @classmethod
    async def suggest(cls, said: Material, *, by: Viewer, now: datetime) -> Self:
        """Suggest something; every member may. It waits for a look by staff."""
        require(by, Role.PARTICIPANT, *KEEPERS)
        mentor = Role.EXPERT in by.roles
        origin = ResourceOrigin.MENTOR if mentor else ResourceOrigin.SWARM
        return await cls.begin(said, origin, author_id=by.person_id if said.is_own_work else None, by=by, now=now)

    @classmethod
    async def begin(
        cls, said: Material, origin: ResourceOrigin, *, author_id: UUID | None, by: Viewer, now: datetime, **more: Any
    ) -> Self:
        """A new resource, waiting for a look; `more` are columns of it. Part of the caller's transaction, if any."""
        resource = cls(**{"suggested_by_id": by.person_id, **more}, origin=origin, author_id=author_id)
        said.write(resource)
        async with in_transaction():
            await resource.save(force_create=True)
            await LearningTopic.put(resource.id, said.skills, said.fields_of_action)
            await AuditEvent.record(resource, "suggest", by=by, now=now, after=resource.state.value)
            await OutboxEvent.record(
                f"{cls.kind}.{resource.state.value}", subject_kind=cls.kind, subject_id=resource.id, now=now
            )
        return resource

    @classmethod
    async def review(
        cls, id: UUID, said: Material, *, by: Viewer, now: datetime, version: int | None = None, credit: bool = True
    ) -> Self:
        """Say all of it anew; what is out stays out. Without `credit` nobody is named as its author any more."""
        require(by, *KEEPERS)
        async with in_transaction():
            resource = await cls.locked(id, version=version)
            said.write(resource)
            if not credit:
                resource.author_id = None
            await LearningTopic.put(id, said.skills, said.fields_of_action)
            await resource.follow("review", by=by, now=now)
        return resource

    @classmethod
    async def publish(cls, id: UUID, *, by: Viewer, now: datetime, review_due_at: datetime | None = None) -> Self:
        """Put it into the catalogue until its review date; what is there already gets another date."""
        require(by, *KEEPERS)
        if review_due_at is not None and not now < review_due_at <= now + LONGEST:
            raise ReviewDateOutOfRange("reviewDueAt")
        async with in_transaction():
            resource = await cls.locked(id)
            resource.review_due_at = review_due_at or resource.review_due_at
            resource.broken_because = ""
            await resource.follow("publish", by=by, now=now)
        return resource

    @classmethod
    async def mark_broken(cls, id: UUID, reason: str, *, by: Viewer, now: datetime) -> Self:
        """What it leads to is gone: nobody finds it any more until somebody has mended it."""
        require(by, *KEEPERS)
        said = text.line(reason, "reason", REASON_MAX)
        async with in_transaction():
            resource = await cls.locked(id)
            resource.broken_because = said
            await resource.follow("break", by=by, now=now)
        return resource

    @classmethod
    async def archive(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take it out for good; nobody but staff reads it from now on."""
        require(by, *KEEPERS)
        async with in_transaction():
            resource = await cls.locked(id)
            await resource.follow("archive", by=by, now=now)
        return resource

    @classmethod
    async def look_again(cls, *, now: datetime, most: int = 100) -> int:
        """Whose review date has passed is stale, and its keepers are asked to look. Returns how many."""
        due = cls.filter(state=ResourceState.PUBLISHED, review_due_at__lte=now).order_by("review_due_at", "id")
        ids = [row.id for row in await due.limit(most).only("id", "review_due_at")]
        for id in ids:
            async with in_transaction():
                resource = await cls.filter(id=id).select_for_update().first()
                if resource and (await resource.decide("grow_stale", by=SYSTEM, now=now)).allowed:
                    await resource.follow("grow_stale", by=SYSTEM, now=now)
        return len(ids)

    async def came_out(self, now: datetime) -> None:
        """For the first time: the newsletter learns of it, and its author."""
        self.published_at = now
        await self.save(update_fields=["published_at"])
        await OutboxEvent.record(
            ANNOUNCED, subject_kind=self.kind, subject_id=self.id, visible_to=Visibility.PUBLIC, now=now
        )
        await telling.came_out(self, now)

    async def broke(self, now: datetime) -> None:
        await telling.broken(self, now)

    async def grew_stale(self, now: datetime) -> None:
        await telling.stale(self, now)

    def title(self, language: Language) -> str:
        """In this language, or in the other one where there is none."""
        return (self.title_en or self.title_de) if language is Language.EN else (self.title_de or self.title_en)
