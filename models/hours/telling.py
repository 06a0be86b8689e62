"""Whom a Sprechstunde tells what, and what it reminds of. Rows only, in the transaction of the cause."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.members import RoleGrant
from models.notifications import forget, remind, tell_all
from models.roles import Role

BEFORE = {"tomorrow": timedelta(hours=24), "soon": timedelta(hours=1)}


async def about(session: Any) -> dict[str, str]:
    series = await session.series
    return {
        "title": series.title_de, "title_en": series.title_en or series.title_de, "session": str(session.id),
        "starts_at": session.starts_at.isoformat(),
    }  # fmt: skip


async def plan(
    subject: Any, starts_at: datetime, people: Iterable[UUID], kind: str, said: dict[str, str], now: datetime
) -> None:
    """Remind people a day and an hour before it begins, or move what was planned (E32).

    A reminder whose time has passed is not given any more, and not left at its old time either.
    """
    people = list(people)
    for when, before in BEFORE.items():
        at, what = starts_at - before, f"{kind}{when}"
        if at <= now:
            await forget(subject, now=now, kinds=[what])
            continue
        for person in people:
            await remind(person, what, subject=subject, at=at, now=now, about=said)


async def remind_hosts(session: Any, people: Iterable[UUID], now: datetime) -> None:
    await plan(session, session.starts_at, people, "hours.host_", await about(session), now)


async def remind_of_slot(slot: Any, session: Any, now: datetime) -> None:
    """Whoever booked is reminded of their own time."""
    said = {**await about(session), "starts_at": slot.starts_at.isoformat()}
    await plan(slot, slot.starts_at, [slot.person_id], "hours.", said, now)


async def needs_known(slot: Any, session: Any, hosts: Iterable[UUID], now: datetime) -> None:
    """The hosts hear a day before that somebody needs something, at once when it is later than that (E39).

    The words themselves stand on the page, which only hosts read, and in no notification.
    """
    said = await about(session)
    at = max(now, session.starts_at - BEFORE["tomorrow"])
    for host in hosts:
        await remind(host, "hours.needs", subject=slot, at=at, now=now, about=said)


async def seat_offered(entry: Any, session: Any, until: datetime, now: datetime) -> None:
    said = {**await about(session), "until_at": until.isoformat()}
    await tell_all([entry.person_id], "hours.offered", subject=entry, now=now, about=said)


async def called(entry: Any, session: Any, now: datetime) -> None:
    """Somebody has time for them now: once for each call, as they may have come back to their place in between."""
    await tell_all([entry.person_id], "hours.called", subject=entry, now=now, about=await about(session))


async def queue_over(session: Any, people: Iterable[UUID], now: datetime) -> None:
    """It ended before their turn came."""
    await tell_all(people, "hours.queue_over", subject=session, now=now, about=await about(session))


async def stop(session: Any, now: datetime) -> None:
    """Its cause is gone (E31)."""
    await forget(session, now=now)


async def moved(session: Any, people: Iterable[UUID], now: datetime) -> None:
    await tell_all(people, "hours.moved", subject=session, now=now, about=await about(session))


async def cancelled(session: Any, people: Iterable[UUID], now: datetime) -> None:
    await tell_all(people, "hours.cancelled", subject=session, now=now, about=await about(session))


async def not_opened(session: Any, now: datetime) -> None:
    """Managers are told once per session that a host is missing."""
    people = await RoleGrant.holders(Role.COMMUNITY_MANAGER, now=now)
    await tell_all(
        people, "hours.not_opened", subject=session, now=now, about=await about(session),
        key=session.starts_at.isoformat(),
    )  # fmt: skip
