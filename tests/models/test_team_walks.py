"""The tables are the truth: whatever anybody does to a membership, it moves along declared edges; a lead is left."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models.access import Viewer
from models.errors import Refusal
from models.outbox import AuditEvent
from models.teams import LeadOffer, LeadOfferState, MembershipState, Team, TeamMembership, TeamRole
from models.teams.founding import Words
from tests import people
from tests.models.test_teams import again

VERBS = ["invite", "accept", "decline", "retract", "request", "withdraw", "admit", "turn_down", "leave", "remove",
         "offer", "offer_to_stay", "take", "refuse", "take_back"]  # fmt: skip
PEOPLE = ["lead", "member", "stranger", "manager"]
DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in TeamMembership.transitions}
BIRTHS = {("", "invite", "invited"), ("", "request", "requested"), ("", "found", "active")}
# What no person does: jobs do it, and the contact board.
OURS = {(s, a, t) for s, a, t in DECLARED if a in ("vanish", "join")}


async def act(team: Team, verb: str, by: Viewer, on: Viewer, now: datetime) -> None:
    """Do something about `on` in the team, whether it is allowed or not."""
    row = await TeamMembership.filter(team_id=team.id, person_id=on.person_id).first()
    offer = await LeadOffer.filter(team_id=team.id, person_id=on.person_id, state=LeadOfferState.OFFERED).first()
    match verb:
        case "invite":
            handle = (await models.Person.get(id=on.person_id)).handle
            await TeamMembership.invite(team.id, handle, by=by, now=now)
        case "request":
            await TeamMembership.request(team.id, by=by, now=now)
        case "remove" if row:
            await TeamMembership.remove(row.id, by=by, now=now, reason="Weil.")
        case "offer" | "offer_to_stay":
            assert on.person_id is not None
            await LeadOffer.offer(team.id, on.person_id, by=by, now=now, stays=verb == "offer_to_stay")
        case "take" if offer:
            await LeadOffer.accept(offer.id, by=by, now=now)
        case "refuse" if offer:
            await LeadOffer.decline(offer.id, by=by, now=now)
        case "take_back" if offer:
            await LeadOffer.withdraw(offer.id, by=by, now=now)
        case "accept" | "decline" | "retract" | "withdraw" | "admit" | "turn_down" | "leave" if row:
            await getattr(TeamMembership, verb)(row.id, by=by, now=now)


async def walked() -> set[tuple[str, str, str]]:
    rows = await AuditEvent.filter(subject_kind=TeamMembership.kind).exclude(action="become")
    return {(row.before, row.action, row.after) for row in rows}


async def begun(now: datetime) -> tuple[Team, dict[str, Viewer]]:
    """A listed team of one lead, and others who are nothing to it yet."""
    cast = {name: await people.participant(name.title(), now=now) for name in ("lead", "member", "stranger")}
    cast["manager"] = await people.manager(now=now)
    team = await Team.found(Words("Anker", "Wir halten fest."), by=cast["lead"], now=now)
    return await Team.act(team.id, "list", by=await again(cast["lead"], now), now=now), cast


STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=25)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_anybody_does_a_lead_is_left(
    database: str, now: datetime, steps: list[tuple[str, str, str]]
) -> None:
    team, cast = await begun(now)

    for minute, (verb, who, on) in enumerate(steps):
        with suppress(Refusal):
            await act(team, verb, await again(cast[who], now), cast[on], now + timedelta(minutes=minute))
        leads = TeamMembership.filter(team_id=team.id, role=TeamRole.LEAD, state=MembershipState.ACTIVE)
        assert await leads.exists(), (verb, who, on)

    assert await walked() <= DECLARED | BIRTHS


ROUTES = [
    "invite/lead accept/member leave/member request/member withdraw/member request/member turn_down/lead",
    "invite/lead decline/member invite/lead retract/lead invite/lead accept/member remove/lead",
    "request/member admit/manager offer/lead refuse/member offer/lead take_back/lead offer/lead take/member",
]


async def test_every_edge_that_people_may_take_can_be_taken(database: str, now: datetime) -> None:
    for route in ROUTES:
        team, cast = await begun(now)
        for minute, step in enumerate(route.split()):
            verb, who = step.split("/")
            await act(team, verb, await again(cast[who], now), cast["member"], now + timedelta(minutes=minute))

    assert await walked() - BIRTHS == DECLARED - OURS
    offers = await AuditEvent.filter(subject_kind=LeadOffer.kind).values_list("action", flat=True)
    assert set(offers) == {"offer", "accept", "decline", "withdraw"}
