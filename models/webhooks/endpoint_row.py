"""The columns of an endpoint, and its secrets. What people do with it stands in `endpoint.py`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields

from models import text, vault
from models.access import Viewer, manages
from models.base import Moment
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.machine import Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.topics import topics_of
from models.webhooks import signing
from models.webhooks.states import ENDPOINT, WebhookFault, WebhookState
from models.webhooks.targets import URL_MAX, Policy, target

DESCRIPTION_MAX = 120


class EndpointRow(Stateful):
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
        "models.Partner", related_name="webhooks", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    """Whose it is, for good; none: the community's own."""
    partner_id: UUID | None
    created_by_id = fields.UUIDField(null=True)
    """Who hears when it had to be disabled, where no partner has members."""
    sealed = fields.TextField(default="")
    older_sealed = fields.TextField(default="")
    older_until = Moment(null=True)
    cursor = fields.BigIntField(default=0)
    gap = fields.BigIntField(default=0)
    """Events that had left the log before they could become deliveries, of whatever type."""
    sees = fields.CharField(max_length=64, default="")
    """By what its partner saw when what waits was last looked through (`withholding.py`)."""
    failures = fields.IntField(default=0)
    failing_since = Moment(null=True)
    rest_until = Moment(null=True)

    class Meta:
        abstract = True

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


def may_keep(by: Viewer, partner_id: UUID | None) -> None:
    """Managers keep every webhook; everybody else those of their own partner. Raises `NotAllowed`."""
    if manages(by) or (partner_id is not None and partner_id in by.keeps):
        return
    raise SignInNeeded() if by.is_stranger else NotAllowed()
