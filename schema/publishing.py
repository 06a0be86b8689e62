"""Channels and their posts: what will be said where, what became of it, and what a human has to decide."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from tortoise.functions import Count, Sum

import models
from models.language import Language
from models.publishing import ChannelKind, ChannelStatus, PartState, PostState
from models.publishing.networks import Network
from models.publishing.outcomes import ADVICE, Certainty, Reason
from models.site import Site
from schema.batched import batched
from schema.binding import bound, relation
from schema.context import Context
from schema.decisions import Decision
from schema.derived import derived
from schema.described import answer, enum, given
from schema.inputs import Given, Payload
from schema.pictures import picture_url

if TYPE_CHECKING:
    from schema.stories import Story

enum(Reason)


class ChannelAction(Enum):
    """What can be done with a channel."""

    PAUSE = "pause"
    RESUME = "resume"


enum(ChannelAction)


@bound(models.Channel)
class Channel:
    """One account of the community on one network. Its credential is never shown."""

    id: UUID
    version: int
    kind: ChannelKind
    name: str
    account_ref: str
    """The public name of the account."""
    languages: list[Language]
    """One post per language."""
    status: ChannelStatus
    live: bool
    """Whether it has a credential. Until then posts are recorded, and nothing leaves the machine."""
    blocked_until: datetime | None
    """The network asked us to wait until then."""

    @batched("id")
    async def credential_expires_at(ids: list[UUID], context: Context) -> list[datetime | None]:
        """When its credential expires; null when it does not, or when there is none."""
        found = await models.Credential.filter(channel_id__in=ids).values_list("channel_id", "expires_at")
        by_channel: dict[Any, Any] = dict(found)
        return [by_channel.get(each) for each in ids]

    @batched("id")
    async def spent_micros_this_month(ids: list[UUID], context: Context) -> list[int]:
        """What its calls of this month cost, in millionths of a US dollar."""
        month = context.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        calls = models.ChannelCall.filter(channel_id__in=ids, at__gte=month)
        sums = await calls.annotate(sum=Sum("cost_micros")).group_by("channel_id").values_list("channel_id", "sum")
        by_channel = dict(sums)
        return [int(by_channel.get(each) or 0) for each in ids]

    @batched("id")
    async def waiting(ids: list[UUID], context: Context) -> list[int]:
        """Posts that are on their way."""
        return await _posts(ids, (PostState.QUEUED, PostState.SENDING, PostState.FAILED_RETRYABLE))

    @batched("id")
    async def undecided(ids: list[UUID], context: Context) -> list[int]:
        """Posts of which nobody knows yet whether they are out, and those that failed."""
        return await _posts(ids, NEEDING_SOMEBODY)

    @batched()
    async def viewer_can(channels: list[models.Channel], context: Context, action: ChannelAction) -> list[Decision]:
        """May you do this now? The same rules as the mutation's, acting on nothing."""
        return [Decision.of(channel.decide(action.value, by=context.viewer)) for channel in channels]


NEEDING_SOMEBODY = (
    PostState.UNKNOWN, PostState.NEEDS_HUMAN, PostState.FAILED_PERMANENT, PostState.RETRACT_FAILED,
)  # fmt: skip


async def _posts(channels: list[UUID], states: tuple[PostState, ...]) -> list[int]:
    posts = models.ChannelPost.filter(channel_id__in=channels, state__in=list(states))
    counts = await posts.annotate(posts=Count("id")).group_by("channel_id").values_list("channel_id", "posts")
    by_channel = dict(counts)
    return [int(by_channel.get(each) or 0) for each in channels]


@answer
class PostPicture:
    """A picture of a post with the alternative text that goes along."""

    url: str
    alt: str
    decorative: bool


@answer
class PreviewPart:
    """One message as the network will show it."""

    text: str
    weight: int
    """How long it is by the network's own count."""
    pictures: list[PostPicture]


@answer
class PostPreview:
    """The frozen rendering: exactly this is sent, and approval signs its hash."""

    link: str
    limit: int
    """How long a message may be by the network's own count; 0 when there is no limit."""
    parts: list[PreviewPart]


@answer
class Finding:
    """What the check found. An `error` forbids approval; a `warning` is for people to weigh."""

    level: str
    code: str
    message_de: str
    message_en: str


@answer
class PostFailure:
    """Why a post is not out (yet), and what can be done about it."""

    reason: Reason | None
    detail: str
    """The network's own words, as far as there were any."""
    message_de: str
    message_en: str


NO_ADVICE = (
    "Der Beitrag ist nicht hinausgegangen. Bitte seht im Kanal nach und entscheidet.",
    "The post did not go out. Please look at the channel and decide.",
)


@bound(models.Attempt)
class PostAttempt:
    """One request that may have made a post. It is written down before the request leaves."""

    no: int
    sent_at: datetime
    ended_at: datetime | None
    outcome: Certainty | None
    """Null while nobody knows how it ended."""
    reason: str
    http_status: int | None
    detail: str


@bound(models.PostPart)
class PostPart:
    """One message of a post: most posts have one, a thread has several."""

    id: UUID
    idx: int
    text: str
    state: PartState
    remote_url: str
    posted_at: datetime | None
    attempts: list[PostAttempt] = relation("attempts", order="no")


@bound(models.ChannelPost)
class ChannelPost:
    """One story on one channel in one language. Another revision is the only way to post the same story again."""

    id: UUID
    version: int
    state: PostState
    language: Language
    revision: int
    wording: str
    """An editor's own text for this channel; empty when the story's words are used."""
    snapshot_hash: str
    """What approval signs: every word, every picture, the link."""
    cost_micros: int
    """What sending costs, in millionths of a US dollar."""
    override_reason: str
    approved_at: datetime | None
    next_at: datetime | None
    sent_at: datetime | None
    verified_at: datetime | None
    remote_url: str
    """Where the post can be seen; empty until it is out."""
    story: Annotated["Story", strawberry.lazy("schema.stories")]
    channel: Channel
    parts: list[PostPart] = relation("parts", order="idx")
    """The messages as they were laid out at approval, with every attempt."""

    @derived("snapshot")
    def text(snapshot: Any) -> str:
        """What the first message says."""
        return models.ChannelPost.first_words(snapshot)

    @batched()
    async def preview(posts: list[models.ChannelPost], context: Context) -> list[PostPreview | None]:
        """Exactly what will be sent; null while there is nothing to send."""
        found = await models.Channel.filter(id__in={post.channel_id for post in posts if post.snapshot.get("parts")})
        networks, site = {channel.id: channel.network for channel in found}, context.services.site
        return [
            _preview(post.snapshot, networks[post.channel_id], site) if post.snapshot.get("parts") else None
            for post in posts
        ]

    @derived("findings")
    def findings(findings: Any) -> list[Finding]:
        """What the check found."""
        return [Finding(level=f["level"], code=f["code"], message_de=f["de"], message_en=f["en"]) for f in findings]

    @derived("failure")
    def failure(failure: Any) -> PostFailure | None:
        """Why it is not out (yet); null when nothing is wrong."""
        if not failure:
            return None
        known = failure.get("reason") or ""
        reason = Reason(known) if known in {r.value for r in Reason} else None
        de, en = ADVICE[reason] if reason else NO_ADVICE
        return PostFailure(reason=reason, detail=str(failure.get("detail", "")), message_de=de, message_en=en)


def _preview(snapshot: Any, network: Network, site: Site) -> PostPreview:
    return PostPreview(
        link=snapshot["link"],
        limit=network.limit,
        parts=[
            PreviewPart(
                text=part["text"],
                weight=network.count(part["text"]),
                pictures=[
                    PostPicture(
                        url=picture_url(site, p["sha256"], p["media_type"]), alt=p["alt"], decorative=p["decorative"]
                    )
                    for p in part["pictures"]
                ],
            )
            for part in snapshot["parts"]
        ],
    )


@given
class PlanChannelPostsInput(Given):
    story_id: UUID
    channel_ids: list[UUID] | None = None
    """Only these channels; all of them when it is left out."""


@answer
class PlanChannelPostsPayload(Payload):
    posts: list[ChannelPost]
    """One draft per channel and language. A post that is approved, on its way or public is as it was."""


@given
class RewordPostInput(Given):
    id: UUID
    wording: str
    """Up to 1,000 characters; empty takes the story's own words again."""


@answer
class RewordPostPayload(Payload):
    post: ChannelPost | None


@given
class RevisePostInput(Given):
    id: UUID


@answer
class RevisePostPayload(Payload):
    post: ChannelPost | None
    """The new draft, with the next revision."""


@given
class ApprovePostInput(Given):
    id: UUID
    snapshot_hash: str
    """What was looked at: `ChannelPost.snapshotHash`."""
    override_reason: str = ""
    """Needed when the channel said the same within seven days."""


@answer
class ApprovePostPayload(Payload):
    post: ChannelPost | None


@given
class CancelPostInput(Given):
    id: UUID


@answer
class CancelPostPayload(Payload):
    post: ChannelPost | None


@given
class RetryPostInput(Given):
    id: UUID


@answer
class RetryPostPayload(Payload):
    post: ChannelPost | None


class Whereabouts(Enum):
    """What a human saw at the network."""

    IT_IS_THERE = "it_is_there"
    SEND_AGAIN = "send_again"
    LET_GO = "let_go"


enum(Whereabouts)


@given
class ResolveUnknownPostInput(Given):
    id: UUID
    whereabouts: Whereabouts
    """`SEND_AGAIN` and `LET_GO` both say that it is not there."""
    url: str = ""
    """Where it is, if it is there."""


@answer
class ResolveUnknownPostPayload(Payload):
    post: ChannelPost | None


@given
class RetractPostInput(Given):
    id: UUID


@answer
class RetractPostPayload(Payload):
    post: ChannelPost | None


@given
class ConfirmPostGoneInput(Given):
    id: UUID


@answer
class ConfirmPostGonePayload(Payload):
    post: ChannelPost | None


@given
class PauseChannelInput(Given):
    id: UUID


@answer
class PauseChannelPayload(Payload):
    channel: Channel | None


@given
class ResumeChannelInput(Given):
    id: UUID


@answer
class ResumeChannelPayload(Payload):
    channel: Channel | None
