"""An issue that is being sent, and the people who get it: rows for the tests of sending."""

import json
from datetime import datetime
from uuid import UUID

import models
from models import vault
from models.base import new_id, utcnow
from models.newsletter.deliveries import Delivery, domain_group
from models.newsletter.issues import NewsletterIssue
from models.newsletter.states import IssueState
from models.newsletter.subscriptions import Subscription, SubscriptionState
from tests.newsletters import weekly


async def issue(now: datetime, items: int = 2, week: int = 16) -> UUID:
    """The issue of a week of 2020, approved and being sent."""
    row = await NewsletterIssue.create(
        iso_year=2020,
        iso_week=week,
        state=IssueState.SENDING,
        frozen=json.loads(json.dumps(weekly(items).snapshot())),
        approved_revision=1,
        sending_since=now,
    )
    return row.id


async def subscribers(count: int, now: datetime | None = None, domain: str = "example.org") -> list[UUID]:
    """So many more people who have confirmed: `reader-0@example.org` and so on."""
    rows = []
    now = now or utcnow()
    there = await Subscription.all().count()
    for number in range(there, there + count):
        address, own = f"reader-{number}@{domain}", new_id()
        rows.append(
            Subscription(
                id=own,
                contact=vault.seal(address, f"subscription:{own}"),
                email_hash=vault.fingerprint(address),
                domain_group=domain_group(address),
                state=SubscriptionState.CONFIRMED,
                requested_at=now,
                confirmed_at=now,
            )
        )
    await Subscription.bulk_create(rows, batch_size=1000)
    return [row.id for row in rows]


async def copies(issue_id: UUID, readers: list[UUID], now: datetime) -> None:
    """One waiting copy each, as approval writes them."""
    rows = [Delivery(issue_id=issue_id, subscription_id=reader, variant="de", next_at=now) for reader in readers]
    await Delivery.bulk_create(rows, batch_size=1000)


async def forget_everything() -> None:
    """Empty the tables that sending touches."""
    await Delivery.all().delete()
    await Subscription.all().delete()
    await NewsletterIssue.all().delete()
    await models.AuditEvent.all().delete()
    await models.OutboxEvent.all().delete()
