"""A partner's server, a courier that may speak to it, and events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import models
from models.access import Viewer
from models.base import new_id, utcnow
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.site import Site
from models.webhooks import Policy
from tests import people
from tests.graph.conftest import frontend  # noqa: F401  # a fixture
from tests.webhooks.partner import Partner
from workers import outbox
from workers.mail.caught import CaughtMailbox
from workers.webhooks import safe
from workers.webhooks.courier import Courier
from workers.work import Tools


@dataclass
class Post:
    """Somebody who keeps webhooks, the partner's server, and the courier between."""

    partner: Partner
    keeper: Viewer
    courier: Courier
    clock: list[datetime]
    secrets: dict[UUID, str] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return Policy(trusted=frozenset({self.partner.place}))

    async def webhook(self, path: str = "/hook", *topics: str, url: str | None = None) -> models.WebhookEndpoint:
        endpoint, secret = await models.WebhookEndpoint.add(
            url or self.partner.url(path), f"Webhook {path}", topics, by=self.keeper, now=self.clock[0],
            policy=self.policy,
        )  # fmt: skip
        self.secrets[endpoint.id] = secret
        return endpoint

    async def happens(self, type: str = "story.published", subject: UUID | None = None, **more: Any) -> UUID:
        """Something happens and gets its number; the id of the event."""
        more = {"visible_to": Visibility.PUBLIC, "now": self.clock[0], **more}
        kind = type.partition(".")[0]
        event = await OutboxEvent.record(type, subject_kind=kind, subject_id=subject or new_id(), **more)
        await outbox.relay({})
        return event.id

    async def goes_round(self) -> None:
        """The courier takes out what is due, and is back."""
        while await self.courier.step():
            pass
        await self.courier.idle()

    async def time_passes(self) -> None:
        """The pauses of everything that waits are over."""
        past = utcnow() - timedelta(days=1)
        await models.WebhookDelivery.filter(state="pending").update(due_at=past)
        await models.WebhookEndpoint.exclude(rest_until=None).update(rest_until=past)


@asynccontextmanager
async def posted(partner: Partner, keeper: Viewer, now: datetime, deadline: float = 5.0) -> AsyncIterator[Post]:
    clock = [now]
    tools = Tools(site=Site(), mailer=CaughtMailbox(), now=lambda: clock[0])
    async with safe.opened(Policy(trusted=frozenset({partner.place})), deadline=deadline) as client:
        yield Post(partner, keeper, Courier(tools, client, owner="test", lease=timedelta(seconds=30)), clock)


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    server = await Partner().start()
    yield server
    await server.stop()


@pytest.fixture
async def post(database: str, partner: Partner, now: datetime) -> AsyncIterator[Post]:
    keeper = await people.manager(now=now)
    async with posted(partner, keeper, now) as ready:
        yield ready
