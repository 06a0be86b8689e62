"""Switching a partner off and on: with its access end its members' rights, its keys and its webhooks, all at once.

Nothing of theirs is changed: whoever asks what they may is told nothing while the partner is inactive, so that one
mutation takes everything back. The wall is another matter: `Partner.act(id, "hide")`.
"""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer, require
from models.outbox import AuditEvent, OutboxEvent
from models.partners.partner import Partner
from models.partners.refusals import AlreadyActive, PartnerInactive
from models.partners.states import GRANTERS, MANAGERS


async def deactivate(id: UUID, *, by: Viewer, now: datetime) -> Partner:
    """End all access of a partner. Raises `PartnerInactive` when that has been done."""
    require(by, *MANAGERS)
    async with in_transaction():
        partner = await active(id, path="id")
        partner.inactive_since = now
        return await _written(partner, "deactivate", by, now)


async def activate(id: UUID, *, by: Viewer, now: datetime) -> Partner:
    """Give it back as it was. Raises `AlreadyActive`."""
    require(by, *GRANTERS)
    async with in_transaction():
        partner = await Partner.locked(id)
        if partner.inactive_since is None:
            raise AlreadyActive("id")
        partner.inactive_since = None
        return await _written(partner, "activate", by, now)


async def active(id: UUID, path: str = "partnerId") -> Partner:
    """The locked partner. Raises `NotFound` and `PartnerInactive`."""
    partner = await Partner.locked(id, path)
    if partner.inactive_since is not None:
        raise PartnerInactive(path)
    return partner


async def _written(partner: Partner, action: str, by: Viewer, now: datetime) -> Partner:
    partner.version += 1
    await partner.save()
    await AuditEvent.record(partner, action, by=by, now=now)
    await OutboxEvent.record(f"partner.{action}d", subject_kind=partner.kind, subject_id=partner.id, now=now)
    return partner
