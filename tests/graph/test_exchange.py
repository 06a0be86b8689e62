"""The contact board through the API: what a visitor finds, how somebody gets in, what nobody can read."""

import json
from datetime import datetime, timedelta
from typing import Any

import models
from models.access import ANONYMOUS
from models.exchange import Application
from models.members import Alias, AliasContext, Block, Skill, SkillState
from models.programme import FieldOfAction
from resolvers.planner.compiling import compiled
from tests import people
from tests.exchanging import role, seeker, sharer
from tests.graph.documents import operations
from tests.graph.frontend import Frontend
from tests.planner.comparing import Stage

DAY = timedelta(days=1)
AUDIT = "query ($id: UUID!) { auditOf(subjectId: $id) { edges { node { note actor { id displayName } } } } }"


def titles(found: Any) -> set[str]:
    return {edge["node"]["title"] for edge in found["edges"]}


async def test_the_board_is_filtered_by_what_somebody_can_give(frontend: Frontend, now: datetime) -> None:
    skills = [
        await Skill.create(key=key, label_de=key, state=SkillState.APPROVED, found_by=f"|{key}|")
        for key in ("grafik", "python", "recht")
    ]
    health = await FieldOfAction.create(key="health", title_de="Gesundheit", title_en="Health")
    a = await role(now, "Grafik", name="A", must=[skills[0].id], nice=[skills[1].id], hours_per_week=2)
    await role(now, "Python", name="B", must=[skills[1].id], languages=["en", "de"], hours_per_week=10)
    await models.Listing.filter(id=a.listing.id).update(field_of_action_id=health.id)
    sami, wish = await seeker(now)
    await sharer(now)

    async def board(by: Any = ANONYMOUS, **wishes: Any) -> set[str]:
        return titles(await frontend.ask(by, "ContactBoard", **wishes))

    assert await board() == {"Grafik", "Python"}, "strangers see roles of teams, and no people"
    assert len(await board(sami)) == 4
    assert await board(kind="SEEKS_TEAM") == set()
    assert await board(sami, kind="SEEKS_TEAM") == {wish.title}
    assert await board(skills=[str(skills[0].id)]) == {"Grafik"}
    assert await board(skills=[str(skills[0].id), str(skills[1].id)]) == {"Grafik", "Python"}
    assert await board(skills=[str(skills[2].id)]) == set()
    assert await board(languages=["EN"]) == {"Python"}
    assert await board(languages=["en", "de"]) == {"Grafik", "Python"}
    assert await board(mostHours=4) == {"Grafik"}
    assert await board(fieldOfAction="health") == {"Grafik"}
    newest = await frontend.ask(sami, "ContactBoard", order="NEWEST", first=1)
    assert titles(newest) == {"Eine Stunde zu Datenschutz"}
    page = await frontend.ask(sami, "ContactBoard", first=3)
    rest = await frontend.ask(sami, "ContactBoard", first=3, after=page["pageInfo"]["endCursor"])
    assert (page["totalCount"], len(titles(page)), len(titles(rest))) == (4, 3, 1)
    one = await frontend.ask(ANONYMOUS, "ListingPage", id=str(a.listing.id))
    assert [(row["need"], row["skill"]["key"]) for row in one["skills"]] == [("MUST", "grafik"), ("NICE", "python")]
    assert one["applications"] == {"totalCount": 0, "edges": []}


async def test_the_board_and_a_page_of_it_are_planned(frontend: Frontend, now: datetime) -> None:
    """One skill and one language are joins; the plan reads the page in a handful of statements."""
    here = await role(now)
    stage = Stage()
    for name, wishes in {
        "ContactBoard": {"languages": ["de"], "mostHours": 40, "kind": "SEEKS_MEMBER"},
        "ListingPage": {"id": str(here.listing.id)},
        "MyApplications": {},
        "ApplicationsOfTeam": {"teamId": str(here.team.id)},
    }.items():
        found = await stage.compare(operations()[name], wishes, here.lead)
        assert not found.difference
        assert found.planned, name
    plan = compiled(stage.schema, operations()["ContactBoard"], None, {})
    _, statements = await plan.run(stage.context(here.lead), {})
    assert statements.ran <= 5


async def test_somebody_applies_and_is_in(frontend: Frontend, now: datetime) -> None:
    lead = (here := await role(now)).lead
    ada, bo = await people.participant("Ada", now=now), await people.participant("Bo", now=now)
    told = [
        await frontend.do(who, "ApplyToRole", listingId=str(here.listing.id), message="Ich zeichne.")
        for who in (ada, bo)
    ]
    assert {one["application"]["state"] for one in told} == {"APPLIED"}
    again = await frontend.do(ada, "ApplyToRole", listingId=str(here.listing.id))
    assert (again["__typename"], again["code"]) == ("Conflict", "ALREADY_APPLIED")

    waiting = await frontend.ask(lead, "ApplicationsOfTeam", teamId=str(here.team.id), states=["APPLIED"])
    assert [edge["node"]["person"]["displayName"] for edge in waiting["edges"]] == ["Ada", "Bo"]
    first, second = (edge["node"]["id"] for edge in waiting["edges"])
    assert await frontend.code(bo, "DecideApplication", id=first, accept=True) == "NOT_FOUND"
    decided = await frontend.do(lead, "DecideApplication", id=first, accept=True)
    assert decided["application"]["state"] == "JOINED"
    late = await frontend.do(lead, "DecideApplication", id=second, accept=True)
    assert late["code"] == "WRONG_STATE"

    (mine,) = (await frontend.ask(bo, "MyApplications"))["edges"]
    assert (mine["node"]["state"], mine["node"]["reason"]) == ("DECLINED", "SEAT_FILLED")
    assert "not because of you" in mine["node"]["kindWords"]
    page = await frontend.ask(ANONYMOUS, "ListingPage", id=str(here.listing.id))
    assert page is None, "a filled role is off the board for strangers"


async def test_a_listing_lives_through_the_api(frontend: Frontend, now: datetime) -> None:
    """C5.1 as a mutation: confirming makes it thirty days more."""
    ada, manager = await people.participant("Ada", now=now), await people.manager(now=now)
    made = await frontend.do(
        ada, "PublishListing", kind="SEEKS_TEAM", title="Ich suche", languages=["de"], draft=True,
        clientMutationId="one",
    )  # fmt: skip
    id, version = made["listing"]["id"], made["listing"]["version"]
    assert await frontend.code(ada, "PublishListing", kind="SEEKS_MEMBER", title="Wir suchen") == "TEAM_NEEDED"
    assert await frontend.code(ada, "PublishListing", kind="SEEKS_TEAM", title="") == "TEXT_MISSING"
    assert await frontend.code(ANONYMOUS, "PublishListing", kind="SEEKS_TEAM", title="Ich") == "SIGN_IN_NEEDED"

    opened = await frontend.do(ada, "OpenListing", id=id)
    assert opened["listing"]["state"] == "OPEN"
    assert await frontend.code(ada, "UpdateListing", id=id, version=version, title="Alt") == "STALE"
    changed = await frontend.do(ada, "UpdateListing", id=id, title="Ich suche ein Team", hoursPerWeek=3)
    assert (changed["listing"]["title"], changed["listing"]["hoursPerWeek"]) == ("Ich suche ein Team", 3)
    frontend.at(now + 20 * DAY)
    confirmed = await frontend.do(ada, "ConfirmListing", id=id)
    assert datetime.fromisoformat(confirmed["listing"]["expiresAt"]) == now + 50 * DAY
    hidden = await frontend.do(manager, "HideListings", ids=[id], reason="Prüfung")
    assert hidden["hidden"] == 1
    assert await frontend.code(ada, "HideListings", ids=[id], reason="x") == "NOT_ALLOWED"
    assert (await frontend.ask(ada, "ListingPage", id=id))["state"] == "HIDDEN"
    assert (await frontend.do(manager, "UnhideListings", action=hidden["action"]))["restored"] == 1
    can = await frontend.ask(ada, "ListingButtons", id=id)
    assert can["viewerCan"] == {"allowed": True, "reasonCode": None}
    await frontend.do(ada, "WithdrawListing", id=id)
    (mine,) = (await frontend.ask(ada, "MyListings", states=["WITHDRAWN"]))["edges"]
    assert (mine["node"]["id"], mine["node"]["isYours"]) == (id, True)
    assert (await frontend.do(ada, "ReopenListing", id=id))["listing"]["state"] == "OPEN"


async def test_no_path_of_the_schema_shows_who_is_behind_an_alias(frontend: Frontend, now: datetime) -> None:
    """E37: everything that leads, managers and administrators can reach from an application and a listing."""
    here, ada = await role(now), await people.participant("Ada Verborgen", now=now, handle="ada-verborgen")
    await Alias.take(AliasContext.EXCHANGE, "Morgenstern", by=ada, now=now)
    applied = await frontend.do(ada, "ApplyToRole", listingId=str(here.listing.id), underAlias=True, message="Hallo")
    wish = await frontend.do(ada, "PublishListing", kind="SEEKS_TEAM", title="Ich suche ein Team", underAlias=True)
    watching = [here.lead, await people.manager(now=now), await people.administrator(now=now)]
    ids = {"application": applied["application"]["id"], "listing": wish["listing"]["id"]}

    for viewer in watching:
        said = [
            await frontend.ask(viewer, "ApplicationsOfTeam", teamId=str(here.team.id)),
            await frontend.ask(viewer, "ContactBoard", kind="SEEKS_TEAM"),
            await frontend.ask(viewer, "ListingPage", id=ids["listing"]),
            await frontend.ask(viewer, "ListingPage", id=str(here.listing.id)),
            *[await frontend.post(viewer, AUDIT, {"id": id}) for id in ids.values()],
        ]
        text = json.dumps(said, ensure_ascii=False)
        assert "Verborgen" not in text
        assert str(ada.person_id) not in text
    assert "Morgenstern" in json.dumps(await frontend.ask(here.lead, "ApplicationsOfTeam", teamId=str(here.team.id)))
    accepted = await frontend.do(here.lead, "DecideApplication", id=ids["application"], accept=True)
    assert accepted["application"]["person"]["displayName"] == "Ada Verborgen"


async def test_a_refusal_never_tells_of_a_wish(frontend: Frontend, now: datetime) -> None:
    """E38: byte by byte the answers of somebody who is kept apart are those of anybody."""
    here = await role(now)
    ada, bo = await people.participant("Ada", now=now), await people.participant("Bo", now=now)
    await Block.put(ada.person_id, by=here.lead, now=now)  # type: ignore[arg-type]

    async def way(who: Any) -> str:
        """What somebody sees on the way from the board to the end of the seven days, without ids."""
        said: list[Any] = [await frontend.ask(who, "ContactBoard")]
        said.append(await frontend.do(who, "ApplyToRole", listingId=str(here.listing.id)))
        said.append((await frontend.ask(who, "MyApplications"))["edges"])
        return json.dumps(said, sort_keys=True)

    first, second = [await way(who) for who in (ada, bo)]
    for row in await Application.all():
        first, second = first.replace(str(row.id), "its id"), second.replace(str(row.id), "its id")
    assert first == second
    seen = await frontend.ask(here.lead, "ApplicationsOfTeam", teamId=str(here.team.id))
    assert [edge["node"]["person"]["displayName"] for edge in seen["edges"]] == ["Bo"]
