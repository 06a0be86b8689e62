"""WebhookEndpoint: an address that hears of events, and what those do with it who look after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import partners
from models.access import Viewer
from models.base import new_id
from models.outbox import Pen
from models.webhooks.endpoint_row import EndpointRow, may_keep
from models.webhooks.refusals import OverlapOutOfRange, TooManyOfPartner, TooManyWebhooks
from models.webhooks.states import WebhookState
from models.webhooks.targets import Policy

MOST = 500
"""Endpoints that are not removed: each one costs every event a row."""
PER_PARTNER = 20
OVERLAP_MAX = timedelta(hours=168)


class WebhookEndpoint(EndpointRow):
    """An endpoint of a partner, or one of the community's own."""

    class Meta:
        table = "webhook_endpoint"
        indexes = (("state", "cursor"),)

    @classmethod
    async def add(
        cls, url: str, description: str, topics: Sequence[str], *, by: Viewer, now: datetime, policy: Policy,
        partner_id: UUID | None = None,
    ) -> tuple[Self, str]:  # fmt: skip
        """Add an endpoint; it hears of what happens from now on. Returns its secret, which is shown this once.

        Raises `UnsafeTarget`, `TopicsInvalid`, `PartnerInactive` and `TooManyWebhooks`.
        """
        may_keep(by, partner_id)
        endpoint = cls(id=new_id(), partner_id=partner_id, created_by_id=by.person_id)
        endpoint._take(url, description, topics, policy)
        async with in_transaction():
            await cls._has_room(partner_id)
            endpoint.cursor = await _last_number()
            secret = endpoint._new_secret()
            await endpoint.save(force_create=True)
            await endpoint._note("add", by, now)
        return endpoint, secret

    @classmethod
    async def _has_room(cls, partner_id: UUID | None) -> None:
        """The lock of the partner makes its count right."""
        standing: Any = cls.exclude(state=WebhookState.REMOVED)
        if partner_id is not None:
            await partners.active(partner_id)
            if await standing.filter(partner_id=partner_id).count() >= PER_PARTNER:
                raise TooManyOfPartner("partnerId")
        if await standing.count() >= MOST:
            raise TooManyWebhooks()

    @classmethod
    async def change(
        cls, id: UUID, url: str, description: str, topics: Sequence[str], *, by: Viewer, now: datetime, policy: Policy,
        version: int | None = None,
    ) -> Self:  # fmt: skip
        """Say anew where it leads and what it hears of. Raises `UnsafeTarget` and `TopicsInvalid`."""
        async with in_transaction():
            endpoint = await cls.standing(id, version)
            may_keep(by, endpoint.partner_id)
            endpoint._take(url, description, topics, policy)
            endpoint.version += 1
            await endpoint.save()
            await endpoint._note("change", by, now)
        return endpoint

    @classmethod
    async def pause(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Send nothing until it is enabled again; nothing of what happens meanwhile is lost."""
        async with in_transaction():
            endpoint = await cls.locked(id)
            await endpoint.follow("pause", by=by, now=now)
        return endpoint

    @classmethod
    async def remove(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Send nothing any more, ever. The secret goes at once, the row stays for the log."""
        async with in_transaction():
            endpoint = await cls.locked(id)
            endpoint.sealed = endpoint.older_sealed = ""
            endpoint.older_until = None
            await endpoint.follow("remove", by=by, now=now)
        return endpoint

    @classmethod
    async def rotate(cls, id: UUID, overlap: timedelta, *, by: Viewer, now: datetime) -> tuple[Self, str]:
        """Make a new secret; the one before it signs along for as long as `overlap`. Returns the new one, once."""
        if not timedelta(0) <= overlap <= OVERLAP_MAX:
            raise OverlapOutOfRange("overlapHours")
        async with in_transaction():
            endpoint = await cls.standing(id)
            may_keep(by, endpoint.partner_id)
            endpoint.older_sealed, endpoint.older_until = endpoint.sealed, now + overlap
            secret = endpoint._new_secret()
            endpoint.version += 1
            await endpoint.save()
            await endpoint._note("rotate", by, now)
        return endpoint, secret


async def _last_number() -> int:
    pen = await Pen.filter(name="events").first()
    return pen.last_seq if pen else 0
