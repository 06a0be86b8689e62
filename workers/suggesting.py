"""Suggestions and founder circles while nobody looks: lists each night or after a change, circles each Monday."""

from collections.abc import Mapping
from uuid import UUID

from models import sql
from models.exchange import Listing, ListingKind
from models.exchange.circles import FounderCircle
from models.exchange.circles.building import build
from models.exchange.suggesting.making import renew_all, renew_person, renew_role
from models.members import Consent, Purpose
from models.teams import TeamMembership
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

AT_ONCE = 100
LISTING, PERSON = ("suggest.listing",), ("suggest.person",)

REACTIONS: Mapping[str, tuple[str, ...]] = {
    "consent.given": ("suggest.consent",),
    "consent.withdrawn": ("suggest.consent",),
    "person.active": PERSON,
    "person.restricted": PERSON,
    "person.suspended": PERSON,
    "person.dormant": PERSON,
    "person.erasure_requested": PERSON,
    "team_membership.active": ("suggest.membership",),
    "team_membership.left": ("suggest.membership",),
    "team_membership.removed": ("suggest.membership",),
    **{f"listing.{state}": LISTING for state in ("open", "filled", "expired", "withdrawn", "hidden")},
}
"""Whose list has to be made anew. A wish not to be matched has no event; it asks for `suggest.person` itself."""


@job("suggest.all")
async def all_lists(tools: Tools, job: Job) -> Ending:
    await renew_all(tools.now())
    return Done()


@job("suggest.person")
async def one_person(tools: Tools, job: Job) -> Ending:
    await renew_person(UUID(str(job.payload["subject"])), tools.now())
    return Done()


@job("suggest.consent")
async def after_consent(tools: Tools, job: Job) -> Ending:
    """A newcomer's list is there within a minute of the consent (C5.4), and gone with it."""
    consent = await Consent.filter(id=UUID(str(job.payload["subject"])), purpose=Purpose.MATCHING).first()
    if consent:
        await renew_person(consent.person_id, tools.now())
    return Done()


@job("suggest.membership")
async def after_membership(tools: Tools, job: Job) -> Ending:
    membership = await TeamMembership.filter(id=UUID(str(job.payload["subject"]))).first()
    if membership:
        await renew_person(membership.person_id, tools.now())
    return Done()


@job("suggest.listing")
async def after_listing(tools: Tools, job: Job) -> Ending:
    listing = await Listing.filter(id=UUID(str(job.payload["subject"]))).first()
    if listing and listing.purpose is ListingKind.SEEKS_MEMBER:
        await renew_role(listing.id, tools.now())
    elif listing and listing.purpose is ListingKind.SEEKS_TEAM:
        await renew_person(listing.person_id, tools.now())
    return Done()


@job("circles.build")
async def new_circles(tools: Tools, job: Job) -> Ending:
    """Twice in one week changes little: whoever has a proposal open is not asked again."""
    await build(await sql.clock())
    return Done()


@job("circles.tick")
async def late_circles(tools: Tools, job: Job) -> Ending:
    while await FounderCircle.end_due(now=tools.now(), most=AT_ONCE) >= AT_ONCE:
        pass
    return Done()
