"""Whom the Kontaktbörse tells what, and what it reminds of. Rows only, in the transaction of the cause.

`about` holds titles and names of teams; no names of people, which would outlive an erasure (E2).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.exchange.listing_states import REMIND_BEFORE
from models.exchange.words import Reason
from models.notifications import forget, remind, tell, tell_all
from models.teams import MembershipState, Team, TeamMembership, TeamRole

NUDGE_BEFORE = timedelta(days=3)
LAST_NUDGE_BEFORE = timedelta(days=1)
NUDGES = {"application.waiting": NUDGE_BEFORE, "application.last_day": LAST_NUDGE_BEFORE}
CLOSED = {
    Reason.SEAT_FILLED: "application.seat_filled",
    Reason.LISTING_CLOSED: "application.listing_closed",
    Reason.NOT_ARRANGED: "application.declined",
}


async def leads_of(team_id: UUID) -> list[UUID]:
    leads = TeamMembership.filter(team_id=team_id, role=TeamRole.LEAD, state=MembershipState.ACTIVE)
    return list(await leads.order_by("id").values_list("person_id", flat=True))  # type: ignore[arg-type]


async def owners_of(listing: Any) -> list[UUID]:
    """Who hears of a listing: the leads of its team, or whoever published it."""
    return [listing.person_id] if listing.team_id is None else await leads_of(listing.team_id)


async def about(listing: Any, **more: str) -> dict[str, str]:
    team = await Team.filter(id=listing.team_id).first() if listing.team_id else None
    return {"title": listing.title, "team": team.name if team else "", "listing": str(listing.id), **more}


async def remind_to_confirm(listing: Any, now: datetime) -> None:
    """On day 23, with a link that confirms by one click (C5.1)."""
    # The link in the mail belongs to this round: it works until the listing is confirmed.
    said = await about(listing, until_at=listing.expires_at.isoformat(), round=str(listing.confirmations))
    for person in await owners_of(listing):
        at = listing.expires_at - REMIND_BEFORE
        await remind(person, "listing.expiring", subject=listing, at=at, now=now, about=said)


async def nothing_more(row: Any, now: datetime) -> None:
    """The cause of its reminders is gone (E31)."""
    await forget(row, now=now)


async def listing_ended(listing: Any, now: datetime) -> None:
    await forget(listing, now=now)
    await tell_all(await owners_of(listing), "listing.expired", subject=listing, now=now, about=await about(listing))


async def applied(application: Any, listing: Any, now: datetime) -> None:
    """Whoever decides learns of it at once, and is nudged before the seven days are over."""
    said, owners = await about(listing), await owners_of(listing)
    await tell_all(owners, "application.received", subject=application, now=now, about=said)
    for kind, before in NUDGES.items():
        for person in owners:
            await remind(person, kind, subject=application, at=application.due_at - before, now=now, about=said)


async def invited(application: Any, listing: Any, now: datetime) -> None:
    said = await about(listing)
    await tell(application.person_id, "application.invited", subject=application, now=now, about=said)


async def accepted(application: Any, listing: Any, now: datetime) -> None:
    """The seat is kept, and a community manager looks first (E14)."""
    await forget(application, now=now)
    said = await about(listing)
    await tell(application.person_id, "application.accepted", subject=application, now=now, about=said)


async def joined(application: Any, listing: Any, now: datetime, *, tell_owners: bool) -> None:
    await forget(application, now=now)
    said = await about(listing)
    await tell(application.person_id, "application.joined", subject=application, now=now, about=said)
    if tell_owners:
        owners = await owners_of(listing)
        await tell_all(owners, "application.agreed", subject=application, now=now, about=said)


async def declined(application: Any, listing: Any, reason: Reason, now: datetime) -> None:
    """By a decision, or because the seat or the listing is gone: each with its own words."""
    await forget(application, now=now)
    said = await about(listing, reason=reason.value)
    kind = CLOSED.get(reason, "application.declined")
    await tell(application.person_id, kind, subject=application, now=now, about=said)


async def unanswered(application: Any, listing: Any, titles: Sequence[str], now: datetime) -> None:
    """Seven days without an answer: kind words, and other listings that may fit (C5.2)."""
    await forget(application, now=now)
    said = await about(listing, suggestions=" · ".join(titles) or "–")
    await tell(application.person_id, "application.no_answer", subject=application, now=now, about=said)
