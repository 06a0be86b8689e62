"""Deliver one post: step after step until it is out, uncertain, or waits. Every wait is a row, never a sleep."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.publishing.channels import ChannelStatus
from models.publishing.ledger import PostPart
from models.publishing.outcomes import Outcome, Reason
from models.publishing.posts import DELIVER, ChannelPost
from models.publishing.states import PostState
from workers.channels import MediaRef, Token
from workers.jobs import job
from workers.publishing import ledger
from workers.publishing.desk import Desk, laid, pictures
from workers.publishing.reconcile import reconcile
from workers.work import Done, Ending, Job, Later, Tools

log = logging.getLogger(__name__)

PAUSED = timedelta(minutes=5)  # how soon a post looks again whether its channel has been resumed


@job(DELIVER)
async def deliver(tools: Tools, job: Job) -> Ending:
    """Bring a post to its channel. Done when nothing is left to do without a human."""
    tools.fault("post.before_claim")
    post_id = UUID(str(job.payload["post"]))
    while True:
        desk = await laid(tools, post_id)
        if desk is None or desk.part is None:
            return Done()
        moment = await _step(tools, desk, desk.part)
        if isinstance(moment, Done):
            return moment
        if moment is not None and moment > tools.now():
            return Later(moment, desk.post.state.value, free=True)


async def _step(tools: Tools, desk: Desk, part: PostPart) -> datetime | Done | None:
    """One step. A moment: not before then. None: look again at once."""
    now = tools.now()
    if desk.wait and desk.post.state in (PostState.QUEUED, PostState.UNKNOWN):
        return desk.wait
    match desk.post.state:
        case PostState.QUEUED:
            return await _send_if_open(tools, desk, part, now)
        case PostState.FAILED_RETRYABLE:
            until: datetime | None = desk.post.next_at
            if until and until > now:
                return until
            await _queue_again(desk.post.id, now)
            return None
        case PostState.SENDING:
            return await ledger.lapse(desk, part, now)
        case PostState.UNKNOWN:
            if desk.token is None:
                return now + PAUSED
            return await reconcile(desk, part, desk.token, now)
        case _:
            return Done()


async def _queue_again(post_id: UUID, now: datetime) -> None:
    async with in_transaction():
        post = await ChannelPost.locked(post_id)
        if post.state is PostState.FAILED_RETRYABLE:
            await post.follow("queue", by=SYSTEM, now=now)


async def _send_if_open(tools: Tools, desk: Desk, part: PostPart, now: datetime) -> datetime | None:
    if desk.account.status is not ChannelStatus.OK:
        return now + PAUSED
    if desk.token is None:
        await ledger.turn_away(desk.post.id, Outcome.refused(Reason.AUTH, "the channel has no credential"), now)
        return None
    return await _send(tools, desk, part, desk.token)


async def _send(tools: Tools, desk: Desk, part: PostPart, token: Token) -> datetime | None:
    """Everything repeatable first; then the attempt, the one request, the outcome."""
    media = await pictures(tools, desk, part, token)
    if isinstance(media, Outcome):
        await ledger.turn_away(desk.post.id, media, tools.now())
        return None
    if findings := await desk.driver.check(desk.message(part, media), token):
        said = Outcome.refused(Reason.CONTENT, findings[0].en)
        await ledger.turn_away(desk.post.id, said, tools.now())
        return None
    tools.fault("post.after_claim")
    return await _attempt(tools, desk, part, token, media)


async def _attempt(
    tools: Tools, desk: Desk, part: PostPart, token: Token, media: tuple[MediaRef, ...]
) -> datetime | None:
    tools.fault("post.before_write")
    clock = asyncio.get_running_loop().time
    began = clock()
    attempt = await ledger.begin(desk, part, tools.now())
    if attempt is None or isinstance(attempt, datetime):
        return attempt
    tools.fault("post.after_write")
    if clock() - began > 0.4 * desk.driver.caps.patience.total_seconds():
        # We were frozen, and others may take the attempt for lost before our request has ended: it must not leave.
        slow = Outcome.later(tools.now() + timedelta(seconds=1), Reason.STALLED, "frozen before the request")
        await ledger.settle(desk, attempt, slow, tools.now())
        return None
    try:
        outcome = await desk.driver.send(desk.message(part, media), desk.parent, token)
    except asyncio.CancelledError:
        # We are being stopped in the middle: nobody knows whether it is out. Say so before we go.
        lost = Outcome.unknown("the worker was stopped before it heard the answer")
        await asyncio.shield(ledger.settle(desk, attempt, lost, tools.now()))
        raise
    except Exception as problem:
        log.exception("A driver raised instead of answering")
        outcome = Outcome.unknown(type(problem).__name__)
    tools.fault("post.after_accept")
    await ledger.settle(desk, attempt, outcome, tools.now())
    tools.fault("post.after_commit")
    await tools.ring()  # the account is free: others may be waiting for their turn
    return None
