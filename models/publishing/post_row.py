"""The columns of a channel post, and the ways in which its verbs touch the row."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.base import Moment
from models.errors import NotFound
from models.jobs import JobRun
from models.language import Language
from models.machine import Stateful, Table
from models.publishing.channels import Channel
from models.publishing.ledger import PostPart
from models.publishing.states import PostState, transitions
from models.stories.story import Story

DELIVER, RETRACT, VERIFY = "post.deliver", "post.retract", "post.look"
"""The work of `workers/publishing/`."""


class PostRow(Stateful):
    """The columns of a post, and the ways in which its verbs touch the row."""

    kind = "channel_post"
    transitions: ClassVar[Table] = transitions

    story: fields.ForeignKeyRelation[Story] = fields.ForeignKeyField(
        "models.Story", related_name="posts", on_delete=fields.RESTRICT, db_index=True
    )
    story_id: UUID
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField(
        "models.Channel", related_name="posts", on_delete=fields.RESTRICT, db_index=True
    )
    channel_id: UUID
    language = fields.CharEnumField(Language, max_length=24)
    revision = fields.IntField(default=1)
    state = fields.CharEnumField(PostState, max_length=24, default=PostState.DRAFT, db_index=True)
    link_code = fields.CharField(max_length=24, unique=True)
    wording = fields.CharField(max_length=1_000, default="")
    worded_by_id = fields.UUIDField(null=True)
    snapshot: Any = fields.JSONField(default=dict)
    snapshot_hash = fields.CharField(max_length=64, default="")
    content_hash = fields.CharField(max_length=64, default="", db_index=True)
    findings: Any = fields.JSONField(default=list)
    cost_micros = fields.BigIntField(default=0)
    approved_hash = fields.CharField(max_length=64, default="")
    approved_by_id = fields.UUIDField(null=True)
    approved_at = Moment(null=True)
    override_reason = fields.CharField(max_length=300, default="")
    next_at = Moment(null=True)
    failure: Any = fields.JSONField(null=True)
    sent_at = Moment(null=True)
    verified_at = Moment(null=True)
    remote_url = fields.CharField(max_length=2_000, default="")
    retract_wanted = fields.BooleanField(default=False)

    parts: fields.ReverseRelation[PostPart]

    class Meta:
        abstract = True

    @property
    def text(self) -> str:
        """What the first message says."""
        return self.first_words(self.snapshot)

    @staticmethod
    def first_words(snapshot: dict[str, Any]) -> str:
        """What the first message of a frozen rendering says; empty while there is none."""
        parts = snapshot.get("parts") or [{"text": ""}]
        return str(parts[0]["text"])

    async def enqueue(self, work: str, due_at: datetime) -> None:
        """Work on this post; the version makes the key new for every decision and the same for a repeated one."""
        key = f"{work}:{self.id}:{self.version}"
        await JobRun.enqueue(work, key, due_at=due_at, payload={"post": str(self.id)})

    @classmethod
    async def by_link(cls, code: str) -> Self | None:
        """The post behind a short link."""
        return await cls.filter(link_code=code[:24]).first()

    @classmethod
    async def _seen(cls, id: UUID, by: Viewer) -> Self:
        if not await visible(cls.filter(id=id), by).exists():
            raise NotFound("id")
        return await cls.locked(id)

    @classmethod
    async def _followed(cls, id: UUID, action: str, by: Viewer, now: datetime, before: Any = None) -> Self:
        async with in_transaction():
            post = await cls._seen(id, by)
            if refusal := (await post.decide(action, by=by, now=now)).refusal:
                raise refusal
            if before:
                await before(post)
            await post.follow(action, by=by, now=now)
        return post
