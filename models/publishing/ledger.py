"""The ledger of sending: the parts of a post, and every attempt, written down before its request leaves."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row
from models.publishing.outcomes import Certainty, Outcome


class PartState(StrEnum):
    """Of one message. `POSTING` is written before the request leaves and nothing but its outcome ends it."""

    PLANNED = "planned"
    POSTING = "posting"
    POSTED = "posted"
    UNKNOWN = "unknown"
    FAILED = "failed"
    RETRACTED = "retracted"


class PostPart(Row):
    """One message of a post. `client_key` is the same over all attempts: networks with keys know it again."""

    post: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.ChannelPost", related_name="parts", db_index=True
    )
    post_id: UUID
    channel_id = fields.UUIDField()
    idx = fields.IntField()
    client_key = fields.UUIDField(unique=True)
    text = fields.TextField()
    pictures: Any = fields.JSONField(default=list)
    state = fields.CharEnumField(PartState, max_length=24, default=PartState.PLANNED)
    attempt_no = fields.IntField(default=0)
    remote_id = fields.CharField(max_length=200, null=True)
    remote_url = fields.CharField(max_length=2_000, default="")
    posted_at = Moment(null=True)

    attempts: fields.ReverseRelation["Attempt"]

    class Meta:
        table = "post_part"
        unique_together = (("post", "idx"), ("channel_id", "remote_id"))

    @property
    def is_open(self) -> bool:
        return self.state not in (PartState.POSTED, PartState.RETRACTED)

    async def attempt(self) -> "Attempt":
        """The present attempt."""
        return await Attempt.get(part_id=self.id, no=self.attempt_no)

    async def first_sent_at(self) -> datetime:
        """When the client key was first used."""
        first: datetime = (await Attempt.filter(part_id=self.id).order_by("no").limit(1))[0].sent_at
        return first


class Attempt(Row):
    """One request that may have made a post. Committed before it leaves; its outcome is written once."""

    part: fields.ForeignKeyRelation[PostPart] = fields.ForeignKeyField(
        "models.PostPart", related_name="attempts", db_index=True
    )
    part_id: UUID
    no = fields.IntField()
    sent_at = Moment()
    lease_until = Moment()
    ended_at = Moment(null=True)
    outcome = fields.CharEnumField(Certainty, max_length=24, null=True)
    reason = fields.CharField(max_length=24, default="")
    http_status = fields.IntField(null=True)
    detail = fields.CharField(max_length=500, default="")
    request_hash = fields.CharField(max_length=64)
    probes = fields.IntField(default=0)
    absences = fields.IntField(default=0)

    class Meta:
        table = "attempt"
        unique_together = (("part", "no"),)

    async def end(self, outcome: Outcome, now: datetime) -> None:
        """Write down how the request ended."""
        self.outcome, self.ended_at = outcome.certainty, now
        self.reason = outcome.reason.value if outcome.reason else ""
        self.http_status, self.detail = outcome.status, outcome.detail
        await self.save()


class MediaUpload(Row):
    """A picture that a network already has: uploads are repeatable, so a lost one costs only time."""

    channel_id = fields.UUIDField()
    sha256 = fields.CharField(max_length=64)
    variant = fields.CharField(max_length=64, default="")
    remote_media_id = fields.CharField(max_length=200)
    expires_at = Moment(null=True)

    class Meta:
        table = "media_upload"
        unique_together = (("channel_id", "sha256", "variant"),)


class RecordedPost(Row):
    """What the recording driver was given instead of a network: shown on the development page, kept over restarts."""

    client_key = fields.UUIDField(unique=True)
    account = fields.CharField(max_length=160)
    text = fields.TextField()
    language = fields.CharField(max_length=24, default="")
    pictures: Any = fields.JSONField(default=list)
    reply_to = fields.CharField(max_length=200, default="")
    removed_at = Moment(null=True)

    class Meta:
        table = "recorded_post"
