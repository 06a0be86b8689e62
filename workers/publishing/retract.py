"""Take a post back from its network. Deleting is repeatable: what is gone already counts as done."""

from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.publishing.budget import Spent
from models.publishing.ledger import PartState, PostPart
from models.publishing.outcomes import Certainty, Outcome, Reason
from models.publishing.posts import RETRACT, ChannelPost
from models.publishing.states import PostState
from workers.channels import RemoteRef
from workers.jobs import job
from workers.publishing.desk import Desk, book_deletion, laid
from workers.publishing.ledger import failure
from workers.work import Done, Ending, Job, Later, Tools

AGAIN = timedelta(minutes=1)  # C9.4 wants it gone within a minute; an uncertain deletion is simply repeated


@job(RETRACT)
async def retract(tools: Tools, job: Job) -> Ending:
    """Remove every message of the post, the last one first: a thread must not lose its head while its tail stands."""
    desk = await laid(tools, UUID(str(job.payload["post"])))
    if desk is None or desk.post.state is not PostState.RETRACTING:
        return Done()
    if desk.wait:
        return Later(desk.wait, "the token is being renewed", free=True)
    for part in reversed([part for part in desk.parts if part.state is PartState.POSTED]):
        if ending := await _remove(tools, desk, part):
            return ending
    await _finish(desk.post.id, "delete", tools, None)
    return Done()


async def _remove(tools: Tools, desk: Desk, part: PostPart) -> Ending | None:
    if desk.token is None:
        return await _failed(desk, tools, Outcome.refused(Reason.AUTH, "the channel has no credential"))
    try:
        await book_deletion(desk, tools.now())
    except Spent as spent:
        if spent.money:
            return await _failed(desk, tools, Outcome.refused(Reason.MONEY, str(spent)))
        return Later(spent.until, str(spent), free=True)
    outcome = await desk.driver.retract(RemoteRef(str(part.remote_id), part.remote_url), desk.token)
    match outcome.certainty:
        case Certainty.POSTED:
            await PostPart.filter(id=part.id).update(state=PartState.RETRACTED)
            return None
        case Certainty.NOT_POSTED if outcome.retry_at is None:
            return await _failed(desk, tools, outcome)
        case _:
            return Later(outcome.retry_at or tools.now() + AGAIN, outcome.detail, free=True)


async def _failed(desk: Desk, tools: Tools, outcome: Outcome) -> Ending:
    """People must remove it by hand, and see that they must."""
    await _finish(desk.post.id, "fail", tools, outcome)
    return Done()


async def _finish(post_id: UUID, action: str, tools: Tools, outcome: Outcome | None) -> None:
    async with in_transaction():
        post = await ChannelPost.locked(post_id)
        if post.state is not PostState.RETRACTING:
            return
        post.failure = failure(outcome) if outcome else None
        await post.follow(action, by=SYSTEM, now=tools.now())
