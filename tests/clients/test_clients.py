"""JavaScript clients as they are published, against the running API."""

import json
import re
import shutil

import httpx2

from models.base import utcnow
from models.signin import ApiToken
from tests import people
from tests.clients.conftest import HERE, Running

SCHEMA = HERE.parents[1] / "schema" / "schema.graphql"


async def a_token() -> str:
    """Of a participant."""
    ada = await people.participant()
    assert ada.person_id is not None
    _, secret = await ApiToken.issue(ada.person_id, "test", by=ada, now=utcnow())
    return secret


async def test_graphql_request_reads_a_team_signs_in_and_gets_codes(running: Running) -> None:
    await people.team("Anker", slug="demo-anker")

    said = await running.run("request.mjs", await a_token())

    assert said["data"] == {"team": {"name": "Anker"}, "viewer": {"roles": []}}
    assert said["mine"]["viewer"]["roles"] == ["PARTICIPANT"]
    assert said["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_urql_pages_through_a_list_and_reads_problems(running: Running) -> None:
    for name in ("Anker", "Boje", "Drift"):
        await people.team(name)

    said = await running.run("urql.mjs")

    assert said["names"] == ["Anker", "Boje", "Drift"]
    assert said["code"] == "PAGE_SIZE"
    assert said["byGet"]["viewer"]["roles"] == []
    assert said["refused"] == "ValidationProblem"


async def test_apollo_client_asks_by_hash_and_normalises_what_it_gets(running: Running) -> None:
    await people.team("Anker", slug="demo-anker")

    said = await running.run("apollo.mjs", await a_token())

    assert said["first"] == said["again"] == said["cached"] == "Anker"
    query, mutation = said["sent"][:3], said["sent"][3:]
    assert query == ["GET", "POST", "GET"]  # an unknown hash, the document shown, a known hash
    assert mutation == ["POST", "POST"]
    assert said["problem"] == "ValidationProblem"


async def test_graphql_ws_goes_on_behind_the_last_event_it_saw(running: Running) -> None:
    await running.happen("story.published")
    await running.happen("team.listed")
    client = await running.client("socket.mjs")
    seen = [await client.line() for _ in range(2)]

    await running.happen("story.corrected")  # while the client has no connection, or has just got a new one
    seen.append(await client.line())
    await running.happen("story.retracted")
    seen.append(await client.line())

    assert [event["cursor"] for event in seen] == ["1", "2", "3", "4"]
    assert [event["type"] for event in seen][2:] == ["story.corrected", "story.retracted"]


async def test_graphql_sse_and_urql_read_event_streams(running: Running) -> None:
    client = await running.client("stream.mjs")
    await running.happen("story.published")
    await running.happen("team.listed")
    seen = [await client.line() for _ in range(2)]
    mistake = await client.line()
    by_urql = [await client.line()]
    await running.happen("story.corrected")
    by_urql.append(await client.line())

    assert [event["type"] for event in seen] == ["story.published", "team.listed"]
    assert mistake == "GRAPHQL_VALIDATION_FAILED"
    assert by_urql == [{"urql": "2"}, {"urql": "3"}]


async def test_what_relays_compiler_makes_of_the_schema_runs(running: Running) -> None:
    for name in ("Anker", "Boje"):
        await people.team(name)
    shutil.copy(SCHEMA, running.folder / "schema.graphql")
    project = running.folder / "relay"
    project.mkdir()
    (project / "Teams.js").write_text(
        """import { graphql } from "relay-runtime";
export const query = graphql`query TeamsQuery($first: Int!, $after: String) { ...Teams_list }`;
export const list = graphql`
  fragment Teams_list on Query @refetchable(queryName: "TeamsPageQuery") {
    teams(first: $first, after: $after) @connection(key: "Teams_teams") { edges { node { id name } } }
  }`;
export const watch = graphql`subscription TeamsSubscription { communityEvents { cursor type } }`;
"""
    )
    config = {"src": "relay", "schema": "schema.graphql", "language": "javascript", "eagerEsModules": True}
    (running.folder / "relay.config.json").write_text(json.dumps(config))

    await running.command("node", "node_modules/relay-compiler/cli.js", "--repersist", "relay.config.json")

    assert (project / "__generated__" / "TeamsSubscription.graphql.js").exists()
    page = (project / "__generated__" / "TeamsPageQuery.graphql.js").read_text()
    found = re.search(r'"text": ("(?:[^"\\]|\\.)*")', page)
    assert found
    asked = {"query": json.loads(found[1]), "variables": {"first": 1}}
    async with httpx2.AsyncClient() as client:
        teams = (await client.post(running.url, json=asked)).json()["data"]["teams"]
    assert [edge["node"]["name"] for edge in teams["edges"]] == ["Anker"]
    assert teams["pageInfo"]["hasNextPage"]


async def test_codegen_writes_types_for_operations(running: Running) -> None:
    config = {
        "schema": running.url,
        "documents": "documents.graphql",
        "generates": {"types.ts": {"plugins": ["typescript", "typescript-operations"]}},
    }
    (running.folder / "codegen.json").write_text(json.dumps(config))

    await running.command("node", "node_modules/@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.json")

    types = (running.folder / "types.ts").read_text()
    assert "export type TeamPageQuery = " in types
    assert "export type RestMutationVariables = " in types
    assert "export type WatchSubscription = " in types
    assert "hasNextPage: boolean" in types
