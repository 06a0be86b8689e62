"""Planning a post and approving it: rendered once, seen, signed."""

import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.base import new_id
from models.errors import NotFound
from models.language import Language
from models.publishing.channels import Channel
from models.publishing.ledger import PartState, PostPart
from models.publishing.networks import ChannelKind
from models.publishing.refusals import PreviewOutdated, SameContent, StillStanding
from models.publishing.rendering import Rendered
from models.publishing.states import ENDED, ON_THE_WAY, PUBLIC, STAFF, PostState
from models.publishing.transport import Transport
from models.publishing.views import preview
from models.site import Site
from models.stories.story import Story

SAME_WITHIN = timedelta(days=7)  # C10.2


def link_code() -> str:
    """Twelve letters and digits: nothing that a network could take for the end of a link."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(12))


class Planning(Transport):
    """The verbs of those who prepare a post, and of the editor who signs it."""

    class Meta:
        abstract = True

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
