"""Publishing: channels and how they are, posts and what a human decides about them."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.errors import NotFound
from models.publishing import PostState
from resolvers.verbs import verb
from schema import publishing as p
from schema.binding import reads, shown
from schema.context import Info
from schema.paging import Connection, Page


async def known(info: Info, id: UUID) -> UUID:
    """The id of a post that the viewer may see; raises `NotFound`, before anything is locked."""
    if not await visible(models.ChannelPost.filter(id=id), info.context.viewer).exists():
        raise NotFound("id")
    return id


@strawberry.type
class PublishingQuery:
    @reads(list[p.Channel])
    def channels(self, info: Info) -> QuerySet[models.Channel]:
        """The accounts of the community on the networks and how they are; for staff."""
        return visible(models.Channel.all(), info.context.viewer).order_by("name", "id")

    @reads(p.ChannelPost | None)
    def channel_post(self, info: Info, id: UUID) -> QuerySet[models.ChannelPost]:
        """One post with its attempts; for staff."""
        return visible(models.ChannelPost.filter(id=id), info.context.viewer)

    @reads(Connection[p.ChannelPost])
    def channel_posts(
        self,
        info: Info,
        story_id: UUID | None = None,
        channel_id: UUID | None = None,
        states: list[PostState] | None = None,
    ) -> Page[models.ChannelPost]:
        """Posts of a story, of a channel or in some states, the latest first; for staff."""
        wanted = {"story_id": story_id, "channel_id": channel_id}
        rows = models.ChannelPost.filter(**{name: wish for name, wish in wanted.items() if wish is not None})
        if states:
            rows = rows.filter(state__in=[state.value for state in states])
        return Page(visible(rows, info.context.viewer), order=("-id",))


@strawberry.type
class PublishingMutation:
    @verb(p.PlanChannelPostsPayload)
    async def plan_channel_posts(self, info: Info, input: p.PlanChannelPostsInput) -> p.PlanChannelPostsPayload:
        """Make a draft for each channel and language, rendered as it would be sent. Drafts are rendered anew."""
        posts = await models.ChannelPost.plan(
            input.story_id, channel_ids=input.channel_ids, site=info.context.services.site, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return p.PlanChannelPostsPayload(posts=shown(posts))

    @verb(p.RewordPostPayload)
    async def reword_post(self, info: Info, input: p.RewordPostInput) -> p.RewordPostPayload:
        """Say it differently on this channel. An approval is void with it."""
        post = await models.ChannelPost.reword(
            input.id, input.wording, site=info.context.services.site, by=info.context.viewer, now=info.context.now
        )
        return p.RewordPostPayload(post=shown(post))

    @verb(p.RevisePostPayload)
    async def revise_post(self, info: Info, input: p.RevisePostInput) -> p.RevisePostPayload:
        """Post the same story again: a draft with the next revision. The standing post has ended or is public."""
        post = await models.ChannelPost.revise(
            await known(info, input.id), site=info.context.services.site, by=info.context.viewer, now=info.context.now
        )
        return p.RevisePostPayload(post=shown(post))

    @verb(p.ApprovePostPayload)
    async def approve_post(self, info: Info, input: p.ApprovePostInput) -> p.ApprovePostPayload:
        """Sign exactly what you have seen. Of a public story the post goes out at once."""
        post = await models.ChannelPost.approve(
            await known(info, input.id), input.snapshot_hash, override_reason=input.override_reason,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return p.ApprovePostPayload(post=shown(post))

    @verb(p.CancelPostPayload)
    async def cancel_post(self, info: Info, input: p.CancelPostInput) -> p.CancelPostPayload:
        """Do not send. Once a request has left, `retractPost` is the way."""
        post = await models.ChannelPost.cancel(input.id, by=info.context.viewer, now=info.context.now)
        return p.CancelPostPayload(post=shown(post))

    @verb(p.RetryPostPayload)
    async def retry_post(self, info: Info, input: p.RetryPostInput) -> p.RetryPostPayload:
        """Try a post again that failed."""
        post = await models.ChannelPost.retry(input.id, by=info.context.viewer, now=info.context.now)
        return p.RetryPostPayload(post=shown(post))

    @verb(p.ResolveUnknownPostPayload)
    async def resolve_unknown_post(self, info: Info, input: p.ResolveUnknownPostInput) -> p.ResolveUnknownPostPayload:
        """Say what you saw at the network, when we cannot find out ourselves whether a post is there."""
        post = await _resolved(info, input)
        return p.ResolveUnknownPostPayload(post=shown(post))

    @verb(p.RetractPostPayload)
    async def retract_post(self, info: Info, input: p.RetractPostInput) -> p.RetractPostPayload:
        """Take a public post back from its network."""
        post = await models.ChannelPost.retract(input.id, by=info.context.viewer, now=info.context.now)
        return p.RetractPostPayload(post=shown(post))

    @verb(p.ConfirmPostGonePayload)
    async def confirm_post_gone(self, info: Info, input: p.ConfirmPostGoneInput) -> p.ConfirmPostGonePayload:
        """You removed a post at its network by hand, because we could not."""
        post = await models.ChannelPost.confirm_gone(input.id, by=info.context.viewer, now=info.context.now)
        return p.ConfirmPostGonePayload(post=shown(post))

    @verb(p.PauseChannelPayload)
    async def pause_channel(self, info: Info, input: p.PauseChannelInput) -> p.PauseChannelPayload:
        """Let nothing out on a channel until it is resumed. Doing it twice changes nothing."""
        channel = await models.Channel.pause(input.id, by=info.context.viewer, now=info.context.now)
        return p.PauseChannelPayload(channel=shown(channel))

    @verb(p.ResumeChannelPayload)
    async def resume_channel(self, info: Info, input: p.ResumeChannelInput) -> p.ResumeChannelPayload:
        """Let posts out again."""
        channel = await models.Channel.resume(input.id, by=info.context.viewer, now=info.context.now)
        return p.ResumeChannelPayload(channel=shown(channel))


async def _resolved(info: Info, input: p.ResolveUnknownPostInput) -> models.ChannelPost:
    by, now, post = info.context.viewer, info.context.now, models.ChannelPost
    if input.whereabouts is p.Whereabouts.IT_IS_THERE:
        return await post.confirm(input.id, input.url, by=by, now=now)
    if input.whereabouts is p.Whereabouts.SEND_AGAIN:
        return await post.retry(input.id, by=by, now=now)
    return await post.give_up(input.id, by=by, now=now)
