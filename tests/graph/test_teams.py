"""Teams, by the documents that the website and the members' pages send: C5/C6, E43, E49, and who may do what."""

import base64
import json
from datetime import datetime
from typing import Any

import pytest

import models
from models.access import ANONYMOUS, Viewer
from models.teams import (
    BlockMembership,
    LeadOfferState,
    LinkState,
    MembershipState,
    Stage,
    Team,
    TeamMembership,
    TeamRole,
    TeamState,
)
from models.teams.looking import reshuffle
from resolvers.teams import TeamMutation
from tests import exchanging, people
from tests.graph.documents import operations
from tests.graph.frontend import Frontend
from tests.graph.world import NO_RIGHT, answer, mutations_of

M = MembershipState


async def test_somebody_founds_a_team_and_another_joins_it(frontend: Frontend, now: datetime) -> None:
    """From an idea to a team of two, with a hand-over, entirely by the public API."""
    lena, mo = await people.participant("Lena Fischer", now=now), await people.participant("Mo Yilmaz", now=now)
    founded = await frontend.do(
        lena, "FoundTeam", name="Frühlingsgrün", pitch="Gärten für alle.", links=[{"url": "https://gruen.example.org"}]
    )
    team = founded["team"]
    assert (team["slug"], team["state"]) == ("fruehlingsgruen", "DRAFT")
    assert await frontend.ask(mo, "TeamPage", slug=team["slug"]) is None

    assert (await frontend.do(lena, "ListTeam", id=team["id"]))["team"]["state"] == "LISTED"
    asked = await frontend.do(mo, "RequestToJoinTeam", teamId=team["id"], message="Ich kann gärtnern.")
    page = await frontend.ask(lena, "TeamPage", slug=team["slug"])
    assert [(r["message"], r["viewerCan"]["allowed"]) for r in page["requests"]] == [("Ich kann gärtnern.", True)]
    stranger = await frontend.ask(ANONYMOUS, "TeamPage", slug=team["slug"])
    assert stranger["requests"] == stranger["memberships"] == [] and stranger["nextCheckinAt"] is None
    assert ([link["state"] for link in page["links"]], stranger["links"]) == (["HELD"], [])

    await frontend.do(lena, "AdmitToTeam", id=asked["membership"]["id"])
    offer = await frontend.do(lena, "OfferLead", teamId=team["id"], personId=str(mo.person_id))
    mine = (await frontend.ask(lena, "MyMemberships"))["edges"][0]["node"]["id"]
    assert await frontend.code(lena, "LeaveTeam", id=mine) == "LAST_LEAD"
    await frontend.do(mo, "AcceptLead", id=offer["offer"]["id"])
    assert (await frontend.do(lena, "LeaveTeam", id=mine))["membership"] == {
        "id": mine, "state": "LEFT", "role": "ALUMNI",
    }  # fmt: skip

    checked = await frontend.do(mo, "CheckInTeam", id=team["id"], mood="MIXED", helps="Ein Schaufelverleih")
    page = await frontend.ask(mo, "TeamPage", slug=team["slug"])
    assert page["checkIns"]["edges"][0]["node"]["helps"] == checked["checkIn"]["helps"] == "Ein Schaufelverleih"
    assert [m["person"]["displayName"] for m in page["memberships"]] == ["Mo Yilmaz"] and page["nextCheckinAt"]


async def test_a_list_of_teams_is_filtered_and_turned_page_by_page(frontend: Frontend, now: datetime) -> None:
    """E43: in the order of the day every team comes once, whatever the page; the user may sort."""
    field = await models.FieldOfAction.create(key="education", title_de="Bildung")
    block = await models.ProgrammeBlock.create(key="enabler", title_de="Solution Enabler")
    skill = await models.Skill.create(key="grafik", label_de="Grafik", label_en="Design")
    teams = [
        Team(slug=f"t{n:02}", name=f"Team {n:02}", state=TeamState.LISTED, stage=Stage.PILOT if n % 2 else Stage.IDEA,
             open_to_help=n % 3 == 0, field_of_action_id=field.id if n < 10 else None)
        for n in range(30)
    ]  # fmt: skip
    await Team.bulk_create(teams)
    await BlockMembership.bulk_create([BlockMembership(team_id=t.id, block_id=block.id) for t in teams[:6]])
    await reshuffle(now.date())

    async def turned(**asked: Any) -> list[str]:
        found: list[str] = []
        after, more = None, True
        while more:
            page = await frontend.ask(ANONYMOUS, "Teams", first=4, after=after, **asked)
            found += [edge["node"]["slug"] for edge in page["edges"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        return found

    shuffled = await turned()
    assert sorted(shuffled) == [t.slug for t in teams] != shuffled and shuffled == await turned()
    assert await turned(order="NAME") == sorted(shuffled)
    assert (await turned(order="NEWEST"))[0] == teams[-1].slug
    made_up = json.dumps(["-created_at,-id", "2020-04-06", str(teams[0].id)]).encode()
    after = base64.urlsafe_b64encode(made_up).decode()
    told = await frontend.post(ANONYMOUS, operations()["Teams"], {"order": "NEWEST", "after": after})
    assert told["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"
    assert sorted(await turned(stage="PILOT", openToHelp=True)) == ["t03", "t09", "t15", "t21", "t27"]
    assert sorted(await turned(field="education", block="enabler")) == [f"t{n:02}" for n in range(6)]
    assert await turned(block="gibt-es-nicht") == []
    for n in (4, 4, 7):  # two listings of one team are one team
        here = await exchanging.role(now, name=f"Grafik {n}")
        await models.Listing.filter(id=here.listing.id).update(team_id=teams[n].id)
        await models.ListingSkill.create(listing_id=here.listing.id, skill_id=skill.id)
    await Team.filter(name__startswith="Grafik").delete()
    assert sorted(await turned(skillId=str(skill.id))) == ["t04", "t07"]
    await Team.filter(slug="t00").update(slug="neu")
    await models.FormerSlug.create(slug="t00", team_id=teams[0].id)
    assert (await frontend.ask(ANONYMOUS, "TeamPage", slug="t00"))["slug"] == "neu"


MEMBERS = {"participant", "member", "lead", "editor", "manager"}
KEEPERS, STAFF, ONESELF = {"lead", "manager"}, {"manager"}, {"member"}
WHO = ["anonymous", *sorted(MEMBERS)]
TEAM, ROW, OFFER, LINK = "team", "row", "offer", "link"
CASES: dict[str, tuple[set[str], str, Any, dict[str, Any]]] = {
    "foundTeam": (MEMBERS, "", None, {"name": "Boje", "pitch": "Wir schwimmen."}),
    "editTeam": (KEEPERS, TEAM, TeamState.LISTED, {"name": "Anker"}),
    "listTeam": (KEEPERS, TEAM, TeamState.DORMANT, {}),
    "restTeam": (KEEPERS, TEAM, TeamState.LISTED, {}),
    "archiveTeam": (KEEPERS, TEAM, TeamState.LISTED, {}),
    "hideTeam": (STAFF, TEAM, TeamState.LISTED, {}),
    "checkInTeam": (KEEPERS | ONESELF, TEAM, TeamState.LISTED, {"mood": "WELL"}),
    "setTeamBlocks": (STAFF | {"editor"}, TEAM, TeamState.LISTED, {"blockIds": []}),
    "releaseTeamLink": (STAFF, LINK, LinkState.HELD, {}),
    "hideTeamLink": (STAFF, LINK, LinkState.SHOWN, {}),
    "inviteToTeam": (KEEPERS, "teamId", TeamState.LISTED, {"handle": "guest"}),
    "requestToJoinTeam": (MEMBERS - {"lead", "member"}, "teamId", TeamState.LISTED, {}),
    "acceptTeamInvitation": (ONESELF, ROW, M.INVITED, {}),
    "declineTeamInvitation": (ONESELF, ROW, M.INVITED, {}),
    "retractTeamInvitation": (KEEPERS, ROW, M.INVITED, {}),
    "withdrawJoinRequest": (ONESELF, ROW, M.REQUESTED, {}),
    "admitToTeam": (KEEPERS, ROW, M.REQUESTED, {}),
    "turnDownJoinRequest": (KEEPERS, ROW, M.REQUESTED, {}),
    "leaveTeam": (ONESELF, ROW, M.ACTIVE, {}),
    "removeFromTeam": (KEEPERS, ROW, M.ACTIVE, {"reason": "Streit"}),
    "offerLead": (KEEPERS, "teamId", TeamState.LISTED, {"personId": "member"}),
    "acceptLead": (ONESELF, OFFER, LeadOfferState.OFFERED, {}),
    "declineLead": (ONESELF, OFFER, LeadOfferState.OFFERED, {}),
    "withdrawLeadOffer": (KEEPERS, OFFER, LeadOfferState.OFFERED, {}),
}


def test_no_mutation_of_teams_is_left_out() -> None:
    assert set(CASES) == mutations_of(*TeamMutation.__mro__[1:3])


@pytest.fixture
async def cast(frontend: Frontend, now: datetime) -> tuple[dict[str, Viewer], dict[str, Any]]:
    """Everybody who may come along, and one row of each kind."""
    team = await people.team("Anker")
    member = await people.participant("Mo Yilmaz", now=now)
    await people.participant("Gül Aslan", handle="guest", now=now)
    viewers = {
        "anonymous": ANONYMOUS,
        "participant": await people.participant(now=now),
        "member": member,
        "lead": await people.lead_of(team.id, now=now),
        "editor": await people.editor(now=now),
        "manager": await people.manager(now=now),
    }
    row = await TeamMembership.create(team_id=team.id, person_id=member.person_id)
    offer = await models.LeadOffer.create(team_id=team.id, person_id=member.person_id)
    link = await models.TeamLink.create(team_id=team.id, url="https://a.example/")
    return viewers, {TEAM: team, ROW: row, OFFER: offer, LINK: link, "teamId": team}


async def begun(rows: dict[str, Any], on: str, state: Any) -> None:
    """Everything as it was before anybody asked."""
    team, row, offer, link = rows[TEAM], rows[ROW], rows[OFFER], rows[LINK]
    await TeamMembership.filter(team_id=team.id, role=TeamRole.MEMBER).exclude(id=row.id).delete()
    await TeamMembership.filter(id=row.id).update(role=TeamRole.MEMBER, state=M.ACTIVE)
    await models.LeadOffer.exclude(id=offer.id).delete()
    await models.LeadOffer.filter(id=offer.id).update(
        state=LeadOfferState.OFFERED if on == OFFER else LeadOfferState.DECLINED
    )
    await models.TeamLink.filter(id=link.id).update(state=LinkState.HELD)
    await Team.filter(id=team.id).update(state=TeamState.LISTED)
    if on:
        await type(rows[on]).filter(id=rows[on].id).update(state=state)


async def test_each_may_what_the_roles_say_about_teams_and_nothing_else(
    frontend: Frontend, cast: tuple[dict[str, Viewer], dict[str, Any]]
) -> None:
    viewers, rows = cast
    for name, (may, on, state, more) in CASES.items():
        for who in WHO:
            await begun(rows, on, state)
            given = {key: str(viewers[v].person_id) if key == "personId" else v for key, v in more.items()}
            given |= {"teamId" if on == "teamId" else "id": str(rows[on].id)} if on else {}
            told = await answer(frontend, viewers[who], name, given)
            if who in may:
                assert told["__typename"] == name[0].upper() + name[1:] + "Payload", (name, who, told)
            else:
                assert told.get("code") in NO_RIGHT | {"NOT_YOURS", "ALREADY_IN"}, (name, who, told)
