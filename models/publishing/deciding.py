"""What people decide about a post that is planned, on its way, lost or public."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.publishing.ledger import PartState, PostPart
from models.publishing.planning import Planning
from models.publishing.post_row import DELIVER
from models.stories.parts import url as web_address


class Deciding(Planning):
    """The buttons on a post."""

    class Meta:
        abstract = True

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
