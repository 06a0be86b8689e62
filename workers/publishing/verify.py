"""Look again some minutes after a post went out: networks accept posts and drop them later (channels.md, 2.2)."""

from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.outbox import OutboxEvent
from models.publishing.ledger import PartState
from models.publishing.posts import VERIFY, ChannelPost
from models.publishing.states import PUBLIC
from workers.channels import Gone, Inconclusive, RemoteRef
from workers.jobs import job
from workers.publishing.desk import laid
from workers.work import Done, Ending, Job, Later, Tools

AGAIN = timedelta(minutes=10)
LOOKS = 5
VANISHED = {
    "code": "VANISHED",
    "de": "Das Netzwerk zeigt den Beitrag nicht mehr, obwohl es ihn angenommen hatte. Bitte seht im Kanal nach.",
    "en": "The network no longer shows the post although it had accepted it. Please look at the channel.",
    "detail": "",
    "status": None,
}


@job(VERIFY)
async def verify(tools: Tools, job: Job) -> Ending:
    """Note that it is still there, or tell people that it is not. Sends nothing."""
    desk = await laid(tools, UUID(str(job.payload["post"])))
    if desk is None or desk.post.state not in PUBLIC or (desk.token is None and not desk.wait):
        return Done()
    if desk.token is None:
        return Later(tools.now() + AGAIN, "the token is being renewed", free=True)
    for part in desk.parts:
        if part.state is not PartState.POSTED or not part.remote_id:
            continue
        answer = await desk.driver.verify(RemoteRef(part.remote_id, part.remote_url), desk.token)
        if isinstance(answer, Inconclusive):
            return Done() if job.attempts >= LOOKS else Later(tools.now() + AGAIN, answer.why)
        if isinstance(answer, Gone):
            await _vanished(desk.post.id, tools)
            return Done()
    await ChannelPost.filter(id=desk.post.id).update(verified_at=tools.now())
    return Done()


async def _vanished(post_id: UUID, tools: Tools) -> None:
    async with in_transaction():
        post = await ChannelPost.locked(post_id)
        if post.state not in PUBLIC:
            return
        post.failure = VANISHED
        await post.save()
        await OutboxEvent.record("channel_post.vanished", subject_kind=post.kind, subject_id=post.id, now=tools.now())
