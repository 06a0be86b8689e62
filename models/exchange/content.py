"""Reading what somebody wants to list, and writing it into the rows. No rule about states stands here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import text
from models.access import Viewer, visible
from models.errors import NotFound
from models.exchange.listing_row import TITLE_MAX, ListingLanguage, ListingSkill
from models.exchange.refusals import LinkInTitle, SeatsOutOfRange, TooManySkills
from models.exchange.words import Need
from models.language import Language
from models.members import Person, Skill
from models.members.fields import LINK, hours, languages, without_links
from models.programme import FieldOfAction

TEXT_MAX = 4_000
MOST_SEATS = 50
MOST_SKILLS = 12


@dataclass(frozen=True)
class Wanted:
    """A listing as it comes from a form; None leaves what is there."""

    title: str | None = None
    text: str | None = None
    language: Language | None = None
    must: Sequence[UUID] | None = None
    nice: Sequence[UUID] | None = None
    languages: Sequence[str] | None = None
    hours_per_week: int | None = None
    seats: int | None = None
    field_of_action_id: UUID | None = None


def take(listing: Any, wanted: Wanted) -> None:
    """Check the words and figures and take them over. Raises refusals; saves nothing."""
    if wanted.title is not None or not listing.title:
        listing.title = text.line(wanted.title or "", "title", TITLE_MAX)
        if LINK.search(listing.title):
            raise LinkInTitle("title")
    if wanted.text is not None:
        listing.text = text.prose(wanted.text, "text", TEXT_MAX, required=False)
    listing.language = wanted.language or listing.language
    if wanted.hours_per_week is not None:
        listing.hours_per_week = hours(wanted.hours_per_week)
    if wanted.seats is not None:
        if not max(1, listing.taken) <= wanted.seats <= MOST_SEATS:
            raise SeatsOutOfRange("seats")
        listing.seats = wanted.seats


async def hold_links(listing: Any, by: Viewer) -> None:
    """Links of new accounts are held: the text is shown without them until the account has been there for a while."""
    author = await Person.get(id=by.person_id or listing.person_id)
    listing.links_held = author.links_held and LINK.search(listing.text) is not None
    listing.public_text = without_links(listing.text) if listing.links_held else listing.text


async def write(listing: Any, wanted: Wanted, by: Viewer) -> None:
    """Put skills, languages and the field of action in place of those that stood there."""
    if wanted.field_of_action_id is not None:
        if not await FieldOfAction.filter(id=wanted.field_of_action_id).exists():
            raise NotFound("fieldOfActionId")
        listing.field_of_action_id = wanted.field_of_action_id
    if wanted.must is not None or wanted.nice is not None:
        await _skills(listing, wanted, by)
    if wanted.languages is not None:
        await ListingLanguage.filter(listing_id=listing.id).delete()
        codes = languages(wanted.languages)
        await ListingLanguage.bulk_create([ListingLanguage(listing_id=listing.id, code=code) for code in codes])


async def _skills(listing: Any, wanted: Wanted, by: Viewer) -> None:
    standing = await ListingSkill.filter(listing_id=listing.id)
    needs = {row.skill_id: row.need for row in standing}
    for need, ids in ((Need.NICE, wanted.nice), (Need.MUST, wanted.must)):
        if ids is not None:
            needs = {id: other for id, other in needs.items() if other is not need} | dict.fromkeys(ids, need)
    if len(needs) > MOST_SKILLS:
        raise TooManySkills("must")
    known = {skill.id: skill for skill in await visible(Skill.filter(id__in=list(needs)), by)}
    if len(known) < len(needs):
        raise NotFound("must")
    named = {known[id].merged_into_id or id: need for id, need in needs.items()}
    await ListingSkill.filter(listing_id=listing.id).delete()
    rows = [ListingSkill(listing_id=listing.id, skill_id=id, need=need) for id, need in named.items()]
    await ListingSkill.bulk_create(rows)
