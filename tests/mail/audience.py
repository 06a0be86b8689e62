"""An issue that is being sent, and the people who get it: rows for the tests of sending."""

from datetime import datetime
from uuid import UUID

import models
from models import vault
from models.base import new_id
from models.newsletter.deliveries import Delivery
from tests.newsletters import weekly


async def issue(now: datetime, items: int = 2) -> UUID:
    view = weekly(items)
    row = await models.NewsletterIssue.create(frozen=view.snapshot(), sending_since=now)
    return row.id


async def subscribers(count: int, domain: str = "example.org") -> list[UUID]:
    rows = []
    for number in range(count):
        id = new_id()
        rows.append(models.Subscription(id=id, contact=vault.seal(f"reader-{number}@{domain}", f"subscription:{id}")))
    await models.Subscription.bulk_create(rows, batch_size=1000)
    return [row.id for row in rows]


async def copies(issue_id: UUID, readers: list[UUID], now: datetime) -> None:
    await Delivery.bulk_create(
        [
            Delivery(issue_id=issue_id, subscription_id=reader, variant="de", next_at=now, domain_group="others")
            for reader in readers
        ],
        batch_size=1000,
    )
