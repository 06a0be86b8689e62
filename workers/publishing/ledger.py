"""The two statements around a request: the attempt, committed before it leaves, and its outcome, written once."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.publishing.budget import Spent
from models.publishing.channels import Channel as Account
from models.publishing.channels import ChannelStatus
from models.publishing.ledger import Attempt, MediaUpload, PartState, PostPart
from models.publishing.outcomes import ADVICE, Certainty, Outcome, Reason
from models.publishing.posts import VERIFY, VERIFY_AFTER, ChannelPost
from models.publishing.rendering import signature
from models.publishing.states import PostState
from workers.publishing.desk import Desk, book

TRIES = 10  # with the pauses below about 6 h: longer than any outage after which nobody looks by hand
TURN = timedelta(milliseconds=50)  # how soon to look whether the account is free; its lease is for senders that died
PATIENT = (Reason.RATE, Reason.QUOTA, Reason.STALLED)  # waiting that is not a failure of the post


def pause(attempt: int) -> timedelta:
    """How long to wait after a failed attempt: 1 min, 4 min, 9 min ... at most 1 h."""
    return min(timedelta(minutes=attempt**2), timedelta(hours=1))


async def begin(desk: Desk, part: PostPart, now: datetime) -> Attempt | datetime | None:
    """Write the attempt down and commit it. Only after that may the one request leave.

    A moment instead of an attempt: not before then. None: there is nothing (more) to send.
    """
    try:
        async with in_transaction():
            account = await Account.locked(desk.account.id)
            if account.sender_until and account.sender_until > now and account.sender_id != part.id:
                busy: datetime = account.sender_until
                return min(busy, now + TURN)  # one sender per account: order in a thread, one refresh at a time
            post, held = await ChannelPost.locked(desk.post.id), await PostPart.locked(part.id)
            if post.state is not PostState.QUEUED or held.state is not PartState.PLANNED:
                return None
            if signature(post.snapshot) != post.approved_hash:
                await _refuse(post, held, Outcome.refused(Reason.CONTENT, "not what was approved"), now)
                return None
            await book(account, desk, "post", account.network.cost(held.text), now)
            return await _written(desk, account, post, held, now)
    except Spent as spent:
        return await _without_budget(desk, spent, now)


async def _written(desk: Desk, account: Account, post: ChannelPost, part: PostPart, now: datetime) -> Attempt:
    until = now + desk.driver.caps.lease
    part.attempt_no, part.state = part.attempt_no + 1, PartState.POSTING
    await part.save()
    account.sender_id, account.sender_until = part.id, until
    account.live = account.live or not desk.recorded  # from now on a lost credential is an error, not a rehearsal
    await account.save()
    await post.follow("send", by=SYSTEM, now=now)
    request_hash = hashlib.sha256(part.text.encode()).hexdigest()
    return await Attempt.create(
        part_id=part.id, no=part.attempt_no, sent_at=now, lease_until=until, request_hash=request_hash
    )


async def _without_budget(desk: Desk, spent: Spent, now: datetime) -> datetime:
    """Windows open again by themselves; people must know when the money is spent."""
    if spent.money:
        outcome = Outcome.later(spent.until, Reason.MONEY, "the month's money is spent or not set")
        await turn_away(desk.post.id, outcome, now)
    return spent.until


async def turn_away(post_id: UUID, outcome: Outcome, now: datetime) -> None:
    """Something stood in the way before any request left: wait, or give the post back to people."""
    async with in_transaction():
        post = await ChannelPost.locked(post_id)
        if post.state is not PostState.QUEUED:
            return
        part = await PostPart.filter(post_id=post.id, state=PartState.PLANNED).order_by("idx").first()
        if part:
            await _refuse(post, part, outcome, now)


async def settle(desk: Desk, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    """Store how the request ended. Late news of an attempt that was given up for lost is welcome; of an older attempt
    it changes nothing.
    """
    async with in_transaction():
        account = await Account.locked(desk.account.id)
        post, part = await ChannelPost.locked(desk.post.id), await PostPart.locked(attempt.part_id)
        current = await Attempt.get(id=attempt.id)
        if part.attempt_no != attempt.no or part.state not in (PartState.POSTING, PartState.UNKNOWN):
            return
        if part.state is PartState.UNKNOWN and outcome.certainty is Certainty.UNKNOWN:
            return
        await current.end(outcome, now)
        await _free(account, part, outcome)
        match outcome.certainty:
            case Certainty.POSTED:
                await posted(post, part, outcome, now)
            case Certainty.NOT_POSTED:
                await _refuse(post, part, outcome, now)
            case Certainty.UNKNOWN:
                part.state = PartState.UNKNOWN
                await part.save()
                await post.follow("lose", by=SYSTEM, now=now)


async def _free(account: Account, part: PostPart, outcome: Outcome) -> None:
    if account.sender_id == part.id:
        account.sender_id = account.sender_until = None
    if outcome.reason is Reason.RATE:
        account.blocked_until = outcome.retry_at  # the server knows better than our counting
    if outcome.reason is Reason.AUTH:
        account.status = ChannelStatus.RECONNECT
    if outcome.reason is Reason.MONEY:
        account.status = ChannelStatus.PAUSED
    await account.save()


async def posted(post: ChannelPost, part: PostPart, outcome: Outcome, now: datetime) -> None:
    """The message is out; the post too, if it was the last. The caller holds the locks."""
    assert outcome.remote is not None
    part.state, part.posted_at = PartState.POSTED, now
    part.remote_id, part.remote_url = outcome.remote.id, outcome.remote.url
    await part.save()
    post.failure, post.next_at = None, None
    post.remote_url = post.remote_url or part.remote_url
    more = await PostPart.filter(post_id=post.id, state__in=[PartState.PLANNED, PartState.FAILED]).exists()
    if more:
        await post.follow("go_on" if post.state is PostState.SENDING else "find_part", by=SYSTEM, now=now)
        return
    post.sent_at = now
    await post.follow("succeed" if post.state is PostState.SENDING else "find", by=SYSTEM, now=now)
    if post.retract_wanted:
        await post.start_retraction(SYSTEM, now)
    else:
        await post.enqueue(VERIFY, now + VERIFY_AFTER)


async def _refuse(post: ChannelPost, part: PostPart, outcome: Outcome, now: datetime) -> None:
    """Certainly not out: later, or not like this."""
    post.failure = failure(outcome)
    if post.state is PostState.UNKNOWN:  # late news
        await post.follow("queue", by=SYSTEM, now=now)
    if post.retract_wanted or (part.attempt_no >= TRIES and outcome.reason not in PATIENT):
        outcome = Outcome.refused(outcome.reason or Reason.OUTAGE, outcome.detail, outcome.status)
    if outcome.reason is Reason.MEDIA:
        await MediaUpload.filter(channel_id=post.channel_id, variant=str(part.id)).delete()
    if outcome.retry_at is None:
        part.state = PartState.FAILED
        await part.save()
        await post.follow("fail", by=SYSTEM, now=now)
        if post.retract_wanted:
            await post.follow("cancel", by=SYSTEM, now=now)
        return
    part.state = PartState.PLANNED
    await part.save()
    waits = outcome.reason in (Reason.OUTAGE, None)
    post.next_at = max(outcome.retry_at, now + pause(part.attempt_no)) if waits else outcome.retry_at
    await post.follow("hold", by=SYSTEM, now=now)


def failure(outcome: Outcome) -> dict[str, Any]:
    """What people read: the reason, what to do about it in both languages, the network's own words."""
    de, en = ADVICE[outcome.reason or Reason.OUTAGE]
    code = (outcome.reason or Reason.OUTAGE).value.upper()
    return {"code": code, "de": de, "en": en, "detail": outcome.detail, "status": outcome.status}


async def lapse(desk: Desk, part: PostPart, now: datetime) -> datetime | None:
    """An attempt that was begun and never ended is uncertain once its lease is over; until then, when that is."""
    attempt = await part.attempt()
    until: datetime = attempt.lease_until
    if until > now:
        return until
    await settle(desk, attempt, Outcome.unknown("the worker stopped before it heard the answer"), now)
    return None
