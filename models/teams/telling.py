"""Whom a team's news reach. Called inside the transaction of the cause."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models import notifications
from models.teams.states import MembershipState, TeamRole

OPEN_AFTER = timedelta(days=3)  # an invitation or a request that nobody answered: one reminder, then no more


def about(team: Any) -> dict[str, str]:
    """The words that every text about a team needs. No names of people: they would outlive an erasure (E2)."""
    return {"team": team.name, "slug": team.slug}


async def leads(team: Any) -> list[UUID]:
    """Who leads the team now."""
    found = team.memberships.filter(role=TeamRole.LEAD, state=MembershipState.ACTIVE).order_by("id")
    return list(await found.values_list("person_id", flat=True))


async def tell(team: Any, person_id: UUID, kind: str, subject: Any, now: datetime) -> None:
    await notifications.tell(person_id, kind, subject=subject, now=now, about=about(team))


async def tell_leads(team: Any, kind: str, subject: Any, now: datetime, **more: str) -> None:
    said = {**about(team), **more}
    await notifications.tell_all(await leads(team), kind, subject=subject, now=now, about=said)


async def remind_of_answer(team: Any, person_id: UUID, kind: str, subject: Any, now: datetime) -> None:
    """One reminder of what waits for an answer; `notifications.forget(subject)` when it has come."""
    at = now + OPEN_AFTER
    await notifications.remind(person_id, kind, subject=subject, at=at, now=now, about=about(team))
