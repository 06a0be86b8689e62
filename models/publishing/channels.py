"""The channels of the community: one account on one network, its credential, and what it may spend."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.functions import Sum
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

    @classmethod
    async def expiring(cls, now: datetime, within: timedelta = timedelta(days=7)) -> list[Self]:
        """Tokens that expire soon: they stand on the desk (C10.5)."""
        return await cls.filter(expires_at__lt=now + within).order_by("expires_at")


class ChannelCall(Row):
    """One request to a network that counts against a window or costs money. The budget is what these rows add up to."""

    channel_id = fields.UUIDField()
    action = fields.CharField(max_length=24)
    cost_micros = fields.BigIntField(default=0)
    at = Moment()

    class Meta:
        table = "channel_call"
        indexes = (("channel_id", "action", "at"),)


class Spent(Exception):
    """There is no budget for the call now; `until` says when there will be, `money` whether it is the month's money."""

    def __init__(self, until: datetime, *, money: bool) -> None:
        self.until, self.money = until, money
        super().__init__("money" if money else "rate")


Window = tuple[int, int]
"""So many calls in so many seconds."""


async def reserve(
    channel: Channel, action: str, *, windows: tuple[Window, ...], cost: int, cap: int | None, now: datetime
) -> None:
    """Book one call, or raise `Spent`. The caller's transaction holds the lock of the channel's row, so several
    workers cannot book the same room. `cap` is the month's money in millionths of a dollar; None: it costs nothing.
    """
    if channel.blocked_until and channel.blocked_until > now and action != "delete":
        raise Spent(channel.blocked_until, money=False)
    for most, seconds in windows:
        since = now - timedelta(seconds=seconds)
        recent = ChannelCall.filter(channel_id=channel.id, action=action, at__gt=since).order_by("at")
        if await recent.count() >= most:
            first = (await recent.limit(1))[0]
            raise Spent(first.at + timedelta(seconds=seconds), money=False)
    if cap is not None and cost:
        await _afford(channel, action, cost, cap, now)
    await ChannelCall.create(channel_id=channel.id, action=action, cost_micros=cost, at=now)


async def _afford(channel: Channel, action: str, cost: int, cap: int, now: datetime) -> None:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    this_month = ChannelCall.filter(channel_id=channel.id, at__gte=month)
    spent = int((await this_month.annotate(sum=Sum("cost_micros")).values("sum"))[0]["sum"] or 0)
    # A reserve of a twentieth is kept for taking posts back: a retraction must never fail for want of a cent.
    if spent + cost > (cap if action == "delete" else cap - cap // 20):
        raise Spent((month + timedelta(days=32)).replace(day=1), money=True)
