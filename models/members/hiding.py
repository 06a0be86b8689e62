"""A wave of bots costs minutes, not an evening: many at once, and all of it back with one click (E49)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.base import Moment, Row
from models.errors import NotAllowed
from models.members.grants import RoleGrant
from models.members.person import MANAGERS, Person, PersonState
from models.outbox import AuditEvent
from models.roles import Role

MOST = 2_000
HELD_FOR = timedelta(days=7)


class BulkHide(Row):
    """One click that hid many: who, why, whom, and whether it was taken back."""

    kind = "bulk_hide"

    by_id = fields.UUIDField(null=True, db_index=True)
    reason = fields.CharField(max_length=280, default="")
    person_ids: Any = fields.JSONField(default=list)
    """Exactly those whom this click hid: undoing frees nobody who was restricted before."""
    undone_at = Moment(null=True)

    class Meta:
        table = "bulk_hide"

    @classmethod
    async def hide(cls, person_ids: Iterable[UUID], *, reason: str, by: Viewer, now: datetime) -> Self:
        """Restrict the active ones among them. Staff are never among them, and nobody hides themselves."""
        require(by, *MANAGERS)
        why = text.line(reason, "reason", 280)
        wanted = list(dict.fromkeys(person_ids))[:MOST]
        async with in_transaction():
            staff = set(
                await RoleGrant.filter(person_id__in=wanted, revoked_at__isnull=True).values_list(
                    "person_id", flat=True
                )
            )
            rows = await Person.filter(id__in=wanted, state=PersonState.ACTIVE).order_by("id").select_for_update()
            hidden = [row for row in rows if row.id not in staff and row.id != by.person_id]
            await Person.follow_together(hidden, "restrict", by=by, now=now, note=why)
            batch = await cls.create(by_id=by.person_id, reason=why, person_ids=[str(row.id) for row in hidden])
            await AuditEvent.record(batch, "hide", by=by, now=now, note=f"{len(hidden)}")
        return batch

    @classmethod
    async def hide_suspects(cls, suspects: QuerySet[Person], *, reason: str, by: Viewer, now: datetime) -> Self:
        """The same for everybody in a list, as it is at this moment."""
        require(by, *MANAGERS)
        ids: list[Any] = list(await suspects.limit(MOST).values_list("id", flat=True))
        return await cls.hide(ids, reason=reason, by=by, now=now)

    @classmethod
    async def undo(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Everybody whom the click hid, and who is still hidden, is back. Doing it twice changes nothing."""
        require(by, *MANAGERS)
        async with in_transaction():
            batch = await cls.locked(id)
            if batch.undone_at:
                return batch
            rows = Person.filter(id__in=batch.person_ids, state=PersonState.RESTRICTED).order_by("id")
            await Person.follow_together(await rows.select_for_update(), "lift", by=by, now=now, note=batch.reason)
            batch.undone_at = now
            await batch.save()
            await AuditEvent.record(batch, "undo", by=by, now=now)
        return batch


def newcomers(since: datetime) -> QuerySet[Person]:
    """Accounts that joined since then and are on nobody's word yet: where a wave of bots is found."""
    return Person.filter(state=PersonState.ACTIVE, links_held=True, created_at__gte=since)


async def vouch(person_id: UUID, *, by: Viewer, now: datetime) -> Person:
    """Let the web addresses of a new account be seen before its week is over."""
    require(by, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)
    async with in_transaction():
        person = await Person.locked(person_id, "personId")
        if person.state is not PersonState.ACTIVE:
            raise NotAllowed("personId")
        person.links_held = False
        await person.save()
        await AuditEvent.record(person, "vouch", by=by, now=now)
    return person


async def release_links(*, now: datetime, held_for: timedelta = HELD_FOR) -> int:
    """Accounts that have been active and unobjectionable for a while are new no longer."""
    due = Person.filter(state=PersonState.ACTIVE, links_held=True, created_at__lte=now - held_for)
    return await due.update(links_held=False)
