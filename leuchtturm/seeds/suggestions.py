"""Who has agreed to matching, what is suggested to them, and a founder circle that waits for answers."""

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.access import Viewer
from models.exchange import Listing, ListingKind, ListingState
from models.exchange.circles import CircleSeat
from models.exchange.circles.building import build
from models.exchange.suggesting.making import renew_all
from models.language import Language
from models.members import Consent, ConsentStatus, Person, PersonSkill, Purpose, Skill, WeekPart
from models.members.handles import handle_of
from models.signin import viewer_of
from models.teams import MembershipState, TeamMembership

EVENINGS = [WeekPart.TUESDAY_EVENING, WeekPart.THURSDAY_EVENING]
NEWCOMERS = {
    "Pauline Vogt": ("Buchhaltung", "Projektleitung"),
    "Jonas Ries": ("JavaScript", "UX"),
    "Amina Yusuf": ("Moderation", "Übersetzen"),
    "Til Hagen": ("Grafik", "Texten"),
}
"""People without a team, with what they can do. All of them have time in the evening."""


async def offer(calendar: Calendar, members: Members) -> None:
    """Whoever looks for a team wants suggestions, and so does everybody without one."""
    members = {**members, **{name: await _arrives(name, skills, calendar) for name, skills in NEWCOMERS.items()}}
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
    await build(calendar.at(4, 12, 17))
    await _said_yes(calendar, members)


async def _arrives(name: str, skills: tuple[str, ...], calendar: Calendar) -> Viewer:
    handle, now = handle_of(name), calendar.at(4, 6, 9)
    person = await Person.join(email=f"{handle}@example.org", name=name, handle=handle, now=now)
    await person.seen(calendar.now)
    await Person.filter(id=person.id).update(languages=["de", "en"], hours_per_week=5, week_parts=EVENINGS)
    known = [skill for word in skills if (skill := await Skill.find(word))]
    await PersonSkill.bulk_create([PersonSkill(person_id=person.id, skill_id=skill.id) for skill in known])
    viewer = await viewer_of(person.id, now=calendar.now)
    assert viewer is not None
    return viewer


async def _said_yes(calendar: Calendar, members: Members) -> None:
    """In each circle one person has answered already."""
    circles: set[object] = set()
    by_id = {viewer.person_id: viewer for viewer in members.values()}
    for seat in await CircleSeat.all().order_by("id"):
        if seat.circle_id not in circles and seat.person_id in by_id:
            circles.add(seat.circle_id)
            await CircleSeat.answer(seat.id, True, by=by_id[seat.person_id], now=calendar.at(4, 12, 20))
