"""Who has agreed to matching, what is suggested to them, and a founder circle that waits for answers."""

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.exchange import Listing, ListingKind, ListingState
from models.exchange.circles import CircleSeat
from models.exchange.circles.building import build
from models.exchange.suggesting.making import renew_all
from models.language import Language
from models.members import Consent, ConsentStatus, Purpose
from models.teams import MembershipState, TeamMembership


async def offer(calendar: Calendar, members: Members) -> None:
    """Whoever looks for a team wants suggestions, and so does everybody without one."""
    looking = Listing.filter(purpose=ListingKind.SEEKS_TEAM, state=ListingState.OPEN)
    wanting = set(await looking.values_list("person_id", flat=True))
    settled = set(await TeamMembership.filter(state=MembershipState.ACTIVE).values_list("person_id", flat=True))
    given = Consent.filter(purpose=Purpose.MATCHING, state=ConsentStatus.GIVEN)
    agreed = set(await given.values_list("person_id", flat=True))
    for viewer in members.values():
        if viewer.is_staff or viewer.person_id in agreed:
            continue
        if viewer.person_id in wanting or viewer.person_id not in settled:
            await Consent.give(Purpose.MATCHING, Language.DE, by=viewer, now=calendar.at(4, 6, 9))
    await renew_all(calendar.now)
    await build(calendar.at(4, 13, 7))
    await _said_yes(calendar, members)


async def _said_yes(calendar: Calendar, members: Members) -> None:
    """In each circle one person has answered already."""
    circles: set[object] = set()
    by_id = {viewer.person_id: viewer for viewer in members.values()}
    for seat in await CircleSeat.all().order_by("id"):
        if seat.circle_id not in circles and seat.person_id in by_id:
            circles.add(seat.circle_id)
            await CircleSeat.answer(seat.id, True, by=by_id[seat.person_id], now=calendar.at(4, 13, 18))
