"""Links that are mailed and used once: confirm a subscription, erase it, export it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from tortoise import fields

from models import vault
from models.base import Moment, Row
from models.jobs import JobRun
from models.newsletter.refusals import LinkInvalid


class LinkKind(StrEnum):
    CONFIRM = "confirm"
    ERASE = "erase"
    EXPORT = "export"


LIFE = {
    LinkKind.CONFIRM: timedelta(days=7),
    LinkKind.ERASE: timedelta(hours=1),
    LinkKind.EXPORT: timedelta(hours=1),
}
MAILS_PER_DAY = 3  # per address and kind: a form must not become a way to flood somebody (listmonk#3229)
WORK = {
    LinkKind.CONFIRM: "mail.confirmation",
    LinkKind.ERASE: "mail.subscription_link",
    LinkKind.EXPORT: "mail.subscription_link",
}


class SubscriptionLink(Row):
    """One mailed link. The token is made again from the id, so the job that mails it carries no secret."""

    subscription: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Subscription", related_name="links", on_delete=fields.CASCADE, db_index=True
    )
    subscription_id: UUID
    kind = fields.CharEnumField(LinkKind, max_length=24)
    token_hash = fields.CharField(max_length=64, unique=True)
    asked_at = Moment()
    expires_at = Moment()
    used_at = Moment(null=True)

    class Meta:
        table = "subscription_link"

    @property
    def token(self) -> str:
        return vault.token(f"newsletter.{self.kind.value}", self.id)

    @property
    def path(self) -> str:
        """Where the mailed link leads."""
        return f"/newsletter/{self.kind.value}/{self.token}"

    @classmethod
    async def mail(cls, subscription_id: UUID, kind: LinkKind, *, now: datetime) -> Self | None:
        """Make a link and the job that mails it, in the caller's transaction; None when that was often enough today."""
        lately = cls.filter(subscription_id=subscription_id, kind=kind, asked_at__gt=now - timedelta(hours=24))
        if await lately.count() >= MAILS_PER_DAY:
            return None
        link = cls(subscription_id=subscription_id, kind=kind, asked_at=now, expires_at=now + LIFE[kind])
        link.token_hash = vault.digest(link.token)
        await link.save(force_create=True)
        await JobRun.enqueue(WORK[kind], f"{WORK[kind]}:{link.id}", due_at=now, payload={"link": str(link.id)})
        return link

    @classmethod
    async def locked_by_token(cls, token: str, kind: LinkKind) -> Self:
        """The link, locked, whether it still counts or not. Raises `LinkInvalid` for an unknown token."""
        link = await cls.filter(token_hash=vault.digest(token[:200]), kind=kind).select_for_update().first()
        if link is None:
            raise LinkInvalid("token")
        return link

    @classmethod
    async def peek(cls, token: str, kind: LinkKind, *, now: datetime) -> Self:
        """For showing a page: changes nothing. Raises `LinkInvalid`."""
        link = (
            await cls.filter(token_hash=vault.digest(token[:200]), kind=kind).prefetch_related("subscription").first()
        )
        if link is None or link.expires_at <= now:
            raise LinkInvalid("token")
        return link

    async def use(self, now: datetime) -> None:
        """Use it up. Raises `LinkInvalid` the second time and after its time."""
        if self.used_at or self.expires_at <= now:
            raise LinkInvalid("token")
        self.used_at = now
        await self.save()
