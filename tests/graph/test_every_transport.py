"""The limits hold over HTTP, WebSocket and event streams alike, and refusing costs next to nothing.

`-s` prints how long each refusal took, of the processor, client included.
"""

import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from resolvers import limits, running
from resolvers.endpoint import Options
from resolvers.patience import Patience
from tests.graph.harbour import Harbour, moored
from tests.graph.test_http import locked
from tests.graph.test_limits import HOSTILE, QUICK
from tests.graph.test_streams import asked

Answer = dict[str, Any]
Ask = Callable[[str, Any], Awaitable[Answer]]

CERTIFICATES = ssl.create_default_context()  # nobody needs them here, and reading them takes 20 ms
FITS = 65_536  # bytes of one WebSocket message
CODES = {"QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "OPERATION_RESOLUTION_FAILURE"}


async def over_http(harbour: Harbour, query: str, variables: Any = None) -> Answer:
    async with httpx2.AsyncClient(verify=CERTIFICATES) as client:
        response = await client.post(harbour.http, json={"query": query, "variables": variables})
    return dict(response.json())


async def over_websocket(harbour: Harbour, query: str, variables: Any = None) -> Answer:
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(query, **(variables or {}))
        told = await client.next()
    return {"errors": told["payload"]} if told["type"] == "error" else dict(told["payload"])


async def over_stream(harbour: Harbour, query: str, variables: Any = None) -> Answer:
    async with asked(harbour, query, variables) as stream:
        return dict(await stream.next())


TRANSPORTS = {"http": over_http, "websocket": over_websocket, "stream": over_stream}


@pytest.fixture
async def harbour(database_url: str) -> AsyncIterator[Harbour]:
    async with moored(database_url) as harbour:
        yield harbour


def codes(answer: Answer) -> set[str]:
    return {error["extensions"]["code"] for error in answer["errors"]}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_hostile_documents_are_refused_at_once(harbour: Harbour, transport: str) -> None:
    ask = TRANSPORTS[transport]
    await ask(harbour, "{ viewer { roles } }")

    for name, query in HOSTILE.items():
        if transport == "websocket" and len(query) > FITS:
            continue  # see below
        times = []
        for _ in range(3):
            started = time.process_time()
            answer = await ask(harbour, query)
            times.append(time.process_time() - started)
        print(f"{transport:9} {name:24} {min(times) * 1000:5.1f} ms  {sorted(codes(answer))}")
        assert codes(answer) <= CODES, name
        assert not answer.get("data"), name
        assert min(times) < QUICK, (name, times)


async def test_a_message_that_is_too_long_ends_the_socket(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(HOSTILE["characters"])
        assert await client.closed() == 1009


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    "variables",
    [{"slugs": ["x"] * 6_000}, {"slugs": {"a": [{"b": ["x"] * 3_000}, ["y"] * 3_000]}}, {"slug": "x" * 600_000}],
    ids=["many", "nested", "long"],
)
async def test_variables_have_a_size(harbour: Harbour, transport: str, variables: Any) -> None:
    query = "query ($slug: String) { team(slug: $slug) { id } }"
    if transport == "websocket" and len(json.dumps(variables)) > FITS:
        return
    times = []
    for _ in range(3):
        started = time.process_time()
        answer = await TRANSPORTS[transport](harbour, query, variables)
        times.append(time.process_time() - started)
    print(f"{transport:9} {'variables':24} {min(times) * 1000:5.1f} ms")

    assert codes(answer) == {"TOO_LARGE"}
    assert answer["errors"][0]["extensions"]["limit"] == "variables"
    assert min(times) < QUICK


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_operator_can_narrow_what_a_document_may_be(database_url: str, transport: str) -> None:
    narrow = Options(limits=replace(limits.DOCUMENT, depth=3, cost=30), introspection=False, suggestions=False)
    async with moored(database_url, narrow) as harbour:
        ask = TRANSPORTS[transport]
        deep = await ask(harbour, "{ teams(first: 1) { edges { node { id } } } }")
        costly = await ask(harbour, "{ teams(first: 90) { totalCount pageInfo { endCursor } } }")
        hidden = await ask(harbour, "{ __schema { types { name } } }")
        misspelt = await ask(harbour, "{ teems { totalCount } }")
        fine = await ask(harbour, "{ viewer { roles } }")

    assert (deep["errors"][0]["extensions"]["limit"], costly["errors"][0]["extensions"]["limit"]) == ("depth", "cost")
    assert codes(hidden) == {"GRAPHQL_VALIDATION_FAILED"}
    assert "Did you mean" not in misspelt["errors"][0]["message"]
    assert fine["data"] == {"viewer": {"roles": []}}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_went_wrong_on_our_side_stays_there(
    harbour: Harbour, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("postgres://user:password@host/database")

    monkeypatch.setattr("resolvers.teams.queries.visible", broken)
    answer = await TRANSPORTS[transport](harbour, "{ teams { totalCount } }")

    assert codes(answer) == {"INTERNAL"}
    assert "password" not in json.dumps(answer)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_takes_too_long_is_ended(harbour: Harbour, transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE", Patience(0.2))
    async with locked("field_of_action"):
        answer = await TRANSPORTS[transport](harbour, "{ fieldsOfAction { key } }")

    assert codes(answer) == {"TIMEOUT"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_pages_have_a_size(harbour: Harbour, transport: str) -> None:
    answer = await TRANSPORTS[transport](harbour, "{ teams(first: 101) { totalCount } }")

    assert codes(answer) == {"PAGE_SIZE"}
