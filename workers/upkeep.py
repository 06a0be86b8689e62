"""What nobody needs any more goes: expired links and sessions, finished jobs, old slots and events, and addresses that
were never confirmed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tortoise.models import Model

from models import touches
from models.jobs import JobRun, JobState
from models.mailbox import CaughtMail
from models.newsletter.links import SubscriptionLink
from models.newsletter.subscriptions import Subscription
from models.notifications import Notification, NotificationMail, NotificationState
from models.partners import Partner
from models.replays import Replay
from models.schedule import Slot
from models.signin import LoginLink, Session
from models.webhooks import WebhookDelivery, WebhookDeliveryState, WebhookEndpoint, WebhookState
from workers import event_log
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

BATCH = 1000  # rows per statement: on SQLite everybody waits for it


W = WebhookDeliveryState


class Expiry:
    """Which rows of a model may go, and how long they are kept beyond that, with the reason."""

    def __init__(self, model: type[Model], column: str, keep: timedelta, why: str, **where: Any) -> None:
        self.model, self.column, self.keep, self.why, self.where = model, column, keep, why, where

    async def apply(self, now: datetime) -> int:
        """Delete in batches; gives how many rows went."""
        gone = 0
        old: Mapping[str, Any] = {f"{self.column}__lt": now - self.keep, **self.where}
        while ids := await self.model.filter(**old).limit(BATCH).values_list("id", flat=True):
            gone += await self.model.filter(id__in=list(ids)).delete()
        return gone


EXPIRIES = (
    Expiry(LoginLink, "expires_at", timedelta(days=1), "somebody may ask today why a link of this morning failed"),
    Expiry(Session, "expires_at", timedelta(days=1), "ended by itself"),
    Expiry(Session, "revoked_at", timedelta(days=30), "staff may be asked about a sign-out from afar"),
    Expiry(SubscriptionLink, "expires_at", timedelta(days=30), "the evidence is in the consent events, by hash"),
    Expiry(CaughtMail, "at", timedelta(days=30), "developers look at what they have just sent"),
    Expiry(JobRun, "updated_at", timedelta(days=7), "what was done, for questions", state=JobState.DONE),
    Expiry(JobRun, "updated_at", timedelta(days=90), "what was let go, and why", state=JobState.DISCARDED),
    Expiry(Notification, "shown_at", timedelta(days=365), "a year to look something up"),
    Expiry(Notification, "updated_at", timedelta(days=30), "for questions", state=NotificationState.CANCELLED),
    Expiry(NotificationMail, "updated_at", timedelta(days=400), "for as long its links work, as mails are kept"),
    Expiry(WebhookDelivery, "updated_at", timedelta(days=30), "as long as their events", state=W.DONE),
    Expiry(WebhookDelivery, "updated_at", timedelta(days=90), "what was not taken", state__in=[W.FAILED, W.CANCELLED]),
    Expiry(WebhookEndpoint, "updated_at", timedelta(days=90), "for their log", state=WebhookState.REMOVED),
    Expiry(Slot, "at", timedelta(days=7), "every few minutes one: for questions alone", period_key__contains="T"),
    Expiry(Slot, "at", timedelta(days=400), "a year of Fridays, for comparison"),
)
"""Dead jobs stay until a person has decided."""


@job("upkeep.daily")
async def tidy(tools: Tools, job: Job) -> Ending:
    """Delete what has outlived its use."""
    now = tools.now()
    for expiry in EXPIRIES:
        await expiry.apply(now)
    await event_log.forget(tools.site.zone, now)
    await touches.forget(now)
    await Replay.forget(now=now)
    await Partner.expire_due(now=now)
    while await Subscription.purge_unconfirmed(now=now):  # whoever did not confirm did not agree (E5)
        pass
    return Done()
