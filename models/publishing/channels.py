"""The channels of the community: one account on one network, its credential, and what it may spend."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.access import Viewer, require
from models.base import Moment, Row
from models.errors import Refusal
from models.language import Language
from models.machine import Decision
from models.outbox import AuditEvent
from models.publishing.networks import ChannelKind, Network, network
from models.roles import Role


class ChannelStatus(StrEnum):
    OK = "ok"
    RECONNECT = "reconnect"
    PAUSED = "paused"


KEEPERS = (Role.EDITOR, Role.ADMINISTRATOR)


class Channel(Row):
    """One account. `live` is False until it has a credential: then posts are recorded and nothing leaves the machine.

    `config` may hold the limits of this instance (`networks.ADJUSTABLE`); no secret ever stands in it.
    """

    kind = fields.CharEnumField(ChannelKind, max_length=24)
    name = fields.CharField(max_length=120)
    account_ref = fields.CharField(max_length=120, default="")
    languages: Any = fields.JSONField(default=list)
    config: Any = fields.JSONField(default=dict)
    status = fields.CharEnumField(ChannelStatus, max_length=24, default=ChannelStatus.OK)
    live = fields.BooleanField(default=False)
    blocked_until = Moment(null=True)
    sender_id = fields.UUIDField(null=True)
    sender_until = Moment(null=True)

    class Meta:
        table = "channel"
        unique_together = (("kind", "account_ref"),)

    @property
    def tongues(self) -> list[Language]:
        """The languages in which this channel tells stories: one post each."""
        return [Language(name) for name in self.languages]

    @property
    def network(self) -> Network:
        return network(self.kind, self.config)

    @property
    def takes_posts(self) -> bool:
        return self.status is not ChannelStatus.PAUSED

    @classmethod
    async def open(
        cls, kind: ChannelKind, name: str, languages: list[Language], *, account_ref: str = "", **config: Any
    ) -> Self:
        """The channel of this account, made if it does not exist yet. A set-up step, repeatable."""
        standing = await cls.filter(kind=kind, account_ref=account_ref).first()
        if standing:
            return standing
        spoken = [language.value for language in languages]
        return await cls.create(kind=kind, name=name, languages=spoken, account_ref=account_ref, config=config)

    def decide(self, action: str, *, by: Viewer) -> Decision:
        """May this viewer pause or resume it? Both may be repeated, so only the role counts."""
        try:
            require(by, *KEEPERS)
        except Refusal as refusal:
            return Decision(False, refusal)
        return Decision(True)

    @classmethod
    async def pause(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Let nothing out on this channel until it is resumed. What was sent stays."""
        return await cls._set(id, ChannelStatus.PAUSED, by, now)

    @classmethod
    async def resume(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        return await cls._set(id, ChannelStatus.OK, by, now)

    @classmethod
    async def _set(cls, id: UUID, status: ChannelStatus, by: Viewer, now: datetime) -> Self:
        require(by, *KEEPERS)
        async with in_transaction():
            channel = await cls.locked(id)
            before, channel.status = channel.status.value, status
            channel.version += 1
            await channel.save()
            await AuditEvent.record(channel, status.value, by=by, now=now, before=before, after=status.value)
        return channel

    async def connect(self, secret: dict[str, str], *, now: datetime, expires_at: datetime | None = None) -> None:
        """Store the account's tokens and let posts out from now on."""
        async with in_transaction():
            await Credential.filter(channel_id=self.id).delete()
            credential = Credential(channel_id=self.id, expires_at=expires_at)
            credential.sealed = vault.seal(json.dumps(secret), credential.about)
            await credential.save(force_create=True)
            self.live, self.status = True, ChannelStatus.OK
            await self.save()

    async def credential(self) -> "Credential | None":
        return await Credential.filter(channel_id=self.id).first()


class Credential(Row):
    """An account's tokens, sealed with AES-256-GCM and bound to this row: a copy elsewhere cannot be opened."""

    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField(
        "models.Channel", related_name="credentials", db_index=True
    )
    sealed = fields.TextField()
    expires_at = Moment(null=True)

    class Meta:
        table = "channel_credential"

    @property
    def about(self) -> str:
        return f"credential:{self.id}"

    def opened(self) -> dict[str, str]:
        """The tokens in the clear: for the worker that sends, never for a log, an event or GraphQL."""
        tokens: dict[str, str] = json.loads(vault.unseal(self.sealed, self.about))
        return tokens

    def renew(self, tokens: dict[str, str], expires_at: datetime) -> None:
        """Put new tokens in; what is empty or missing never overwrites what is there. The caller saves."""
        kept = {**self.opened(), **{name: value for name, value in tokens.items() if value}}
        self.sealed, self.expires_at = vault.seal(json.dumps(kept), self.about), expires_at

    @classmethod
    async def expiring(cls, now: datetime, within: timedelta = timedelta(days=7)) -> list[Self]:
        """Tokens that expire soon: they stand on the desk (C10.5)."""
        return await cls.filter(expires_at__lt=now + within).order_by("expires_at")
