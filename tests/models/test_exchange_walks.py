"""The tables are the truth: whoever does whatever, listings and applications move along declared edges only.

And whatever they do: never are more seats taken than there are, and a seat is taken by exactly one person each.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from models import roles
from models.access import Viewer
from models.errors import Refusal
from models.exchange import Application, ApplicationState, Listing, ListingKind, ListingState, Reason, Wanted
from models.machine import Stateful
from models.outbox import AuditEvent
from models.teams import MembershipState, TeamMembership
from tests import people
from tests.exchanging import Role, of_age_until, role, seeker

A = ApplicationState
HELD = [A.ACCEPTED, A.JOINED]
DAY = timedelta(days=1)
VERBS = [
    "apply", "invite", "accept", "decline", "arrange", "refuse", "withdraw", "expire", "open", "update", "confirm",
    "release", "end", "take back", "reopen", "hide", "unhide", "suggest",
]  # fmt: skip
PEOPLE = ["lead", "manager", "adult", "minor", "stranger"]
Edges = set[tuple[str, str, str]]


@dataclass
class Scene:
    """One role with one seat, a draft of another, and people who want it."""

    here: Role
    draft: Listing
    wishes: dict[str, Listing]
    people: dict[str, Viewer]

    async def application(self, of: str) -> Application | None:
        person = self.people[of]
        return await Application.filter(person_id=person.person_id).order_by("id").first()


async def scene(now: datetime) -> Scene:
    here = await role(now)
    said = Wanted(title="Entwurf", text="Noch nicht fertig")
    kind = ListingKind.SEEKS_MEMBER
    draft = await Listing.publish(kind, said, by=here.lead, now=now, team_id=here.team.id, draft=True)
    (adult, one), (minor, two) = await seeker(now, "Ada"), await seeker(now, "Kim")
    await of_age_until(minor, now.date() + 400 * DAY)
    manager = await people.person("Çiğdem Öztürk", roles.Role.COMMUNITY_MANAGER, now=now)
    known = {"lead": here.lead, "manager": manager, "adult": adult, "minor": minor}
    return Scene(here, draft, {"adult": one, "minor": two}, {**known, "stranger": await people.participant(now=now)})


async def act(here: Scene, verb: str, who: str, of: str, now: datetime) -> None:
    """Do something to the role or to the application of one of the two, whether it is allowed or not."""
    by, listing = here.people[who], here.here.listing
    row = await here.application(of)
    match verb:
        case "apply":
            await Application.apply(listing.id, "", by=by, now=now)
        case "invite":
            await Application.invite(listing.id, here.wishes[of].id, "", by=by, now=now)
        case "suggest":
            async with in_transaction():
                fresh = await Listing.locked(listing.id)
                person = here.people[of].person_id
                assert person is not None
                await Application.suggest(fresh, person, now=now)
        case "accept" if row:
            await Application.accept(row.id, by=by, now=now)
        case "decline" if row:
            await Application.decline(row.id, Reason.OTHER, by=by, now=now)
        case "arrange" | "refuse" if row:
            await Application.arrange(row.id, by=by, now=now, joins=verb == "arrange")
        case "withdraw" if row:
            await Application.withdraw(row.id, by=by, now=now)
        case "expire":
            await Application.expire_due(now=now + 31 * DAY)
        case "end":
            await Listing.expire_due(now=now + 31 * DAY)
        case "update":
            await Listing.update(listing.id, Wanted(title=f"Neu {now:%H:%M}"), by=by, now=now)
        case "take back":
            await Listing.act(listing.id, "withdraw", by=by, now=now)
        case "hide":
            await Listing.hide([listing.id], by=by, now=now, reason="Spam")
        case "unhide":
            hidden = await Listing.get(id=listing.id)
            await Listing.unhide(hidden.hidden_in or listing.id, by=by, now=now)
        case "open" | "confirm" | "release" | "reopen":
            await Listing.act(listing.id, verb, by=by, now=now)


async def walked(ids: list[UUID], births: tuple[str, ...]) -> Edges:
    """The edges that the audit log says were taken; births are no edges."""
    rows = await AuditEvent.filter(subject_id__in=ids).exclude(action__in=births).order_by("id")
    return {(row.before, row.action, row.after) for row in rows}


def declared(row: type[Stateful]) -> Edges:
    return {(edge.source.value, edge.action, edge.target.value) for edge in row.transitions}


async def taken(here: Scene) -> tuple[Edges, Edges]:
    """What was done to listings, and to applications."""
    applications = [row.id for row in await Application.all()]
    listings = [row.id for row in await Listing.all()]
    return await walked(listings, ("draft",)), await walked(applications, ("suggest", "invite"))


async def seats_are_right(here: Scene) -> None:
    listing = await Listing.get(id=here.here.listing.id)
    held = await Application.filter(listing_id=listing.id, state__in=HELD).count()
    joined = await Application.filter(listing_id=listing.id, state=A.JOINED).values_list("person_id", flat=True)
    inside = TeamMembership.filter(team_id=here.here.team.id, state=MembershipState.ACTIVE, person_id__in=list(joined))
    assert listing.taken == held <= listing.seats
    assert await inside.count() == len(joined)
    if listing.state is ListingState.FILLED:
        assert not await Application.filter(listing_id=listing.id, state__in=[A.SUGGESTED, A.APPLIED]).exists()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE), st.sampled_from(["adult", "minor"])), max_size=16
    )
)
async def test_no_undeclared_edge_can_be_taken(database: str, now: datetime, steps: list[tuple[str, str, str]]) -> None:
    here = await scene(now)

    for minute, (verb, who, of) in enumerate(steps):
        with suppress(Refusal):
            await act(here, verb, who, of, now + timedelta(minutes=minute))
        await seats_are_right(here)

    listings, applications = await taken(here)
    assert listings <= declared(Listing)
    assert applications <= declared(Application)
    for row in await Application.all():
        last = await AuditEvent.filter(subject_id=row.id).order_by("-id").first()
        assert last is not None
        assert row.state.value == last.after, "nobody but the table moves the state"


LONG = (
    "lead:invite lead:expire adult:apply lead:expire adult:apply lead:hide manager:hide manager:unhide lead:take|back "
    "lead:reopen adult:apply lead:accept manager:hide manager:unhide lead:update lead:reopen"
)
KEPT = (
    "minor:apply lead:accept minor:withdraw lead:update lead:confirm manager:release lead:end lead:update "
    "lead:confirm lead:end lead:take|back lead:update"
)
ROUTES = (
    "adult:apply adult:withdraw adult:apply lead:accept",
    "lead:invite adult:withdraw adult:apply lead:decline",
    LONG,
    "minor:apply lead:accept manager:arrange",
    "minor:apply lead:accept manager:refuse",
    KEPT,
)
"""Who does what; of the minor where a minor is named first."""


async def test_every_declared_edge_can_be_taken(database: str, now: datetime) -> None:
    listings: Edges = set()
    applications: Edges = set()
    for route in ROUTES:
        here = await scene(now)
        of = "minor" if route.startswith("minor") else "adult"
        for minute, step in enumerate(route.split()):
            who, verb = step.replace("|", " ").split(":")
            with suppress(Refusal):
                await act(here, verb, who, of, now + timedelta(minutes=minute))
        for action in ("edit", "open", "withdraw"):
            if action == "edit":
                await Listing.update(here.draft.id, Wanted(title="Fast fertig"), by=here.here.lead, now=now)
            else:
                await Listing.act(here.draft.id, action, by=here.here.lead, now=now)
        more = Wanted(title="Noch ein Entwurf")
        other = await Listing.publish(ListingKind.SHARES_KNOWLEDGE, more, by=here.here.lead, now=now, draft=True)
        await Listing.act(other.id, "withdraw", by=here.here.lead, now=now)
        full = await Listing.get(id=here.here.listing.id)
        if full.state is ListingState.FILLED:
            await Listing.update(full.id, Wanted(seats=2), by=here.here.lead, now=now)
            await Listing.act(full.id, "reopen", by=here.here.lead, now=now)
        done = await taken(here)
        listings |= done[0]
        applications |= done[1]

    assert listings == declared(Listing)
    assert applications == declared(Application)
