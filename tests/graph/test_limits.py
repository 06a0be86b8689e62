"""Hostile documents are refused quickly and with a code; frequent callers are asked to wait."""

import time
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from graphql import get_introspection_query, parse

from resolvers.budget import Limits, refusal
from resolvers.endpoint import Options
from resolvers.graph import build_schema
from resolvers.limits import RateGate
from schema.context import Services
from tests.conftest import REDIS
from tests.graph.api import OPERATIONS, Api, app_of

QUICK = 0.05  # seconds of the processor


def bomb(levels: int) -> str:
    """Fragments that each spread the next one twice: 2^levels fields when expanded."""
    parts = [f"fragment F{n} on Viewer {{ a{n}: roles ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return "{ viewer { ...F0 } } " + " ".join(parts) + f" fragment F{levels} on Viewer {{ roles }}"


def nested(levels: int) -> str:
    return "{ viewer " + "{ person " * levels + "{ id }" + " }" * levels + " }"


HOSTILE = {
    "aliases": "{"
    + " ".join(f"a{n}: viewer {{ roles }}" for n in range(19))
    + "}"
    + "".join(
        f" query Q{n} {{ b{n}: viewer {{ " + " ".join(f"c{m}: roles" for m in range(60)) + " } }" for n in range(1)
    ),
    "many aliases": "{ viewer { " + " ".join(f"a{n}: roles" for n in range(200)) + " } }",
    "many roots": "{" + " ".join("viewer { roles }" for _ in range(21)) + "}",
    "same field 500 times": "{ viewer { " + "roles " * 1_001 + "} }",
    "tokens": "{ viewer { " + "roles " * 20_000 + "} }",
    "deep": nested(15),
    "deeper": nested(400),
    "deepest": "{" * 900,
    "deep values": "{ team(slug: " + "[" * 900 + ") { id } }",
    "fragment bomb": bomb(25),
    "long fragment bomb": bomb(100),
    "circle of fragments": "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }",
    "directives": "{ viewer { " + " ".join(f"roles @include(if: true) @skip(if: {'false'})" for _ in range(20)) + "} }",
    "directives on one field": "{ viewer { roles " + "@skip(if: false) " * 5 + "} }",
    "operations": " ".join(f"query Q{n} {{ viewer {{ roles }} }}" for n in range(6)),
    "cost": "{ teams(first: 100) { edges { node { successes(first: 100) { edges { node { block { successes(first: 100)"
    " { edges { node { id } } } } } } } } } } }",
    "cost without numbers": "{ programmeBlocks { successes { edges { node { block { successes { edges { node { team "
    "{ successes { edges { node { id } } } } } } } } } } } } }",
    "huge first": "{ teams(first: 99999999999999999999) { totalCount edges { node { id } } } }",
    "overlapping fields": "{ viewer { " + " ".join("person { id }" for n in range(390)) + " } }",
    "overlapping fragments": "{ viewer { ...A ...B } } fragment A on Viewer { "
    + "person { id } " * 180
    + "} fragment B on Viewer { "
    + "person { id } " * 180
    + "}",
    "characters": "{ viewer { roles } } #" + "x" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_is_refused_at_once(api: Api, name: str) -> None:
    await api.post("{ viewer { roles } }")  # the first request warms the schema up

    times = []
    for _ in range(5):
        started = time.process_time()
        response = await api.post(HOSTILE[name], accept="application/graphql-response+json")
        times.append(time.process_time() - started)

    assert response.status_code == 400, response.text
    codes = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert codes <= {
        "QUERY_TOO_COMPLEX",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "OPERATION_RESOLUTION_FAILURE",
    }
    assert min(times) < QUICK, times  # of the processor: other tests run beside this one
    assert "data" not in response.json()


def test_the_budget_is_measured_in_time_linear_in_the_document() -> None:
    schema = build_schema()._schema
    documents = [parse(bomb(levels)) for levels in (50, 100, 200)]

    times = []
    for document in documents:
        started = time.process_time()
        for _ in range(5):
            assert refusal(schema, document, None, Limits()) is not None
        times.append(time.process_time() - started)

    assert times[-1] < 0.5


async def test_a_variable_counts_like_a_number_in_the_document(api: Api) -> None:
    document = """query ($n: Int) { teams(first: $n) { edges { node { successes(first: $n) { edges { node {
        block { successes(first: $n) { edges { node { id } } } } } } } } } } }"""

    assert await api.code(document, n=100) == "QUERY_TOO_COMPLEX"
    assert "errors" not in await api.answer(document, n=2)


async def test_the_standard_introspection_query_passes(api: Api) -> None:
    answer = await api.ask(get_introspection_query())

    assert answer["__schema"]["queryType"]["name"] == "Query"


async def test_deep_introspection_does_not(api: Api) -> None:
    deep = "{ __schema { types " + "{ fields { type " * 12 + "{ name }" + " } }" * 12 + " } }"

    assert await api.code(deep) == "QUERY_TOO_COMPLEX"


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_document_of_ours_is_within_half_of_the_limits(operation: str) -> None:
    schema = build_schema()._schema
    half = Limits(depth=12, fields=500, aliases=25, directives=15, root_fields=10, cost=10_000)

    assert refusal(schema, parse(OPERATIONS[operation]), None, half) is None


async def test_too_many_mutations_are_refused_with_their_twin(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.verbs.PER_PERSON", "3/minute")

    answers = [(await api.ask("SignOut", input={}))["signOut"]["__typename"] for _ in range(5)]

    assert answers == ["SignOutPayload"] * 3 + ["RateLimited"] * 2


async def test_aliases_do_not_get_around_a_limit(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.verbs.PER_PERSON", "3/minute")
    document = "mutation { " + " ".join(f"m{n}: signOut(input: {{}}) {{ __typename }}" for n in range(10)) + " }"

    answers = [value["__typename"] for value in (await api.ask(document)).values()]

    assert answers.count("SignOutPayload") == 3


async def test_too_many_operations_are_429(database: str) -> None:
    app = app_of(Services(gate=RateGate()), Options(rate="2/minute"))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        answers = [await client.post("/graphql", json={"query": "{ viewer { roles } }"}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[-1].json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


@pytest.mark.parametrize(("closed", "allowed"), [(False, True), (True, False)])
async def test_without_its_store_a_limit_lets_readers_in_and_nobody_sign_in(closed: bool, allowed: bool) -> None:
    gate = RateGate("redis://127.0.0.1:1")  # nobody listens there

    assert await gate.allows("5/minute", "somebody", closed=closed) is allowed
    await gate.close()


@pytest.mark.skipif(not REDIS, reason="needs a Redis: LEUCHTTURM_TEST_REDIS_URL")
async def test_processes_count_together_in_redis() -> None:
    who = str(uuid4())
    gates = [RateGate(REDIS), RateGate(REDIS)]

    allowed = [await gates[n % 2].allows("3/minute", who) for n in range(5)]
    for gate in gates:
        await gate.close()

    assert allowed == [True, True, True, False, False]


def test_the_store_of_limits_holds_no_addresses() -> None:
    gate: Any = RateGate()

    import asyncio

    asyncio.run(gate.allows("5/minute", "sign in from", "203.0.113.7"))

    assert "203.0.113.7" not in str(gate._limiter.storage.storage)
