"""A post whose fate is uncertain: ask the network before anything is sent again; in doubt a human decides."""

from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.publishing.channels import Channel as Account
from models.publishing.ledger import Attempt, PartState, PostPart
from models.publishing.outcomes import ADVICE, Certainty, Outcome, Reason
from models.publishing.posts import ChannelPost
from models.publishing.states import PostState
from workers.channels import ALWAYS, Absent, Capabilities, Found, Inconclusive, Token
from workers.publishing.desk import Desk
from workers.publishing.ledger import posted

RESENDS = 5  # a post that was lost so often is not lost by chance
PROBES = 60  # with the pauses below more than a day: then a human knows better
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=30)


async def reconcile(desk: Desk, part: PostPart, token: Token, now: datetime) -> datetime | None:
    """Ask once and draw the conclusion. A moment: ask again then. None: the post has another state now."""
    attempt = await part.attempt()
    answer = await desk.driver.probe(desk.message(part), await part.first_sent_at(), token)
    async with in_transaction():
        await Account.locked(desk.account.id)
        post, held = await ChannelPost.locked(desk.post.id), await PostPart.locked(part.id)
        current = await Attempt.get(id=attempt.id)
        if post.state is not PostState.UNKNOWN or held.state is not PartState.UNKNOWN or held.attempt_no != attempt.no:
            return None
        if isinstance(answer, Found):
            await posted(post, held, Outcome.posted(answer.remote), now)
            return None
        current.probes += 1
        current.absences += isinstance(answer, Absent)
        await current.save()
        return await _concluded(desk, post, held, current, answer, now)


async def _concluded(
    desk: Desk, post: ChannelPost, part: PostPart, attempt: Attempt, answer: Absent | Inconclusive, now: datetime
) -> datetime | None:
    caps = desk.driver.caps
    if isinstance(answer, Inconclusive):
        if attempt.probes < PROBES:
            return now + gap(caps, attempt.probes)
        await _ask(post, now)
        return None
    doubtful = attempt.reason == Reason.DUPLICATE.value
    if not doubtful and not post.retract_wanted and caps.replay_for is not None:
        may = await _replay(caps, part, attempt, now)
        if may is True:
            await _again(post, part, now)
            return None
        if isinstance(may, datetime):
            return may
    return await _after_settling(desk, post, part, attempt, now)


async def _after_settling(
    desk: Desk, post: ChannelPost, part: PostPart, attempt: Attempt, now: datetime
) -> datetime | None:
    """Without a key: absent for longer than the network's index may lag, and often enough, is absent."""
    caps = desk.driver.caps
    settled: datetime = attempt.sent_at + caps.lease + caps.settle
    if now < settled:
        return min(now + gap(caps, attempt.probes), settled)
    if attempt.absences < caps.absences:
        return now + gap(caps, attempt.probes)
    if post.retract_wanted:
        await post.follow("give_up", by=SYSTEM, now=now)
    elif attempt.reason == Reason.DUPLICATE.value or not caps.auto_resend or await _losses(part) >= RESENDS:
        await _ask(post, now)
    else:
        await _again(post, part, now)
    return None


async def _losses(part: PostPart) -> int:
    """How often this message went out and nobody heard what became of it."""
    return await Attempt.filter(part_id=part.id, outcome=Certainty.UNKNOWN).count()


async def _replay(caps: Capabilities, part: PostPart, attempt: Attempt, now: datetime) -> bool | datetime:
    """May the same key be sent again? With a key that lives for a while: while it lives, and never concurrently."""
    assert caps.replay_for is not None
    if caps.replay_for == ALWAYS:
        return True
    if now >= await part.first_sent_at() + caps.replay_for:
        return False
    until: datetime = attempt.lease_until
    return True if now >= until else until


async def _again(post: ChannelPost, part: PostPart, now: datetime) -> None:
    part.state = PartState.PLANNED
    await part.save()
    await post.follow("queue", by=SYSTEM, now=now)


async def _ask(post: ChannelPost, now: datetime) -> None:
    de, en = ADVICE[Reason.DUPLICATE]
    post.failure = {"code": "NEEDS_HUMAN", "de": de, "en": en, "detail": "", "status": None}
    await post.follow("ask", by=SYSTEM, now=now)


def gap(caps: Capabilities, probes: int) -> timedelta:
    """Between two looks: 30 s, 1 min, 2 min ... 30 min; shorter where the network settles faster."""
    longest = max(min(LONGEST, caps.settle / 2), timedelta(seconds=1))
    return min(SHORTEST * int(2 ** min(probes, 6)), longest)
