"""Profiles: what each viewer sees of whom, on every path, planned and plain; and changing one's own."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import models
from models.access import ANONYMOUS, Viewer
from models.members import FieldVisibility, Person, ProfileField, profile
from models.members.skills import PersonSkill, Skill
from models.signin import viewer_of
from models.teams import TeamMembership
from tests import people
from tests.graph.frontend import Frontend

V = FieldVisibility
LINK = "https://example.org/{}"
FIELDS = """id about place links languages hoursPerWeek weekParts awayUntil timeZone skills { skill { key } }"""
PATHS = f"""query ($id: UUID!, $slug: String!, $skill: UUID!) {{
  one: person(id: $id) {{ {FIELDS} }}
  team(slug: $slug) {{ memberships {{ person {{ {FIELDS} }} }} }}
  people(first: 10) {{ edges {{ node {{ {FIELDS} }} }} }}
  found: people(skillId: $skill, first: 10) {{ edges {{ node {{ id }} }} }}
}}"""
PLAIN = PATHS.replace("{ one:", "{ viewer { roles } one:").replace("query (", "query Plainly(")
"""The same with a computed field: it runs without the planner."""


async def a_profile(viewer: Viewer, skill: Skill, audience: FieldVisibility, now: datetime) -> None:
    """Everything filled in, and shown to one audience."""
    assert viewer.person_id is not None
    await PersonSkill.choose(viewer.person_id, [skill.id], by=viewer, now=now)
    await profile.update(
        by=viewer, now=now, about="Ich nähe.", place="Köln", links=[LINK.format("me")], languages=["de", "tr"],
        hours_per_week=6, week_parts=["monday_evening"], away_until=now.date(), time_zone="Europe/Berlin",
        visibility={field: audience for field in ProfileField if field is not ProfileField.NAME},
    )  # fmt: skip
    await Person.filter(id=viewer.person_id).update(links_held=False)


def is_full(shown: dict[str, Any]) -> bool:
    """All fields are shown, or none of them: nothing in between."""
    values = [value for name, value in shown.items() if name != "id"]
    assert all(values) or not any(values), shown
    return all(values)


async def test_a_field_is_shown_to_whom_its_owner_chose_on_every_path(frontend: Frontend, now: datetime) -> None:
    """domain.md 7.2, 8: public, members, matched, private; staff see nothing that is private."""
    manager = await people.manager(now=now)
    skill = await Skill.propose("Nähen", "Sewing", by=manager, now=now)
    await Skill.approve(skill.id, by=manager, now=now)
    team = await people.team(slug="demo-nadel")
    owners = {audience: await people.participant(now=now) for audience in V}
    for audience, owner in owners.items():
        await a_profile(owner, skill, audience, now)
        await Person.filter(id=owner.person_id).update(name_for=V.PUBLIC)
        await TeamMembership.create(team_id=team.id, person_id=owner.person_id)
    mate = await people.lead_of(team.id, now=now)
    editor, stranger = await people.editor(now=now), await people.participant(now=now)
    sees = [
        (ANONYMOUS, {V.PUBLIC}),
        (stranger, {V.PUBLIC, V.MEMBERS}),
        (editor, {V.PUBLIC, V.MEMBERS}),
        (mate, {V.PUBLIC, V.MEMBERS, V.MATCHED}),
        (manager, {V.PUBLIC, V.MEMBERS, V.MATCHED}),
    ]
    for viewer, audiences in sees:
        for document in (PATHS, PLAIN):
            for audience, owner in owners.items():
                about = {"id": str(owner.person_id), "slug": "demo-nadel", "skill": str(skill.id)}
                told = await frontend.post(viewer, document, about)
                assert "errors" not in told, told
                told = told["data"]
                rows = [told["one"], *(edge["node"] for edge in told["people"]["edges"])]
                rows += [each["person"] for each in told["team"]["memberships"]]
                mine = [row for row in rows if row and row["id"] == about["id"]]
                assert mine, "the name is public"
                assert {is_full(row) for row in mine} == {audience in audiences}, (viewer.roles, audience)
                found = [edge["node"]["id"] for edge in told["found"]["edges"]]
                assert (about["id"] in found) is (audience in audiences), "who hides a skill is not found by it"
    for owner in owners.values():
        about = {"id": str(owner.person_id), "slug": "demo-nadel", "skill": str(skill.id)}
        assert is_full((await frontend.post(owner, PATHS, about))["data"]["one"]), "everybody sees themselves"


async def test_a_name_is_absent_for_whom_it_is_not_meant(frontend: Frontend, now: datetime) -> None:
    """E50: invisible is absent, for members who hide, are restricted, have not come yet or want to leave."""
    zoe, manager = await people.participant(now=now), await people.manager(now=now)
    team = await people.team()
    await TeamMembership.create(team_id=team.id, person_id=zoe.person_id)
    mate, stranger = await people.lead_of(team.id, now=now), await people.participant("Bo Carlsen", now=now)

    async def sees(viewer: Viewer) -> bool:
        told = await frontend.post(viewer, "query ($id: UUID!) { person(id: $id) { id } }", {"id": str(zoe.person_id)})
        return told["data"]["person"] is not None

    assert [await sees(who) for who in (ANONYMOUS, stranger, mate, manager)] == [False, True, True, True]
    await profile.update(by=zoe, now=now, visibility={ProfileField.NAME: V.MATCHED})
    assert [await sees(who) for who in (ANONYMOUS, stranger, mate, manager)] == [False, False, True, True]
    for state in ("restricted", "erasure_requested"):
        await Person.filter(id=zoe.person_id).update(state=state)
        assert [await sees(who) for who in (stranger, mate, manager, zoe)] == [False, False, True, True], state
    for state in ("invited", "erased"):
        await Person.filter(id=zoe.person_id).update(state=state)
        assert [await sees(who) for who in (stranger, mate, manager)] == [False] * 3, state


async def test_accepted_applications_match_both_sides_but_never_by_an_alias(database: str, now: datetime) -> None:
    """`matched` is an accepted application or a common team (E37: an alias is not given away by it)."""
    team = await people.team()
    lead, ada, bo = await people.lead_of(team.id), await people.participant(now=now), await people.participant(now=now)
    listing = await models.Listing.create(
        team_id=team.id, person_id=lead.person_id, purpose="seeks_member", title="Wer näht?", expires_at=now,
    )  # fmt: skip
    for person, alias in ((ada, ""), (bo, "Nadel")):
        await models.Application.create(
            listing_id=listing.id, team_id=team.id, person_id=person.person_id, alias=alias, state="accepted"
        )

    async def matched(viewer: Viewer) -> frozenset[Any]:
        again = await viewer_of(viewer.person_id, now=now)  # type: ignore[arg-type]
        assert again is not None
        return again.matched

    assert await matched(ada) == {lead.person_id}
    assert await matched(lead) == {ada.person_id}
    assert await matched(bo) == frozenset()


async def test_ada_changes_her_profile_and_is_told_what_does_not_fit(frontend: Frontend, now: datetime) -> None:
    """E36: pronouns are optional free text of at most 40 characters."""
    ada = await people.participant("Ada Brinkmann", now=now)

    async def refused(**input: Any) -> tuple[str, str]:
        told = await frontend.do(ada, "UpdateProfile", **input)
        return told["code"], told["path"]

    told = await frontend.do(
        ada, "UpdateProfile", pronouns="dey/denen", languages=["DE", "gsg", "de"], hoursPerWeek=4,
        weekParts=["SUNDAY_EVENING", "MONDAY_MORNING"], about="Hallo\r\nihr",
        visibility=[{"field": "ABOUT", "visibility": "PRIVATE"}],
    )  # fmt: skip
    shown = told["person"]
    assert shown["languages"] == ["de", "gsg"]
    assert shown["weekParts"] == ["MONDAY_MORNING", "SUNDAY_EVENING"]
    assert (shown["pronouns"], shown["about"], shown["hoursPerWeek"]) == ("dey/denen", "Hallo\nihr", 4)
    assert (await frontend.do(ada, "UpdateProfile", hoursPerWeek=None))["person"]["hoursPerWeek"] is None
    away = await frontend.do(ada, "UpdateProfile", awayUntil="2020-05-01")
    assert (away["person"]["awayUntil"], away["person"]["languages"]) == ("2020-05-01", ["de", "gsg"])
    assert (await frontend.do(ada, "UpdateProfile", place="Köln"))["person"]["awayUntil"] == "2020-05-01"
    assert (await frontend.do(ada, "UpdateProfile", awayUntil=None))["person"]["awayUntil"] is None

    assert await refused(pronouns="x" * 41) == ("TEXT_TOO_LONG", "pronouns")
    assert await refused(timeZone="Europe/Atlantis") == ("UNKNOWN_ZONE", "timeZone")
    assert await refused(languages=["klingonisch"]) == ("UNKNOWN_LANGUAGE", "languages")
    assert await refused(links=["javascript:alert(1)"]) == ("NOT_A_LINK", "links")
    assert await refused(links=["https://ada:geheim@example.org"]) == ("NOT_A_LINK", "links")
    assert await refused(hoursPerWeek=61) == ("HOURS_OUT_OF_RANGE", "hoursPerWeek")
    assert await refused(displayName="Ada\nBcc: x") == ("INVALID_NAME", "displayName")
    current = (await frontend.ask(ada, "Profile", id=str(ada.person_id)))["version"]
    assert (await frontend.do(ada, "UpdateProfile", version=current, language="EN"))["person"]["language"] == "EN"
    assert await refused(version=current) == ("STALE", "id")
    assert await refused(visibility=[{"field": "NAME", "visibility": "PRIVATE"}]) == ("NAME_IS_SEEN", "visibility")
    assert await refused(skillIds=[str(ada.person_id)]) == ("NOT_FOUND", "skillIds")
    notes = await models.AuditEvent.filter(subject_id=ada.person_id, action="update").values_list("note", flat=True)
    assert "dey" not in str(notes), "the log names fields, not contents"


async def test_links_of_new_accounts_are_held_and_a_wave_of_bots_costs_three_clicks(
    frontend: Frontend, now: datetime
) -> None:
    """E49, C13.8: look at the newcomers, hide all of them, and take it back."""
    reader, manager = await people.participant(now=now), await people.manager(now=now)
    await Person.filter(id__in=[reader.person_id, manager.person_id]).update(links_held=False)
    bot = await people.participant("Kauft Uhren", now=now)
    await profile.update(
        by=bot, now=now, about="Hier: https://uhren.example und www.mehr.example", links=[LINK.format(1)]
    )
    many = [
        Person(handle=f"bot-{n}", display_name="Kauft Uhren", email_hash=f"bot-{n}", state="active") for n in range(999)
    ]
    await Person.bulk_create(many)

    async def profile_for(viewer: Viewer) -> Any:
        return (await frontend.ask(viewer, "Profile", id=str(bot.person_id))) or {}

    hidden = await profile_for(reader)
    assert "uhren.example" not in str(hidden) and "mehr.example" not in str(hidden) and hidden["links"] == []
    assert "uhren.example" in (await profile_for(bot))["about"]
    assert "uhren.example" in (await profile_for(manager))["about"]

    since = (now - timedelta(days=3650)).isoformat()
    seen = await frontend.ask(manager, "Newcomers", joinedSince=since)
    assert seen["totalCount"] == 1000
    assert (await frontend.ask(reader, "Newcomers", joinedSince=since))["totalCount"] == 0
    done = await frontend.do(manager, "HideMembers", joinedSince=since, reason="Werbung")
    assert done["hide"]["count"] == 1000
    assert await profile_for(reader) == {}
    assert await Person.filter(state="active").count() == 2
    assert (await frontend.do(reader, "UndoHideMembers", id=done["hide"]["id"]))["code"] == "NOT_ALLOWED"
    back = await frontend.do(manager, "UndoHideMembers", id=done["hide"]["id"])
    assert back["hide"]["undoneAt"]
    assert await Person.filter(state="active").count() == 1002

    await frontend.do(manager, "VouchForMember", id=str(bot.person_id))
    assert "uhren.example" in (await profile_for(reader))["about"]


async def test_nobody_can_find_out_that_they_are_blocked(frontend: Frontend, now: datetime) -> None:
    """E38, C13.5: silent. What the other may ask is answered the same as before."""
    ada, bo = await people.participant(now=now), await people.participant("Bo Carlsen", now=now)
    asks = ["MyProfile", "Me", "People"]
    before = [await frontend.ask(bo, name) for name in asks]
    await frontend.headers(ada)
    events = await models.OutboxEvent.all().count(), await models.AuditEvent.all().count()

    told = await frontend.do(ada, "BlockMember", personId=str(bo.person_id))

    assert told["block"]["person"]["displayName"] == "Bo Carlsen"
    assert [await frontend.ask(bo, name) for name in asks] == before
    profile_of_ada = await frontend.ask(bo, "Profile", id=str(ada.person_id))
    assert profile_of_ada["displayName"] == "Zoë Müller"
    assert (await models.OutboxEvent.all().count(), await models.AuditEvent.all().count()) == events
    assert len((await frontend.ask(ada, "MyProfile"))["blocks"]) == 1
    assert (await frontend.do(ada, "BlockMember", personId=str(ada.person_id)))["code"] == "BLOCK_ONESELF"
    await frontend.do(ada, "UnblockMember", personId=str(bo.person_id))
    assert (await frontend.ask(ada, "MyProfile"))["blocks"] == []


@pytest.mark.parametrize("path", ["Alias", "Block"])
def test_no_type_leads_from_an_alias_or_a_wish_to_its_owner(path: str) -> None:
    """E37, E38: the schema has no way from an alias to a person, and no way to a block but one's own list."""
    from resolvers.graph import build_schema

    schema = build_schema()._schema
    leads_here = {
        f"{type_.name}.{name}"
        for type_ in schema.type_map.values()
        for name, field in getattr(type_, "fields", {}).items()
        if str(getattr(field, "type", "")).strip("[]!") == path and not type_.name.endswith("Payload")
    }
    assert leads_here == {f"Viewer.{path.lower()}{'es' if path == 'Alias' else 's'}"}
    if path == "Alias":
        fields = schema.type_map["Alias"].fields  # type: ignore[attr-defined]
        assert set(fields) == {"id", "context", "name"}
