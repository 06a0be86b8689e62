"""The watchdog: posts on their way that nobody works on, and posts that nobody has looked at for a day."""

from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from models.jobs import JobRun, JobState
from models.publishing.budget import ChannelCall
from models.publishing.posts import DELIVER, RETRACT, VERIFY, ChannelPost
from models.publishing.states import PUBLIC, PostState
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

MOVING = (PostState.QUEUED, PostState.SENDING, PostState.FAILED_RETRYABLE, PostState.UNKNOWN)
LOOKED_AFTER = timedelta(days=1)
LOOKED_AT_FOR = timedelta(days=7)  # after a week nobody reads a post any more, and X charges for each look
COUNTED_FOR = timedelta(days=62)  # the longest budget is a calendar month
BATCH = 200


@job("post.reconcile")
async def bring_back(tools: Tools, job: Job) -> Ending:
    """Whatever became of its job (given up, discarded by a person), a post on its way gets another."""
    for post in await ChannelPost.filter(state__in=list(MOVING)).order_by("updated_at").limit(BATCH):
        await _look_after(post, DELIVER, tools.now())
    for post in await ChannelPost.filter(state=PostState.RETRACTING).order_by("updated_at").limit(BATCH):
        await _look_after(post, RETRACT, tools.now())
    return Done()


async def _look_after(post: ChannelPost, work: str, now: datetime) -> None:
    ours = JobRun.filter(work=work, key__startswith=f"{work}:{post.id}:")
    if await ours.filter(state__in=[JobState.PENDING, JobState.CLAIMED]).exists():
        return
    async with in_transaction():
        again = f"{work}:{post.id}:{post.version}.{await ours.count()}"
        await JobRun.enqueue(work, again, due_at=now, payload={"post": str(post.id)})


@job("post.verify")
async def look_again(tools: Tools, job: Job) -> Ending:
    """Have every post of the last week looked at once a day, and forget calls that no budget counts any more."""
    now = tools.now()
    await ChannelCall.filter(at__lt=now - COUNTED_FOR).delete()
    day, week = now - LOOKED_AFTER, now - LOOKED_AT_FOR
    async with in_transaction():
        recent = ChannelPost.filter(state__in=list(PUBLIC), sent_at__gt=week, sent_at__lt=day)
        for post in await recent.filter(verified_at__lt=day).limit(BATCH):
            key = f"{VERIFY}:{post.id}:{now:%Y-%m-%d}"
            await JobRun.enqueue(VERIFY, key, due_at=now, payload={"post": str(post.id)})
    return Done()
