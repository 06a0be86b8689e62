"""Which installation this database belongs to: a restored copy must not send yesterday's posts and issues once more.

`LEUCHTTURM_INSTANCE_ID` is kept outside the database and changed at a restore. When a worker starts and the database
remembers another one, everything that would leave by itself is held until people have looked (newsletter.md, 11).
"""

from datetime import datetime

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.base import Row
from models.newsletter import NewsletterIssue
from models.newsletter.states import IssueState
from models.notifications import holding
from models.publishing import Channel
from models.publishing.channels import ChannelStatus
from models.webhooks import WebhookEndpoint, WebhookState

WHY = "restored from a backup: see what was sent since then before resuming"


class Installation(Row):
    """The one row that remembers under which instance id the database was last worked on."""

    name = fields.CharField(max_length=24, unique=True)
    instance_id = fields.CharField(max_length=80)

    class Meta:
        table = "installation"

    @classmethod
    async def is_ours(cls, instance_id: str, *, now: datetime) -> bool:
        """False when the database comes from another instance: it then holds everything, once. No id: no guard."""
        if not instance_id:
            return True
        async with in_transaction():
            await cls.bulk_create([cls(name="here", instance_id=instance_id)], ignore_conflicts=True)
            here = await cls.select_for_update().get(name="here")
            if here.instance_id == instance_id:
                return True
            await _hold_everything(now)
            here.instance_id = instance_id
            await here.save()
        return False


async def _hold_everything(now: datetime) -> None:
    for issue in await NewsletterIssue.filter(state=IssueState.SCHEDULED):
        await NewsletterIssue.unschedule(issue.id, by=SYSTEM, now=now)
    for issue in await NewsletterIssue.filter(state=IssueState.SENDING):
        await NewsletterIssue.pause(issue.id, reason=WHY, by=SYSTEM, now=now)
    for channel in await Channel.exclude(status=ChannelStatus.PAUSED):
        await Channel.pause(channel.id, by=SYSTEM, now=now)
    for endpoint in await WebhookEndpoint.filter(state=WebhookState.ENABLED):
        await WebhookEndpoint.pause(endpoint.id, by=SYSTEM, now=now)
    await holding.hold(now)
