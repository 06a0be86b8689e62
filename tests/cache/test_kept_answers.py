"""What strangers were answered is answered again without executing it, while it is true, and to nobody else."""

import asyncio
from typing import Any

import orjson
import pytest

import models
from models.teams import TeamState
from resolvers import trusted
from tests import people
from tests.cache.asking import TEAMS, asking, executed, found

BY_HASH = trusted.sha256(TEAMS)


async def test_a_question_is_executed_once_until_something_of_it_changes(database: str) -> None:
    """A hit compares integers."""
    team = await people.team("Anker")
    async with asking() as api:
        before = executed()
        first = await api.post(TEAMS, {"first": 5})
        again = [await api.post(TEAMS, {"first": 5}) for _ in range(5)]
        spaced = await api.client.post("/graphql", content=orjson.dumps({"variables": {"first": 5}, "query": TEAMS}),
                                       headers={"content-type": "application/json"})  # fmt: skip

        assert executed() - before == 1
        assert {answer.content for answer in (*again, spaced)} == {first.content}
        assert all(answer.headers == first.headers for answer in again)

        await models.Team.filter(id=team.id).update(name="Bogen")
        api.ring()

        assert await api.names() == ["Bogen"]


@pytest.mark.parametrize("way", ["save", "update", "create", "bulk", "delete", "raw"])
async def test_whatever_writes_is_told_within_a_second_without_any_event(database: str, way: str) -> None:
    """Neither the bell nor an event: reliability.md, the floor."""
    team = await people.team("Anker")
    async with asking() as api:
        await api.until(["Anker"])

        more = models.Team(name="Bogen", slug="bogen", state=TeamState.LISTED, place=10**6)
        match way:
            case "save":
                team.name = "Bogen"
                await team.save()
            case "update":
                await models.Team.filter(id=team.id).update(name="Bogen")
            case "create":
                await more.save()
            case "bulk":
                await models.Team.bulk_create([more])
            case "delete":
                await team.delete()
            case "raw":
                await models.sql.changed("UPDATE team SET name = $1", "Bogen")

        await api.until({"create": ["Anker", "Bogen"], "bulk": ["Anker", "Bogen"], "delete": []}.get(way, ["Bogen"]))


async def test_a_write_of_the_same_process_is_seen_by_the_very_next_question(database: str) -> None:
    team = await people.team("Anker")
    manager = await people.manager()
    async with asking() as api:
        assert await api.names() == ["Anker"]
        rested = await api.answer(
            "mutation Rest($id: UUID!) { restTeam(input: {id: $id}) { __typename } }", by=manager, id=team.id
        )
        assert rested["data"]["restTeam"]["__typename"] == "RestTeamPayload"

        assert await api.names() == []


async def test_nobody_who_is_signed_in_leaves_or_gets_anything_that_is_kept(database: str) -> None:
    """A member's answers hold what is theirs, even where they look like a stranger's."""
    await people.team("Anker")
    editor = await people.editor()
    members = "{ people(first: 5) { edges { node { handle } } } }"
    async with asking() as api:
        token, cookie = await api.token(editor), await api.cookie(editor)
        for headers in ({"authorization": f"Bearer {token}"}, {"cookie": cookie, "x_leuchtturm_csrf": "1"}):
            assert await api.names(**headers) == ["Anker"]
            assert (await api.post(members, **headers)).json()["data"]["people"]["edges"] != []
            assert api.kept == 0

        strangers = (await api.post(members)).json()
        assert api.kept > 0
        assert strangers["data"]["people"]["edges"] == []
        for headers in ({"authorization": f"Bearer {token}"}, {"cookie": cookie, "x_leuchtturm_csrf": "1"}):
            assert (await api.post(members, **headers)).json()["data"]["people"]["edges"] != []
        assert (await api.post(members, authorization="Bearer lt_nonsense")).status_code == 401


async def test_each_language_has_its_own_answer(database: str) -> None:
    block = await models.ProgrammeBlock.create(key="solver", position=1, title_de="Löser", title_en="Solver")
    titles = "query T($in: Language) { programmeBlocks { title { text(language: $in) } } }"
    async with asking() as api:
        for _ in range(2):
            for language, title in (("DE", block.title_de), ("EN", block.title_en)):
                data = await api.ask(titles, **{"in": language})
                assert data["programmeBlocks"] == [{"title": {"text": title}}]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ team(slug: "nobody") { name } }', {}),  # finds nothing: guessing names fills no memory
        (TEAMS, {"first": 1000}),  # refused
        (TEAMS, {"first": "x"}),
        ("{ nonsense }", {}),
        ("{ viewer { roles } }", {}),  # about who asks
        ("{ communityEvents { edges { node { type } } } }", {}),  # changes with everything that happens
        ("{ __typename }", {}),
    ],
)
async def test_what_must_not_be_kept_is_not(database: str, query: str, variables: dict[str, Any]) -> None:
    async with asking() as api:
        once, twice = [(await api.post(query, variables)).content for _ in range(2)]

        assert api.kept == 0
        assert once == twice


async def test_a_hundred_who_ask_at_once_make_one_execution(database: str) -> None:
    await people.team("Anker")
    async with asking() as api:
        before = executed()
        answers = await asyncio.gather(*(api.post(TEAMS, {"first": 3}) for _ in range(100)))

    assert executed() - before == 1
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["data"]["teams"]["totalCount"] == 1


async def test_whoever_asked_first_may_leave_without_harm_to_the_others(database: str) -> None:
    await people.team("Anker")
    async with asking() as api:
        first = asyncio.create_task(api.post(TEAMS, {"first": 3}))
        others = [asyncio.create_task(api.post(TEAMS, {"first": 3})) for _ in range(10)]
        while not api.cache.strangers.keeping._flights:
            await asyncio.sleep(0)
        first.cancel()

        assert {(await other).status_code for other in others} == {200}
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_the_memory_stays_within_its_bound_whatever_strangers_ask(database: str) -> None:
    await people.team("Anker")
    room = 200_000
    async with asking(kept_bytes=room) as api:
        used = []
        for number in range(60):
            await api.post(TEAMS + f" # {number} " + "x" * 4_000, {"first": 1})
            used.append(api.kept)

    assert room * 3 // 4 < max(used) <= room


async def test_rates_count_what_is_answered_from_memory(database: str) -> None:
    """Limits apply on a hit (reliability.md, 1)."""
    await people.team("Anker")
    async with asking(rate="5/minute") as api:
        statuses = [(await api.post(TEAMS)).status_code for _ in range(7)]

    assert statuses == [200] * 5 + [429] * 2


async def test_a_get_by_hash_has_an_etag_and_is_not_sent_to_those_who_have_it(database: str) -> None:
    team = await people.team("Anker")
    documents = trusted.Documents({BY_HASH: TEAMS})
    async with asking(documents=documents, shared_seconds=7) as api:
        asked = {"documentId": BY_HASH, "variables": '{"first":2}'}
        first, second = [await api.client.get("/graphql", params=asked) for _ in range(2)]
        has = {"if-none-match": first.headers["etag"]}
        quickly = found("quick")
        unchanged = await api.client.get("/graphql", params=asked, headers=has)
        assert found("quick") == quickly + 1

        assert (second.content, dict(second.headers)) == (first.content, dict(first.headers))
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert first.headers["cache-control"] == unchanged.headers["cache-control"] == "public, max-age=7"
        assert "Accept-Language" not in first.headers["vary"]
        assert {"Cookie", "Authorization"} <= set(first.headers["vary"].split(", "))

        await models.Team.filter(id=team.id).update(name="Bogen")
        api.ring()
        changed = await api.client.get("/graphql", params=asked, headers=has)

    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_who_asks_first_with_an_etag_gets_the_short_way_as_well(database: str) -> None:
    await people.team("Anker")
    async with asking(documents=trusted.Documents({BY_HASH: TEAMS})) as api:
        asked = {"documentId": BY_HASH}
        first = await api.client.get("/graphql", params=asked, headers={"if-none-match": '"other"'})
        again = await api.client.get("/graphql", params=asked, headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, again.status_code) == (200, 304)


async def test_other_sites_and_other_media_types_get_their_own_answer(database: str) -> None:
    """The short way leaves nothing out: what is refused the long way is refused."""
    await people.team("Anker")
    async with asking() as api:
        plain = await api.post(TEAMS)
        newer = await api.post(TEAMS, accept="application/graphql-response+json")
        foreign = await api.post(TEAMS, origin="https://evil.example")
        again = await api.post(TEAMS, origin="https://evil.example")
        spoken = await api.post(TEAMS, accept="text/plain")

    assert plain.headers["content-type"] == "application/json; charset=utf-8"
    assert newer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert (foreign.status_code, again.status_code, spoken.status_code) == (403, 403, 406)


async def test_pages_of_a_list_share_its_count(database: str) -> None:
    """performance.md: counting is not flat; nobody counts again what has not changed."""
    for number in range(3):
        await people.team(f"Team {number}")
    pages = "query P($after: String) { teams(first: 1, after: $after) { totalCount pageInfo { endCursor } } }"
    async with asking() as api:
        counts = api.cache.strangers.keeping.counts
        after, totals = None, []
        for _ in range(3):
            page = (await api.ask(pages, after=after))["teams"]
            after = page["pageInfo"]["endCursor"]
            totals.append(page["totalCount"])
        assert len(counts._known) == 1

        await people.team("Team 3")
        api.ring()
        totals.append((await api.ask(pages))["teams"]["totalCount"])

    assert totals == [3, 3, 3, 4]
