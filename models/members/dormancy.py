"""Accounts of people who are gone: a notice, a rest, and an end. All times are settings (E10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.jobs import JobRun
from models.members.consents import Purpose
from models.members.person import Person, PersonState


@dataclass(frozen=True)
class Dormancy:
    """How long somebody may be away before what happens."""

    notice_after: timedelta = timedelta(days=365)
    """Nobody was here: a mail asks."""
    rest_after: timedelta = timedelta(days=30)
    """After the mail: the account rests, in no list and no suggestion. Signing in wakes it."""
    redact_after: timedelta = timedelta(days=365)
    """After that: leaving begins by itself, with its time for a change of mind."""


async def send_notices(terms: Dormancy, *, now: datetime, limit: int = 500) -> int:
    """Ask those who have been away for long; the mail is a job of its own."""
    async with in_transaction():
        away = Person.filter(
            state=PersonState.ACTIVE, last_active_at__lte=now - terms.notice_after, dormancy_notice_at__isnull=True
        )
        rows = await away.order_by("id").limit(limit).select_for_update()
        for person in rows:
            person.dormancy_notice_at = now
            await person.save(update_fields=["dormancy_notice_at", "updated_at"])
            about = {"person": str(person.id)}
            await JobRun.enqueue("mail.dormancy", f"mail.dormancy:{person.id}:{now.date()}", due_at=now, payload=about)
    return len(rows)


async def rest(terms: Dormancy, *, now: datetime, limit: int = 500) -> int:
    """Let accounts rest whose notice was not answered."""
    async with in_transaction():
        silent = Person.filter(state=PersonState.ACTIVE, dormancy_notice_at__lte=now - terms.rest_after)
        rows = await silent.order_by("id").limit(limit).select_for_update()
        for person in rows:
            await person.follow("rest", by=SYSTEM, now=now)
    return len(rows)


async def let_go(terms: Dormancy, *, now: datetime, regret: timedelta | None = None, limit: int = 500) -> int:
    """Begin the leaving of those whose account has rested for long."""
    resting = Person.filter(
        state=PersonState.DORMANT, dormancy_notice_at__lte=now - terms.rest_after - terms.redact_after
    )
    ids: list[UUID] = list(await resting.order_by("id").limit(limit).values_list("id", flat=True))  # type: ignore[arg-type]
    for id in ids:
        if regret is None:
            await Person.request_erasure(id, by=SYSTEM, now=now)
        else:
            await Person.request_erasure(id, by=SYSTEM, now=now, regret=regret)
    return len(ids)


async def purge_unproved(*, now: datetime, after: timedelta = timedelta(days=7), limit: int = 500) -> int:
    """Delete accounts that somebody began with the form and whose mailbox was never proved (E5).

    Imported members have never filled in a form: they are nobody's forgotten attempt, and stay.
    """
    begun = Person.filter(
        state=PersonState.PENDING_VERIFICATION, created_at__lt=now - after,
        consents__purpose=Purpose.ACCOUNT, consents__evidence="form",
    )  # fmt: skip
    ids = list(await begun.limit(limit).values_list("id", flat=True))
    if ids:
        await Person.filter(id__in=ids).delete()
    return len(ids)
