"""What a sender has on its desk: the post, its channel, the driver, the account, and the message as it will be sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.publishing.budget import Spent, reserve
from models.publishing.channels import Channel as Account
from models.publishing.ledger import MediaUpload, PartState, PostPart
from models.publishing.networks import ChannelKind
from models.publishing.outcomes import Outcome, Reason
from models.publishing.posts import ChannelPost
from models.stories.parts import AssetFile
from workers.channels import Channel, MediaRef, Message, PreparedImage, RemoteRef, Token
from workers.channels.images import Unfit, fitted
from workers.publishing.tokens import Refreshing, fresh
from workers.work import Tools


@dataclass(frozen=True)
class Desk:
    """Read once per step; whatever is decided on it is checked again under a lock."""

    post: ChannelPost
    account: Account
    parts: list[PostPart]
    driver: Channel
    token: Token | None
    recorded: bool
    """Nothing leaves the machine: the recording driver speaks for the account."""
    wait: datetime | None = None
    """The account's token has ended and cannot be renewed before then."""

    @property
    def part(self) -> PostPart | None:
        """The first message that is not out yet."""
        return next((part for part in self.parts if part.is_open), None)

    @property
    def parent(self) -> RemoteRef | None:
        """The message before it, if the post is a thread."""
        out = [part for part in self.parts if part.state is PartState.POSTED and part.remote_id]
        return RemoteRef(str(out[-1].remote_id), out[-1].remote_url) if out else None

    def message(self, part: PostPart, media: tuple[MediaRef, ...] = ()) -> Message:
        pictures = tuple((picture["sha256"], picture["alt"]) for picture in part.pictures)
        link = str(self.post.snapshot.get("link", ""))
        return Message(part.client_key, part.text, self.post.language.value, link, media, pictures)


async def laid(tools: Tools, post_id: UUID) -> Desk | None:
    """Lay the desk for a post; None when there is no such post."""
    post = await ChannelPost.filter(id=post_id).first()
    if post is None:
        return None
    account = await Account.get(id=post.channel_id)
    parts = await PostPart.filter(post_id=post.id).order_by("idx")
    driver, token = await speaker(tools, account)
    recorded = driver is tools.channels[ChannelKind.RECORD]
    if isinstance(token, datetime):
        return Desk(post, account, parts, driver, None, recorded, token)
    return Desk(post, account, parts, driver, token, recorded)


async def speaker(tools: Tools, account: Account) -> tuple[Channel, Token | datetime | None]:
    """Who speaks for an account. One that never had a credential is recorded; one that lost it must be reconnected."""
    driver = tools.channels[account.kind]
    credential = await account.credential()
    if credential and isinstance(driver, Refreshing):
        return driver, await fresh(driver, account, credential, tools.now())
    token = Token(credential.opened()) if credential else driver.token
    if token is None and not account.live:
        return tools.channels[ChannelKind.RECORD], Token(account=f"{account.kind.value}: {account.name}")
    if account.kind is ChannelKind.RECORD:
        return driver, Token(account=account.name)
    return driver, token


async def pictures(tools: Tools, desk: Desk, part: PostPart, token: Token) -> tuple[MediaRef, ...] | Outcome:
    """The part's pictures at the network, uploaded if they are not there yet. The outcome says why not."""
    media = []
    for picture in part.pictures:
        ref = await _uploaded(desk, part, picture, token, tools.now())
        if isinstance(ref, Outcome):
            return ref
        media.append(ref)
    return tuple(media)


async def _uploaded(
    desk: Desk, part: PostPart, picture: dict[str, str], token: Token, now: datetime
) -> MediaRef | Outcome:
    # Per part, not per channel: Mastodon's media belong to the one status that they were attached to.
    known = MediaUpload.filter(channel_id=desk.account.id, sha256=picture["sha256"], variant=str(part.id))
    there = await known.first()
    if there and (there.expires_at is None or there.expires_at > now):
        return MediaRef(there.remote_media_id, there.expires_at)
    try:
        image = await _prepared(desk, picture)
        await _book(desk, "media", now)
    except Unfit as why:
        return Outcome.refused(Reason.MEDIA, str(why))
    except Spent as spent:
        return Outcome.later(spent.until, Reason.MONEY if spent.money else Reason.QUOTA, str(spent))
    ref = await desk.driver.upload(image, token)
    if isinstance(ref, MediaRef):
        await known.delete()
        await MediaUpload.create(
            channel_id=desk.account.id, sha256=picture["sha256"], variant=str(part.id), remote_media_id=ref.id,
            expires_at=ref.expires_at,
        )  # fmt: skip
    return ref


async def _prepared(desk: Desk, picture: dict[str, str]) -> PreparedImage:
    file = await AssetFile.filter(sha256=picture["sha256"]).first()
    if file is None:
        raise Unfit("the picture is gone")
    content, media_type = await fitted(file.content, file.media_type, desk.account.network)
    return PreparedImage(picture["sha256"], content, media_type, picture["alt"])


async def _book(desk: Desk, action: str, now: datetime) -> None:
    """Book one call against the channel's windows and money; raises `Spent`."""
    async with in_transaction():
        account = await Account.locked(desk.account.id)
        await book(account, desk, action, desk.driver.caps.prices.get(action, 0), now)


async def book(account: Account, desk: Desk, action: str, cost: int, now: datetime) -> None:
    """The same under the caller's lock of the channel."""
    caps = desk.driver.caps
    windows = caps.windows.get(action, ())
    await reserve(account, action, windows=windows, cost=cost, cap=caps.money_cap_micros, now=now)


async def book_deletion(desk: Desk, now: datetime) -> None:
    """Room for taking one message back; raises `Spent`."""
    await _book(desk, "delete", now)
