"""Our own blog: a post is public with the transaction that publishes its story (models/publishing/posts.py).

So there is no request and nothing to repeat. The driver answers what the protocol asks, from the rows themselves.
"""

from datetime import datetime, timedelta
from uuid import UUID

from models.publishing.posts import ChannelPost
from models.publishing.states import PUBLIC
from workers.channels import (
    ALWAYS,
    Absent,
    Capabilities,
    Finding,
    Found,
    Gone,
    Inconclusive,
    MediaRef,
    Message,
    Outcome,
    PreparedImage,
    Present,
    Reason,
    RemoteRef,
    Token,
)


class Blog:
    """The pages and feeds that `resolvers/http` shows."""

    def __init__(self) -> None:
        self.caps = Capabilities(settle=timedelta(0), replay_for=ALWAYS)
        self.token = Token()

    async def check(self, message: Message, token: Token) -> list[Finding]:
        return []

    async def upload(self, image: PreparedImage, token: Token) -> MediaRef | Outcome:
        return MediaRef(image.sha256)

    async def send(self, message: Message, parent: RemoteRef | None, token: Token) -> Outcome:
        """Never reached: a blog post is not enqueued. If it ever is, the answer is that nothing was posted."""
        return Outcome.refused(Reason.CONTENT, "the blog publishes with the story")

    async def probe(self, message: Message, since: datetime, token: Token) -> Found | Absent | Inconclusive:
        post = await ChannelPost.filter(parts__client_key=message.key, state__in=list(PUBLIC)).first()
        return Found(RemoteRef(str(post.id), post.remote_url)) if post else Absent()

    async def verify(self, remote: RemoteRef, token: Token) -> Present | Gone | Inconclusive:
        post = await ChannelPost.filter(id=UUID(remote.id)).prefetch_related("story").first()
        return Present() if post and post.story.is_public else Gone()

    async def retract(self, remote: RemoteRef, token: Token) -> Outcome:
        """The page is gone with the story's state."""
        return Outcome.posted(remote, 200)
