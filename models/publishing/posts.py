"""One story on one channel in one language: planned, approved, sent exactly once, taken back when it must be."""

import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, require, visible
from models.base import Moment, new_id
from models.errors import NotFound
from models.jobs import JobRun
from models.language import Language
from models.machine import Stateful, Table
from models.publishing.channels import Channel
from models.publishing.ledger import PartState, PostPart
from models.publishing.networks import ChannelKind
from models.publishing.refusals import PreviewOutdated, SameContent, StillStanding
from models.publishing.rendering import Rendered
from models.publishing.states import ENDED, ON_THE_WAY, PUBLIC, STAFF, PostState, transitions
from models.publishing.views import preview
from models.site import Site
from models.stories.parts import url as web_address
from models.stories.story import Story

DELIVER, RETRACT, VERIFY = "post.deliver", "post.retract", "post.look"
"""The work of `workers/publishing.py`."""

SAME_WITHIN = timedelta(days=7)  # C10.2
VERIFY_AFTER = timedelta(minutes=5)  # networks drop posts after accepting them (channels.md, 2.2)


def link_code() -> str:
    """Twelve letters and digits: nothing that a network could take for the end of a link."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(12))


class ChannelPost(Stateful):
    """`snapshot` is the frozen rendering: what the preview shows is what will be sent, and approval signs its hash.

    Another revision is the only way to post the same story again: the unique key says so, not a habit.
    """

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
        table = "channel_post"
        unique_together = (("story", "channel", "language", "revision"),)

    @property
    def text(self) -> str:
        """What the first message says."""
        parts = self.snapshot.get("parts") or [{"text": ""}]
        return str(parts[0]["text"])

    # Planning and approval

    @classmethod
    async def plan(
        cls, story_id: UUID, *, site: Site, by: Viewer, now: datetime, channel_ids: Sequence[UUID] | None = None
    ) -> list[Self]:
        """One draft per channel and language, rendered as it would be sent; drafts are rendered anew.

        A post that is approved, on its way or public stays as it is; one that has ended gets a next revision.
        """
        require(by, *STAFF)  # where there is no channel there is no post whose table would ask
        async with in_transaction():
            story = await Story.filter(id=story_id).select_for_update().first()
            if story is None:
                raise NotFound("storyId")
            channels = Channel.filter(id__in=list(channel_ids)) if channel_ids is not None else Channel.all()
            posts = []
            for channel in await channels.order_by("name", "id"):
                for language in channel.tongues:
                    posts.append(await cls._planned(story, channel, language, site, by, now))
        return posts

    @classmethod
    async def _planned(
        cls, story: Story, channel: Channel, language: Language, site: Site, by: Viewer, now: datetime
    ) -> Self:
        rows = cls.filter(story_id=story.id, channel_id=channel.id, language=language).select_for_update()
        standing = await rows.order_by("-revision")
        last = standing[0] if standing else None
        if last and last.state not in (*ENDED, PostState.DRAFT):
            return last
        post = last if last and last.state is PostState.DRAFT else None
        if post is None:
            post = cls(story_id=story.id, channel_id=channel.id, language=language)
            post.revision = last.revision + 1 if last else 1
            post.link_code = link_code()
        post._take(await preview(story, channel, language, post._link(story, channel, site), post.wording))
        if post._saved_in_db:
            await post.follow("plan", by=by, now=now)
        else:
            await post._born(by, now)
        return post

    async def _born(self, by: Viewer, now: datetime) -> None:
        """A new draft: its first save goes along the same edge as every later change of it."""
        await self.save(force_create=True)
        await self.follow("plan", by=by, now=now)

    def _link(self, story: Story, channel: Channel, site: Site) -> str:
        """A short link of its own, by which the post is found again at its network; the blog is the page itself."""
        if channel.kind is ChannelKind.BLOG:
            return site.story_url(story.slug, self.language)
        return site.link_url(self.link_code)

    def _take(self, shown: Rendered) -> None:
        self.snapshot, self.snapshot_hash, self.content_hash = shown.snapshot, shown.snapshot_hash, shown.content_hash
        self.findings = [vars(finding) for finding in shown.findings]
        self.cost_micros = shown.cost_micros

    @classmethod
    async def revise(cls, id: UUID, *, site: Site, by: Viewer, now: datetime) -> Self:
        """Post the same story again on the same channel: a new revision. The old one must have ended or be public."""
        async with in_transaction():
            story = await cls._story_of(id)
            old = await cls._seen(id, by)
            if old.state not in (*ENDED, *PUBLIC):
                raise StillStanding("id")
            channel = await Channel.get(id=old.channel_id)
            newest = await cls.filter(story_id=story.id, channel_id=channel.id, language=old.language).order_by(
                "-revision"
            )
            if newest[0].id != old.id:
                raise StillStanding("id")
            post = cls(story_id=story.id, channel_id=channel.id, language=old.language, revision=old.revision + 1)
            post.link_code, post.wording, post.worded_by_id = link_code(), old.wording, old.worded_by_id
            post._take(await preview(story, channel, old.language, post._link(story, channel, site), post.wording))
            await post._born(by, now)
        return post

    @classmethod
    async def reword(cls, id: UUID, wording: str, *, site: Site, by: Viewer, now: datetime) -> Self:
        """Say it differently on this channel; empty takes the story's own words again. Voids an approval."""
        said = text.prose(wording, "wording", 1_000, required=False)

        async def change(post: Self) -> None:
            post.wording, post.worded_by_id = said, by.person_id
            await post._void_approval()
            story, channel = await Story.get(id=post.story_id), await Channel.get(id=post.channel_id)
            post._take(await preview(story, channel, post.language, post._link(story, channel, site), said))

        return await cls._followed(id, "plan", by, now, change)

    @classmethod
    async def approve(
        cls, id: UUID, snapshot_hash: str, *, by: Viewer, now: datetime, override_reason: str = ""
    ) -> Self:
        """Sign exactly what was seen. On a public story the post is queued at once.

        Raises `PreviewOutdated` for another hash, and `SameContent` when the channel said the same within seven days
        and no `override_reason` is given.
        """
        reason = text.line(override_reason, "overrideReason", 300, required=False)

        async def sign(post: Self) -> None:
            if post.snapshot_hash != snapshot_hash or not await post._is_current():
                raise PreviewOutdated("snapshotHash")
            if not reason and await post._said_before(now):
                raise SameContent("overrideReason")
            post.approved_hash, post.approved_by_id, post.approved_at = snapshot_hash, by.person_id, now
            post.override_reason = reason
            await post._lay_out_parts()

        async with in_transaction():
            story = await cls._story_of(id)
            post = await cls._followed(id, "approve", by, now, sign)
            if story.is_public:
                await post.release(now=now)
        return post

    @classmethod
    async def _story_of(cls, id: UUID) -> Story:
        """Lock the story before its post, as publication does: an approval is either before it or after it."""
        post = await cls.filter(id=id).first()
        if post is None:
            raise NotFound("id")
        return await Story.locked(post.story_id)

    async def _is_current(self) -> bool:
        """Would the story be rendered to the same words today?"""
        story, channel = await Story.get(id=self.story_id), await Channel.get(id=self.channel_id)
        link = str(self.snapshot.get("link", ""))
        return (await preview(story, channel, self.language, link, self.wording)).snapshot_hash == self.snapshot_hash

    async def _said_before(self, now: datetime) -> bool:
        same = type(self).filter(channel_id=self.channel_id, content_hash=self.content_hash).exclude(id=self.id)
        for other in await same:
            if other.state in ON_THE_WAY or (other.sent_at and other.sent_at > now - SAME_WITHIN):
                return True
        return False

    async def _lay_out_parts(self) -> None:
        for idx, part in enumerate(self.snapshot["parts"]):
            await PostPart.create(
                post_id=self.id, channel_id=self.channel_id, idx=idx, client_key=new_id(), text=part["text"],
                pictures=part["pictures"],
            )  # fmt: skip

    async def _void_approval(self) -> None:
        self.approved_hash, self.approved_by_id, self.approved_at = "", None, None
        await PostPart.filter(post_id=self.id, state=PartState.PLANNED).delete()

    # Out, and back

    async def release(self, *, now: datetime) -> None:
        """The story is public: an approved post goes to the workers, the blog is public with this transaction."""
        if self.state is not PostState.APPROVED:
            return
        await self.follow("queue", by=SYSTEM, now=now)
        if (await self.channel).kind is ChannelKind.BLOG:
            await self._appear(now)
        else:
            await self.enqueue(DELIVER, now)

    async def _appear(self, now: datetime) -> None:
        """Our own page: the row that makes it public is the post."""
        await self.follow("send", by=SYSTEM, now=now)
        self.sent_at = self.verified_at = now
        self.remote_url = str(self.snapshot["link"])
        for part in await PostPart.filter(post_id=self.id):
            part.state, part.posted_at, part.remote_id = PartState.POSTED, now, str(self.id)
            part.remote_url = self.remote_url
            await part.save()
        await self.follow("succeed", by=SYSTEM, now=now)

    async def withdraw(self, *, now: datetime) -> None:
        """The story is not to be seen (any more): cancel what waits, take back what is out, note it for the rest."""
        if self.state in PUBLIC or self.state is PostState.RETRACT_FAILED:
            await self.start_retraction(SYSTEM, now)
        elif self.state in (PostState.SENDING, PostState.UNKNOWN, PostState.NEEDS_HUMAN):
            self.retract_wanted = True
            await self.save()
        elif (await self.decide("cancel", by=SYSTEM, now=now)).allowed:
            await self.follow("cancel", by=SYSTEM, now=now)

    async def start_retraction(self, by: Viewer, now: datetime) -> None:
        """Take a public post back. The blog's page is gone with the story's state itself."""
        await self.follow("retract", by=by, now=now)
        if (await self.channel).kind is ChannelKind.BLOG:
            await PostPart.filter(post_id=self.id).update(state=PartState.RETRACTED)
            await self.follow("delete", by=SYSTEM, now=now)
        else:
            await self.enqueue(RETRACT, now)

    async def enqueue(self, work: str, due_at: datetime) -> None:
        """Work on this post; the version makes the key new for every decision and the same for a repeated one."""
        key = f"{work}:{self.id}:{self.version}"
        await JobRun.enqueue(work, key, due_at=due_at, payload={"post": str(self.id)})

    # What people decide

    @classmethod
    async def cancel(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Do not send. Wins until the attempt is written down; later it is `retract`."""
        return await cls._followed(id, "cancel", by, now)

    @classmethod
    async def retry(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Send again. For a post that waits for a human this says: it is not there."""

        async def clear(post: Self) -> None:
            post.failure, post.next_at = None, None
            parts = PostPart.filter(post_id=post.id, state__in=[PartState.UNKNOWN, PartState.FAILED])
            await parts.update(state=PartState.PLANNED)

        async with in_transaction():
            post = await cls._followed(id, "retry", by, now, clear)
            await post.enqueue(DELIVER, now)
        return post

    @classmethod
    async def confirm(cls, id: UUID, url: str, *, by: Viewer, now: datetime) -> Self:
        """A human found it: it is there, at this address."""
        there = web_address(url, "url")

        async def note(post: Self) -> None:
            post.remote_url, post.sent_at, post.failure = there, now, None
            for part in await PostPart.filter(post_id=post.id, state=PartState.UNKNOWN):
                part.state, part.posted_at, part.remote_url = PartState.POSTED, now, there
                part.remote_id = there.rstrip("/").rsplit("/", 1)[-1][:200]
                await part.save()

        async with in_transaction():
            post = await cls._followed(id, "confirm", by, now, note)
            if post.retract_wanted:
                await post.start_retraction(SYSTEM, now)
        return post

    @classmethod
    async def give_up(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """A human looked: it is not there, and it is not to be sent again."""
        return await cls._followed(id, "give_up", by, now)

    @classmethod
    async def retract(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take a public post back from its network."""
        async with in_transaction():
            post = await cls._seen(id, by)
            await post.start_retraction(by, now)
        return post

    @classmethod
    async def confirm_gone(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """A human removed at the network what we could not."""
        return await cls._followed(id, "confirm_gone", by, now)

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
