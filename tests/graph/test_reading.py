"""Reading: pages, relations, and how many statements they cost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

import models
from models.access import Viewer
from models.programme import SuccessState
from models.teams import TeamState
from tests import people
from tests.graph.api import Api

NAMES = ["Anker", "Boje", "Container", "Deich", "Ebbe", "Flut", "Gezeiten"]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    class Counter(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            statements.append(record.getMessage())

    logger, handler = logging.getLogger("tortoise.db_client"), Counter()
    before = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield statements
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


async def harbour(names: list[str] = NAMES, key: str = "bildung", **more: Any) -> models.FieldOfAction:
    field = await models.FieldOfAction.create(key=key, title_de=key.title())
    for name in names:
        await people.team(name, field_of_action=field, **more)
    return field


async def reached(of: dict[str, Any], number: int) -> None:
    for day in range(1, number + 1):
        await models.Success.create(
            title_de=f"Erfolg {day}",
            metric="Geräte",
            value=str(day),
            as_of=date(2020, 4, day),
            source_url="https://example.org/",
            state=SuccessState.PUBLISHED,
            **of,
        )


def names(connection: Any) -> list[str]:
    return [edge["node"]["name"] for edge in connection["edges"]]


async def test_a_list_is_read_page_by_page_in_both_directions(api: Api) -> None:
    await harbour()

    first = (await api.ask("Teams", first=3))["teams"]
    second = (await api.ask("Teams", first=3, after=first["pageInfo"]["endCursor"]))["teams"]
    third = (await api.ask("Teams", first=3, after=second["pageInfo"]["endCursor"]))["teams"]
    back = (await api.ask("Teams", last=3, before=third["pageInfo"]["startCursor"]))["teams"]

    assert [names(first), names(second), names(third)] == [NAMES[:3], NAMES[3:6], NAMES[6:]]
    assert [p["pageInfo"]["hasNextPage"] for p in (first, second, third)] == [True, True, False]
    assert [p["pageInfo"]["hasPreviousPage"] for p in (first, second, third)] == [False, True, True]
    assert names(back) == names(second)
    assert back["pageInfo"]["hasPreviousPage"] is True
    assert first["totalCount"] == 7


async def test_a_page_does_not_move_when_somebody_joins_in_front_of_it(api: Api) -> None:
    await harbour()
    first = (await api.ask("Teams", first=3))["teams"]

    await people.team("Aal")
    second = (await api.ask("Teams", first=3, after=first["pageInfo"]["endCursor"]))["teams"]

    assert names(second) == NAMES[3:6]


async def test_equal_names_are_neither_lost_nor_doubled_between_pages(api: Api) -> None:
    for _ in range(5):
        await people.team("Anker")

    seen: list[str] = []
    after = None
    for _ in range(5):
        page = (await api.ask("Teams", first=1, after=after))["teams"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]

    assert len(set(seen)) == 5
    assert page["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ({"first": 0}, "PAGE_SIZE"),
        ({"first": -1}, "PAGE_SIZE"),
        ({"first": 101}, "PAGE_SIZE"),
        ({"first": 3, "last": 3}, "PAGE_SIZE"),
        ({"after": "nonsense"}, "INVALID_CURSOR"),
        ({"after": ""}, "INVALID_CURSOR"),
        ({"after": "ÄÖÜ"}, "INVALID_CURSOR"),
        ({"before": "W10"}, "INVALID_CURSOR"),
        ({"after": "bnVsbA"}, "INVALID_CURSOR"),
        ({"after": "WyJuYW1lLGlkIiwgMSwgMl0"}, "INVALID_CURSOR"),
    ],
)
async def test_an_impossible_page_is_refused_with_a_code(api: Api, window: dict[str, Any], code: str) -> None:
    await harbour()

    assert await api.code("Teams", **window) == code
    assert await api.code("FieldTeams", **window) == code


async def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    await reached({"team": await people.team()}, 1)
    cursor = (await api.ask("Successes"))["successes"]["pageInfo"]["endCursor"]

    assert await api.code("Teams", after=cursor) == "INVALID_CURSOR"


async def test_a_failing_field_does_not_take_the_rows_of_others_with_it(api: Api) -> None:
    """Two wait for the same row. One is given up because its sibling failed; what it waited for is not."""
    await harbour()
    both = "node { fieldOfAction { key } } other: node { fieldOfAction { key } successes(first: 0) { totalCount } }"

    answer = (await api.post(f"{{ teams {{ edges {{ {both} }} }} }}")).json()

    assert answer["errors"][0]["extensions"]["code"] == "PAGE_SIZE"


async def test_each_parent_has_its_own_page(api: Api) -> None:
    await harbour(["Anker", "Boje", "Container"], "bildung")
    await harbour(["Deich"], "gesundheit")
    await harbour([], "kultur")

    fields = (await api.ask("Programme"))["fieldsOfAction"]

    assert {
        f["key"]: (names(f["teams"]), f["teams"]["totalCount"], f["teams"]["pageInfo"]["hasNextPage"]) for f in fields
    } == {
        "bildung": (["Anker", "Boje"], 3, True),
        "gesundheit": (["Deich"], 1, False),
        "kultur": ([], 0, False),
    }


async def test_pages_of_relations_go_on_and_back(api: Api) -> None:
    await harbour()

    (field,) = (await api.ask("FieldTeams", first=3))["fieldsOfAction"]
    (onwards,) = (await api.ask("FieldTeams", first=3, after=field["teams"]["pageInfo"]["endCursor"]))["fieldsOfAction"]
    cursor = onwards["teams"]["pageInfo"]["startCursor"]
    (back,) = (await api.ask("FieldTeams", last=2, before=cursor))["fieldsOfAction"]

    assert names(onwards["teams"]) == NAMES[3:6]
    assert names(back["teams"]) == NAMES[1:3]
    assert back["teams"]["pageInfo"]["hasPreviousPage"] is True


async def test_a_relation_shows_only_what_everybody_may_see(api: Api) -> None:
    await harbour(["Anker"])
    (field,) = await models.FieldOfAction.all()
    await people.team("Geheim", field_of_action=field)
    await models.Team.filter(name="Geheim").update(state=TeamState.DRAFT)

    (shown,) = (await api.ask("FieldTeams"))["fieldsOfAction"]

    assert names(shown["teams"]) == ["Anker"]


async def test_members_of_a_team_are_seen_by_its_leads_and_not_by_strangers(api: Api) -> None:
    team = await people.team("Anker", slug="demo-anker")
    lead = await people.lead_of(team.id)

    by_lead = await api.ask("TeamPage", by=lead, slug="demo-anker")
    by_stranger = await api.ask("TeamPage", slug="demo-anker")

    assert [m["person"]["displayName"] for m in by_lead["team"]["memberships"]] == ["Lena Fischer"]
    assert by_lead["team"]["viewerCan"] == {"allowed": True, "reasonCode": None, "messageDe": None, "messageEn": None}
    assert by_stranger["team"]["memberships"] == []
    assert by_stranger["team"]["viewerCan"]["reasonCode"] == "SIGN_IN_NEEDED"


async def test_what_is_hidden_reads_as_absent(api: Api) -> None:
    hidden = await people.team("Geheim", slug="demo-geheim")
    await models.Team.filter(id=hidden.id).update(state=TeamState.DRAFT)
    viewer = await people.participant()

    assert (await api.ask("TeamPage", slug="demo-geheim"))["team"] is None
    assert (await api.ask("TeamPage", by=viewer, slug="demo-geheim"))["team"] is None
    assert (await api.ask("Member", id=str(viewer.person_id)))["person"] is None
    assert (await api.ask("Member", by=viewer, id=str(viewer.person_id)))["person"]["displayName"] == "Zoë Müller"


@pytest.mark.parametrize("operation", ["Programme", "Teams"])
async def test_statements_do_not_grow_with_rows(api: Api, operation: str) -> None:
    """E52: also with N more of everything, and never more than 15."""
    block = await models.ProgrammeBlock.create(key="enabler", title_de="Enabler", position=1)
    field = await harbour(["Anker"], "bildung")
    await reached({"block": block}, 1)
    with counted() as few:
        await api.ask(operation)

    for index in range(6):
        another = await models.ProgrammeBlock.create(key=f"block-{index}", title_de="B", position=index)
        await reached({"block": another}, 4)
        await harbour(NAMES, f"feld-{index}")
    await people.team("Zander", field_of_action=field)
    with counted() as many:
        await api.ask(operation)

    assert len(many) == len(few) <= 15, "\n".join(many)


async def test_total_count_is_counted_only_when_it_is_asked_for(api: Api) -> None:
    await harbour()
    with counted() as without:
        await api.ask("{ teams(first: 2) { edges { node { name } } } }")
    with counted() as only:
        assert (await api.ask("{ teams { totalCount } }"))["teams"]["totalCount"] == 7

    assert len(without) == 1
    assert len(only) == 1
    assert "COUNT" in only[0]


async def test_a_text_too_long_for_its_column_is_no_error_of_ours(api: Api) -> None:
    assert await api.code("TeamPage", slug="x" * 5_000) == "INVALID"


async def test_a_malformed_id_is_the_clients_mistake(api: Api) -> None:
    assert await api.code("Member", id="no-uuid") == "BAD_INPUT"


@pytest.fixture
async def administrator(database: str) -> Viewer:
    return await people.administrator()


async def test_knowing_who_asks_takes_one_statement(api: Api) -> None:
    await people.team("Anker", slug="anker")
    token = await api.token(await people.lead_of((await people.team("Boje")).id))
    body, headers = {"query": '{ team(slug: "anker") { name } }'}, {"authorization": f"Bearer {token}"}
    await api.client.post("/graphql", json=body, headers=headers)  # notes that the token was used

    with counted() as statements:
        answer = await api.client.post("/graphql", json=body, headers=headers)

    assert answer.json()["data"]["team"]["name"] == "Anker"
    assert len(statements) == 2
