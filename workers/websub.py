"""A hub is told of what is new in the feeds (WebSub), so that its subscribers hear of it within seconds.

Rows first: the event makes a job, the job asks the hub. Without a hub in the settings nothing is asked of anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from models import feeds
from models.outbox import OutboxEvent
from models.webhooks import UnsafeTarget
from workers.jobs import job
from workers.webhooks.reply import NoAnswer
from workers.webhooks.safe import SafeClient
from workers.work import Done, Ending, Job, Later, Never, Tools

TRIES = 6
PATIENCE = timedelta(minutes=1)  # 1, 4, 9, 16 and 25 minutes: 55 in all. Readers who ask by themselves have it by then
REACTIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    (
        "story.published", "story.corrected", "story.retracted", "success.published", "success.corrected",
        "milestone.planned", "milestone.reached", "milestone.dropped",
    ),
    ("websub.ping",),
)  # fmt: skip


@dataclass(frozen=True)
class Hub:
    """The hub of the settings, and a client that reaches nothing of ours."""

    url: str
    client: SafeClient

    async def tell(self, addresses: Sequence[str]) -> int:
        """Say that these feeds have changed; the status of the answer. Raises `NoAnswer` and `UnsafeTarget`."""
        said = urlencode([("hub.mode", "publish"), *(("hub.url", address) for address in addresses)])
        headers = {"content-type": "application/x-www-form-urlencoded", "user-agent": "Leuchtturm-WebSub/1"}
        return (await self.client.post(self.url, said.encode(), headers)).status


@job("websub.ping")
async def ping(tools: Tools, job: Job) -> Ending:
    """Tell the hub which feeds changed with the row. Twice does no harm: it fetches them, and finds nothing new."""
    event = await OutboxEvent.filter(id=UUID(job.payload["event"])).first() if tools.hub else None
    if tools.hub is None or event is None:
        return Done()
    addresses = [tools.site.url(path) for path in await feeds.changed_with(event.subject_kind, event.subject_id)]
    if not addresses:
        return Done()
    try:
        status = await tools.hub.tell(addresses)
        said = f"the hub answered {status}"
    except UnsafeTarget:
        return Never("The hub of LEUCHTTURM_WEBSUB_HUB is no address that we speak to.")
    except NoAnswer as silence:
        status, said = 0, str(silence)
    if 200 <= status < 300:
        return Done()
    if job.attempts >= TRIES:
        return Never(f"The hub was told {TRIES} times in vain: {said}")
    return Later(tools.now() + PATIENCE * job.attempts**2, said)
