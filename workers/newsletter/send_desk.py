"""What sending asks of the newsletter's rows, and what it tells them; the only module of it that knows those."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

import models
from models.access import SYSTEM
from models.newsletter import deliveries
from models.site import Site
from workers.newsletter.send_press import Reader, Readers
from workers.newsletter.view import IssueView


@dataclass(frozen=True)
class Frozen:
    """An approved issue: what it says, and since when it is being sent."""

    view: IssueView
    since: datetime


async def frozen(issue_id: UUID) -> Frozen:
    """The snapshot that was approved."""
    issue = await models.NewsletterIssue.get(id=issue_id)
    return Frozen(IssueView.read(issue.frozen), issue.sending_since or issue.updated_at)


def readers(site: Site, now: Callable[[], datetime]) -> Readers:
    """Unseals the addresses of a batch and makes the links of each reader."""

    async def found(ids: Sequence[UUID]) -> Mapping[UUID, Reader]:
        rows = await models.Subscription.filter(id__in=list(ids))
        return {
            row.id: Reader(
                row.email, site.url(f"/newsletter/unsubscribe/{row.id}"), site.url(f"/newsletter/preferences/{row.id}")
            )
            for row in rows
        }

    return found


async def pause(issue_id: UUID, reason: str, now: datetime) -> None:
    """The breaker stops an issue; a person looks at it and resumes."""
    async with in_transaction():
        issue = await models.NewsletterIssue.locked(issue_id)
        if (await issue.decide("pause", by=SYSTEM, now=now)).allowed:
            await issue.follow("pause", by=SYSTEM, now=now, note=reason, reason=reason)


async def finish(issue_id: UUID, now: datetime) -> None:
    """Every copy has come to an end."""
    async with in_transaction():
        issue = await models.NewsletterIssue.locked(issue_id)
        if (await issue.decide("finish", by=SYSTEM, now=now)).allowed:
            await issue.follow("finish", by=SYSTEM, now=now)


async def after_a_stop(issue_id: UUID) -> None:
    """A cancelled issue keeps no waiting copies, also not those that a dead sender has left behind."""
    issue = await models.NewsletterIssue.get(id=issue_id)
    if issue.state == "cancelled":
        await deliveries.skip_queued(issue_id)


async def no_mailbox(now: Callable[[], datetime], subscription_id: UUID, reply: str) -> None:
    """The relay says that there is no such mailbox: no further mail to this person."""
    async with in_transaction():
        reader = await models.Subscription.locked(subscription_id)
        if (await reader.decide("bounce", by=SYSTEM, now=now())).allowed:
            await reader.follow("bounce", by=SYSTEM, now=now(), note=reply)
