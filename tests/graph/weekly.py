"""An issue on its way: readers, a story worth telling, editors, and a worker's proof."""

from datetime import datetime
from typing import Any
from uuid import UUID

import models
from models.language import Language
from models.newsletter import LinkKind
from models.site import Site
from tests.graph.frontend import ANONYMOUS, Frontend
from tests.graph.told import Room, published, room
from workers.newsletter.proof import proof_of

WEEK = "2020-W16"


async def reader(
    frontend: Frontend, email: str = "rita@example.org", language: Language = Language.DE
) -> models.Subscription:
    """Somebody who signed up and pressed the button behind the mailed link."""
    await frontend.do(ANONYMOUS, "Subscribe", email=email, language=language.name)
    await frontend.do(ANONYMOUS, "ConfirmSubscription", token=await mailed())
    row = await models.Subscription.all().order_by("-id").first()
    assert row is not None
    return row


async def mailed() -> str:
    """The token of the last confirmation link: what the mail would have brought."""
    link = await models.SubscriptionLink.filter(kind=LinkKind.CONFIRM).order_by("-id").first()
    assert link is not None
    return link.token


def preferences(row: models.Subscription, now: datetime) -> str:
    return row.preferences_path(now).rsplit("/", 1)[-1]


def leaving(row: models.Subscription) -> str:
    return row.unsubscribe_path.rsplit("/", 1)[-1]


async def proofed(id: str, now: datetime) -> None:
    """What the worker does after an edit."""
    issue = await models.NewsletterIssue.get(id=UUID(id))
    await (await proof_of(issue, Site(base_url="http://test"), now)).save(force_create=True)


async def composed(frontend: Frontend, now: datetime) -> tuple[Room, Any]:
    """An issue in review that tells one story; the writer composed it."""
    here = await room(now)
    await published(frontend, here, now)
    frontend.at(now.replace(minute=5))
    await number_events()
    issue = (await frontend.do(here.writer, "ComposeIssue", isoWeek=WEEK))["issue"]
    return here, issue


async def approved(frontend: Frontend, now: datetime, *readers: str) -> tuple[Room, Any]:
    """An issue that a second editor has approved."""
    for email in readers:
        await reader(frontend, email)
    here, issue = await composed(frontend, now)
    await proofed(issue["id"], now)
    issue = (await frontend.do(here.editor, "ApproveIssue", id=issue["id"], revision=issue["revision"]))["issue"]
    return here, issue


async def sending(frontend: Frontend, now: datetime, *readers: str) -> tuple[Room, Any]:
    """An issue that is on its way."""
    here, issue = await approved(frontend, now, *readers)
    scheduled = (await frontend.do(here.editor, "ScheduleIssue", id=issue["id"]))["issue"]
    due = datetime.fromisoformat(scheduled["scheduledAt"])
    frontend.at(due)
    await models.NewsletterIssue.start(UUID(issue["id"]), zone=Site().zone, now=due)
    return here, issue


async def number_events() -> None:
    """What the relay does: give the events their numbers."""
    last = await models.OutboxEvent.filter(seq__isnull=False).count()
    for seq, event in enumerate(await models.OutboxEvent.filter(seq__isnull=True).order_by("id"), start=last + 1):
        event.seq = seq
        await event.save()
