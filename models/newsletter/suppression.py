"""Whom we do not write to, and why: keyed hashes of addresses that survive erasure and reveal nothing (section 7)."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.access import Viewer, require
from models.base import Moment, Row
from models.errors import NotFound
from models.outbox import AuditEvent
from models.roles import Role


class SuppressionReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    """By the reader; a new double opt-in lifts it."""
    BOUNCED = "bounced"
    """The mailbox does not exist; a new double opt-in proves that it does, or an editor lifts it."""
    COMPLAINED = "complained"
    """Reported as spam; only the person, in writing."""
    LEGAL = "legal"
    """Set and lifted by an administrator."""


R = SuppressionReason
LIFTED_BY_OPT_IN = (R.UNSUBSCRIBED, R.BOUNCED)
FINAL = (R.COMPLAINED, R.LEGAL)
LIFTERS = {
    R.UNSUBSCRIBED: (),
    R.BOUNCED: (Role.EDITOR, Role.ADMINISTRATOR),
    R.COMPLAINED: (Role.ADMINISTRATOR,),  # the person wrote to us, and somebody has to enter it
    R.LEGAL: (Role.ADMINISTRATOR,),
}


class Suppression(Row):
    """One address and one reason. `address_hash` is `vault.fingerprint` of the address."""

    kind: ClassVar[str] = "suppression"

    address_hash = fields.CharField(max_length=64, db_index=True)
    reason = fields.CharEnumField(SuppressionReason, max_length=24)
    at = Moment()

    class Meta:
        table = "suppression"
        unique_together = (("address_hash", "reason"),)

    @classmethod
    async def add(cls, address_hash: str, reason: SuppressionReason, *, now: datetime) -> None:
        """Once per address and reason; call it in the transaction of what causes it."""
        await cls.bulk_create([cls(address_hash=address_hash, reason=reason, at=now)], ignore_conflicts=True)

    @classmethod
    async def is_final(cls, address_hash: str) -> bool:
        """Whether not even a new opt-in may lead to a mail."""
        return await cls.filter(address_hash=address_hash, reason__in=list(FINAL)).exists()

    @classmethod
    async def opted_in(cls, address_hash: str) -> None:
        """A confirmed double opt-in lifts what it can lift."""
        await cls.filter(address_hash=address_hash, reason__in=list(LIFTED_BY_OPT_IN)).delete()

    @classmethod
    async def lift(cls, address: str, reason: SuppressionReason, *, by: Viewer, now: datetime, note: str) -> None:
        """Staff lift a suppression (a list that nobody can leave is a bug of its own). Raises `NotFound`."""
        require(by, *LIFTERS[reason])
        async with in_transaction():
            row = await cls.filter(address_hash=vault.fingerprint(address), reason=reason).select_for_update().first()
            if row is None:
                raise NotFound("email")
            await AuditEvent.record(row, "lift", by=by, now=now, before=reason.value, note=note)
            await row.delete()
