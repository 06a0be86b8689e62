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


async def plan(subject: Any, session: Any, people: Iterable[UUID], kind: str, now: datetime) -> None:
    """Remind people a day and an hour before the session begins, or move what was planned (E32).

    A reminder whose time has passed is not given any more, and not left at its old time either.
    """
    said = await about(session)
    people = list(people)
    for when, before in BEFORE.items():
        at, what = session.starts_at - before, f"{kind}_{when}"
        if at <= now:
            await forget(subject, now=now, kinds=[what])
            continue
        for person in people:
            await remind(person, what, subject=subject, at=at, now=now, about=said)


async def remind_hosts(session: Any, people: Iterable[UUID], now: datetime) -> None:
    await plan(session, session, people, "hours.host", now)


async def stop(session: Any, now: datetime) -> None:
    """Its cause is gone (E31)."""
    await forget(session, now=now)


async def moved(session: Any, people: Iterable[UUID], now: datetime) -> None:
    await tell_all(people, "hours.moved", subject=session, now=now, about=await about(session))


async def cancelled(session: Any, people: Iterable[UUID], now: datetime) -> None:
    await tell_all(people, "hours.cancelled", subject=session, now=now, about=await about(session))


async def not_opened(session: Any, now: datetime) -> None:
    """Managers are told once per session that a host is missing."""
    grants = RoleGrant.filter(role=Role.COMMUNITY_MANAGER, revoked_at__isnull=True).order_by("id")
    people: list[UUID] = list(await grants.values_list("person_id", flat=True))  # type: ignore[arg-type]
    await tell_all(
        people, "hours.not_opened", subject=session, now=now, about=await about(session),
        key=session.starts_at.isoformat(),
    )  # fmt: skip
