"""The recording driver: tests, the demo, and channels without credentials. Nothing leaves the machine.

It keeps each post as a row, once per key, so it stands for the networks with a natural key: a repeated request makes
no second post.
"""

from datetime import datetime, timedelta
from uuid import UUID

from models.base import utcnow
from models.publishing.ledger import RecordedPost
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
    RemoteRef,
    Token,
)


class Recording:
    """Stands in for any network; `account` is told by the token."""

    def __init__(self, patience: timedelta = timedelta(seconds=20)) -> None:
        self.caps = Capabilities(settle=timedelta(0), replay_for=ALWAYS, patience=patience)
        self.token = Token()

    async def check(self, message: Message, token: Token) -> list[Finding]:
        return []

    async def upload(self, image: PreparedImage, token: Token) -> MediaRef | Outcome:
        return MediaRef(image.sha256)

    async def send(self, message: Message, parent: RemoteRef | None, token: Token) -> Outcome:
        row = RecordedPost(
            client_key=message.key,
            account=token.get("account", "record"),
            text=message.text,
            language=message.language,
            pictures=[{"sha256": sha256, "alt": alt} for sha256, alt in message.pictures],
            reply_to=parent.id if parent else "",
        )
        await RecordedPost.bulk_create([row], ignore_conflicts=True)
        return Outcome.posted(_ref(message.key), 200)

    async def probe(self, message: Message, since: datetime, token: Token) -> Found | Absent | Inconclusive:
        there = await RecordedPost.filter(client_key=message.key, removed_at__isnull=True).exists()
        return Found(_ref(message.key)) if there else Absent()

    async def verify(self, remote: RemoteRef, token: Token) -> Present | Gone | Inconclusive:
        there = await RecordedPost.filter(client_key=UUID(remote.id), removed_at__isnull=True).exists()
        return Present() if there else Gone()

    async def retract(self, remote: RemoteRef, token: Token) -> Outcome:
        await RecordedPost.filter(client_key=UUID(remote.id), removed_at__isnull=True).update(removed_at=utcnow())
        return Outcome.posted(remote, 200)


def _ref(key: UUID) -> RemoteRef:
    return RemoteRef(str(key), f"/dev/posts#{key}")
