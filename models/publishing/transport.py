"""A post on its way: handed to the workers, taken back, and the blog, which is public with the story itself."""

from datetime import datetime

from models.access import SYSTEM, Viewer
from models.publishing.ledger import PartState, PostPart
from models.publishing.networks import ChannelKind
from models.publishing.post_row import DELIVER, RETRACT, PostRow
from models.publishing.states import PUBLIC, PostState


class Transport(PostRow):
    """What happens to a post when its story becomes public, or must not be seen any more."""

    class Meta:
        abstract = True

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
