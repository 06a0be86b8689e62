"""WebhookEndpoint: an address of a partner that hears of events, its secret, and how it has been doing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text, vault
from models.access import Viewer, require
from models.base import Moment, new_id
from models.errors import NotFound
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent, Pen
from models.webhooks import signing
from models.webhooks.refusals import OverlapOutOfRange, TooManyWebhooks
from models.webhooks.seeing import topics_of
from models.webhooks.states import ENDPOINT, KEEPERS, WebhookFault, WebhookState
from models.webhooks.targets import URL_MAX, Policy, target

DESCRIPTION_MAX = 120
MOST = 500
"""Endpoints that are not removed: each one costs every event a row."""
OVERLAP_MAX = timedelta(hours=168)


class WebhookEndpoint(Stateful):
    """An address that hears of events. `cursor` is the number of the last event that became deliveries.

    While it is not enabled the cursor stands still, so whatever happens meanwhile is sent afterwards, for as long as
    the event log is kept. `failures` in a row without any success open the breaker until `rest_until`.
    """

    kind = "webhook"
    transitions: ClassVar[Table] = ENDPOINT

    url = fields.CharField(max_length=URL_MAX)
    description = fields.CharField(max_length=DESCRIPTION_MAX)
    topics: Any = fields.JSONField(default=list)
    """Beginnings of event types; none: everything that it may see."""
    state = fields.CharEnumField(WebhookState, max_length=24, default=WebhookState.ENABLED)
    disabled_for: Any = fields.CharEnumField(WebhookFault, max_length=24, null=True)
    partner: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Partner", related_name="webhooks", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    partner_id: UUID | None
    created_by_id = fields.UUIDField(null=True)
    """Who hears when it had to be disabled."""
    sealed = fields.TextField(default="")
    older_sealed = fields.TextField(default="")
    older_until = Moment(null=True)
    cursor = fields.BigIntField(default=0)
    gap = fields.BigIntField(default=0)
    """Events that had left the log before they could become deliveries, of whatever type."""
    failures = fields.IntField(default=0)
    failing_since = Moment(null=True)
    rest_until = Moment(null=True)

    class Meta:
        table = "webhook_endpoint"
        indexes = (("state", "cursor"),)

    @classmethod
    async def add(
        cls, url: str, description: str, topics: Sequence[str], *, by: Viewer, now: datetime, policy: Policy,
        partner_id: UUID | None = None,
    ) -> tuple[Self, str]:  # fmt: skip
        """Add an endpoint; it hears of what happens from now on. Returns its secret, which is shown this once.

        Raises `UnsafeTarget`, `TopicsInvalid` and `TooManyWebhooks`.
        """
        require(by, *KEEPERS)
        endpoint = cls(id=new_id(), partner_id=partner_id, created_by_id=by.person_id)
        endpoint._take(url, description, topics, policy)
        async with in_transaction():
            if await cls.exclude(state=WebhookState.REMOVED).count() >= MOST:
                raise TooManyWebhooks()
            if partner_id and not await cls._partners().filter(id=partner_id).exists():
                raise NotFound("partnerId")
            endpoint.cursor = await _last_number()
            secret = endpoint._new_secret()
            await endpoint.save(force_create=True)
            await endpoint._note("add", by, now)
        return endpoint, secret

    @classmethod
    def _partners(cls) -> Any:
        return cls._meta.fields_map["partner"].related_model  # type: ignore[attr-defined]

    @classmethod
    async def change(
        cls, id: UUID, url: str, description: str, topics: Sequence[str], *, by: Viewer, now: datetime, policy: Policy,
        version: int | None = None,
    ) -> Self:  # fmt: skip
        """Say anew where it leads and what it hears of. Raises `UnsafeTarget` and `TopicsInvalid`."""
        require(by, *KEEPERS)
        async with in_transaction():
            endpoint = await cls.standing(id, version)
            endpoint._take(url, description, topics, policy)
            endpoint.version += 1
            await endpoint.save()
            await endpoint._note("change", by, now)
        return endpoint

    @classmethod
    async def standing(cls, id: UUID, version: int | None = None) -> Self:
        """The locked row, unless it was removed."""
        endpoint = await cls.locked(id, version=version)
        if endpoint.state is WebhookState.REMOVED:
            raise NotFound("id")
        return endpoint

    def _take(self, url: str, description: str, topics: Sequence[str], policy: Policy) -> None:
        target(url, policy)
        self.url, self.topics = url, topics_of(topics)
        self.description = text.line(description, "description", DESCRIPTION_MAX)

    async def _note(self, action: str, by: Viewer, now: datetime) -> None:
        """Audit row and event, without the address: a webhook's is often a secret itself."""
        await AuditEvent.record(self, action, by=by, now=now, after=self.state.value)
        await OutboxEvent.record(f"webhook.{action}", subject_kind=self.kind, subject_id=self.id, now=now)

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
        require(by, *KEEPERS)
        if not timedelta(0) <= overlap <= OVERLAP_MAX:
            raise OverlapOutOfRange("overlapHours")
        async with in_transaction():
            endpoint = await cls.standing(id)
            endpoint.older_sealed, endpoint.older_until = endpoint.sealed, now + overlap
            secret = endpoint._new_secret()
            endpoint.version += 1
            await endpoint.save()
            await endpoint._note("rotate", by, now)
        return endpoint, secret

    def _new_secret(self) -> str:
        secret = signing.fresh_secret()
        self.sealed = vault.seal(secret, self._about)
        return secret

    @property
    def _about(self) -> str:
        return f"webhook:{self.id}"

    def secrets_at(self, now: datetime) -> list[str]:
        """The secrets that sign at this moment, the newest first: for the worker alone, never for a log or GraphQL."""
        sealed = [self.sealed]
        if self.older_sealed and self.older_until and self.older_until > now:
            sealed.append(self.older_sealed)
        return [vault.unseal(each, self._about) for each in sealed if each]


async def _last_number() -> int:
    pen = await Pen.filter(name="events").first()
    return pen.last_seq if pen else 0
