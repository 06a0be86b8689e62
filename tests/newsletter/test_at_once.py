"""Many at once: two clicks, two workers, two editors. The databases decide, and nobody gets anything twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import models
from models.errors import Refusal
from models.language import Language
from models.newsletter import (
    ConsentEvent,
    Delivery,
    IssueState,
    NewsletterIssue,
    Subscription,
    SubscriptionState,
    tokens,
)
from tests import people
from tests.newsletter.readers import ZONE, asked, composed, proofed, reader, success, waiting

DAY = timedelta(days=1)


async def at_once(*attempts: Awaitable[Any]) -> Counter[str]:
    """How the attempts ended, by the name of the refusal; nothing but refusals may go wrong."""
    endings = await asyncio.gather(*attempts, return_exceptions=True)
    for ending in endings:
        if isinstance(ending, BaseException) and not isinstance(ending, Refusal):
            raise ending
    return Counter(type(ending).__name__ if isinstance(ending, Refusal) else "done" for ending in endings)


async def test_ten_sign_ups_at_once_are_one_subscription_and_three_mails(database: str, now: datetime) -> None:
    form = [Subscription.subscribe("ada@example.org", language=Language.DE, now=now) for _ in range(10)]

    assert await at_once(*form) == {"done": 10}

    assert await Subscription.all().count() == 1
    assert len(await waiting("mail.confirmation")) == 3
    assert await ConsentEvent.first_broken() is None


async def test_sign_ups_of_many_leave_one_chain_of_evidence(database: str, now: datetime) -> None:
    tokens_ = [await asked(f"reader-{n}@example.org", now) for n in range(12)]

    await at_once(*(Subscription.confirm(token, now=now) for token in tokens_ for _ in range(2)))

    assert await Subscription.filter(state=SubscriptionState.CONFIRMED).count() == 12
    assert await ConsentEvent.all().count() == 24
    assert await ConsentEvent.first_broken() is None


async def test_leaving_from_two_devices_at_once_is_leaving_once(database: str, now: datetime) -> None:
    row = await reader(now=now)
    token = tokens.unsubscribe(row.ref, row.link_version)

    await at_once(*(Subscription.unsubscribe(token, now=now) for _ in range(5)))

    assert await models.Suppression.all().count() == 1
    assert await models.OutboxEvent.filter(type="subscription.unsubscribed").count() == 1


async def test_two_workers_compose_one_issue(database: str, now: datetime) -> None:
    await success(at=now - DAY)

    await at_once(*(composed(now) for _ in range(4)))

    (issue,) = await NewsletterIssue.all()
    assert await issue.items.all().count() == 1


async def test_of_two_editors_at_once_one_is_told(database: str, now: datetime) -> None:
    await success(at=now - DAY)
    issue, ed = await composed(now), await people.editor()
    edits = [
        NewsletterIssue.reword(issue.id, subject_de=f"Nr. {n}", revision=issue.revision, by=ed, now=now)
        for n in range(4)
    ]

    assert await at_once(*edits) == {"done": 1, "Stale": 3}


async def test_two_workers_start_an_issue_once(database: str, now: datetime) -> None:
    for n in range(5):
        await reader(f"reader-{n}@example.org", now=now)
    await success(at=now - DAY)
    issue, ed = await composed(now), await people.editor()
    await proofed(issue, now)
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=now)
    await NewsletterIssue.schedule(issue.id, by=ed, now=now, at=now, undo=timedelta(0))

    await at_once(*(NewsletterIssue.start(issue.id, zone=ZONE, now=now) for _ in range(4)))

    assert (await NewsletterIssue.get(id=issue.id)).state is IssueState.SENDING
    assert await Delivery.all().count() == 5
