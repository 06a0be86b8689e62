"""Whatever anybody does to a member, a grant or a key of a partner, it moves along the table, and access follows."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import partners
from models.access import Viewer
from models.errors import Refusal
from models.members import Person
from models.outbox import AuditEvent
from models.partners import Extent, PartnerGrant, PartnerKey, PartnerMember, viewer_by_key
from models.roles import KeyScope
from tests import people
from tests.partners.partnering import Partnership, again, partnership

VERBS = [
    "invite", "accept", "decline", "leave", "remove", "revoke_grant", "give", "rotate", "revoke_key", "issue",
    "deactivate", "activate",
]  # fmt: skip
WHO = ["member", "manager", "administrator", "stranger"]
SUBJECTS = [PartnerMember, PartnerGrant, PartnerKey]
DECLARED = {
    (model.kind, edge.source.value, edge.action, edge.target.value) for model in SUBJECTS for edge in model.transitions
}
BORN = {("invite", "invited"), ("give", "active"), ("issue", "active")}


async def act(ours: Partnership, secrets: list[str], verb: str, by: Viewer, now: datetime) -> None:
    """Do something to what is the partner's, whether it is allowed or not."""
    key = await PartnerKey.filter(partner_id=ours.id).order_by("-id").first()
    grant = await PartnerGrant.filter(partner_id=ours.id).order_by("-id").first()
    assert key is not None
    assert grant is not None
    match verb:
        case "invite":
            nora = await Person.get(id=ours.member.person_id)
            await PartnerMember.invite(ours.id, nora.handle, by=by, now=now)
        case "accept" | "decline" | "leave" | "remove":
            await PartnerMember.act(ours.membership.id, verb, by=by, now=now)
        case "give":
            await PartnerGrant.give(ours.id, Extent(["team."]), by=by, now=now)
        case "revoke_grant":
            await PartnerGrant.revoke(grant.id, by=by, now=now)
        case "issue":
            secrets.append((await PartnerKey.issue(ours.id, "Neu", [KeyScope.EVENTS_READ], by=by, now=now))[1])
        case "rotate":
            secrets.append((await PartnerKey.rotate(key.id, timedelta(hours=1), by=by, now=now))[1])
        case "revoke_key":
            await PartnerKey.revoke(key.id, by=by, now=now)
        case _:
            await getattr(partners, verb)(ours.id, by=by, now=now)


async def walked() -> set[tuple[str, str, str, str]]:
    rows = await AuditEvent.filter(subject_kind__in=[model.kind for model in SUBJECTS])
    return {(row.subject_kind, row.before, row.action, row.after) for row in rows}


async def access(ours: Partnership, secrets: list[str], now: datetime) -> None:
    """Who may do what is what the rows say, and nothing that was taken away is left."""
    active = (await partners.Partner.get(id=ours.id)).inactive_since is None
    belongs = (await PartnerMember.get(id=ours.membership.id)).state.value == "active"
    assert (ours.id in (await again(ours.member, now)).partners) == (active and belongs)
    granted = await PartnerGrant.filter(partner_id=ours.id, state="active").exists()
    alive = [viewer for viewer in [await viewer_by_key(each, now=now) for each in secrets] if viewer]
    assert len(alive) == (await PartnerKey.valid(now).filter(partner_id=ours.id).count() if active else 0)
    assert all(bool(viewer.sights) == granted and viewer.is_anonymous for viewer in alive)


async def begun(now: datetime) -> tuple[Partnership, dict[str, Viewer]]:
    ours = await partnership(now)
    others = {"manager": await people.manager(now=now), "stranger": await people.participant(now=now)}
    return ours, {"member": ours.member, "administrator": ours.administrator, **others}


STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(WHO)), min_size=4, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_no_undeclared_edge_can_be_taken(database: str, now: datetime, steps: list[tuple[str, str]]) -> None:
    ours, cast = await begun(now)
    secrets = [ours.secret]
    for minutes, (verb, who) in enumerate(steps):
        then = now + timedelta(minutes=20 * minutes)
        by = await again(cast[who], then)
        with suppress(Refusal):
            await act(ours, secrets, verb, by, then)
            assert who != "stranger", verb
        await access(ours, secrets, then)

    taken = await walked()
    assert {edge for edge in taken if edge[1]} <= DECLARED
    assert {(edge[2], edge[3]) for edge in taken if not edge[1]} <= BORN


ROUTES = [
    ["member leave", "manager invite", "member decline", "manager invite", "manager remove", "administrator invite"],
    [
        "member accept",
        "manager remove",
        "administrator revoke_grant",
        "administrator rotate",
        "administrator revoke_key",
    ],
]


async def test_every_declared_edge_can_be_taken(database: str, now: datetime) -> None:
    ours, cast = await begun(now)
    secrets = [ours.secret]
    for step in [each for route in ROUTES for each in route]:
        who, verb = step.split()
        await act(ours, secrets, verb, await again(cast[who], now), now)
    await PartnerKey.revoke(ours.key.id, by=ours.administrator, now=now)

    assert {edge for edge in await walked() if edge[1]} == DECLARED
