"""GraphQL over HTTP: media types, methods, bodies, and who may ask from where (reliability.md, 1.2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from tortoise.transactions import in_transaction

import models
from models.access import Viewer
from models.site import Site
from resolvers import negotiation
from resolvers.endpoint import Options
from resolvers.patience import Patience
from schema.context import Services
from tests import people
from tests.graph.api import Api, app_of

QUESTION = "{ viewer { roles } }"
NEW = "application/graphql-response+json"


def code(response: httpx2.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize(
    ("accept", "spoken"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (NEW, NEW),
        (f"{NEW}, application/json;q=0.9", NEW),
        (f"{NEW};q=0.5, application/json", "application/json"),
        (f"{NEW}, text/event-stream", NEW),
        (f"{NEW};charset=utf-8", NEW),
        ("application/json;q=nonsense, */*;q=0.1", "application/json"),
    ],
)
async def test_the_client_chooses_the_media_type(api: Api, accept: str, spoken: str) -> None:
    response = await api.post(QUESTION, accept=accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{spoken}; charset=utf-8"
    assert response.json() == {"data": {"viewer": {"roles": []}}}


async def test_a_client_that_takes_neither_is_told_so(api: Api) -> None:
    response = await api.post(QUESTION, accept="text/turtle")

    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { viewer { roles } } query B { viewer { roles } }", "OPERATION_RESOLUTION_FAILURE"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(NEW, 400), ("application/json", 200)])
async def test_what_never_ran_has_no_data(api: Api, query: str, told: str, accept: str, status: int) -> None:
    response = await api.post(query, accept=accept)

    assert (response.status_code, code(response)) == (status, told)
    assert "data" not in response.json()


async def test_an_error_while_running_is_part_of_an_answer(api: Api) -> None:
    response = await api.post("{ teams(first: 1000) { totalCount } }", accept=NEW)

    assert (response.status_code, response.json()["data"]) == (200, None)
    error = response.json()["errors"][0]
    assert error["extensions"]["code"] == "PAGE_SIZE"
    assert "1 bis 100" in error["extensions"]["messageDe"]
    assert error["extensions"]["path"] == "first"


async def test_queries_may_be_asked_by_get(api: Api) -> None:
    document = "query One($slug: String) { team(slug: $slug) { name } viewer { roles } } query Two { viewer { roles } }"
    await people.team("Anker", slug="demo-anker")
    asked = {"query": document, "variables": '{"slug": "demo-anker"}', "operationName": "One"}

    response = await api.client.get("/graphql", params=asked)

    assert response.json() == {"data": {"team": {"name": "Anker"}, "viewer": {"roles": []}}}


async def test_a_get_changes_nothing(api: Api) -> None:
    asked = {
        "query": 'mutation { requestLoginLink(input: {email: "ada@example.org"}) { __typename } }',
    }
    await people.person(email="ada@example.org")

    response = await api.client.get("/graphql", params=asked)

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert not await models.LoginLink.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_refused(api: Api, method: str) -> None:
    response = await api.client.request(method, "/graphql")

    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_a_subscription_is_sent_to_the_socket(api: Api) -> None:
    response = await api.post("subscription { communityEvents { type } }")

    assert response.status_code == 400
    assert "graphql-transport-ws" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/plain, application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
    ],
)
async def test_a_body_of_another_type_is_not_read(api: Api, content_type: str) -> None:
    response = await api.client.post(
        "/graphql", content=json.dumps({"query": QUESTION}), headers={"content-type": content_type}
    )

    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_compressed_body_is_not_read(api: Api) -> None:
    response = await api.post(QUESTION, content_encoding="gzip")

    assert response.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"1",
        b'"x"',
        b"{",
        b"[" * 100_000,
        b'{"query": "' + b"\xff" + b'"}',
        b'{"query": "{viewer{roles}}", "variables": {"a": NaN}}',
        b'{"query": "\\ud800"}',
        b"{}",
        b'{"query": null}',
        b'{"query": 1}',
        b'{"query": ""}',
        b'{"query": "{viewer{roles}}", "variables": []}',
        b'{"query": "{viewer{roles}}", "operationName": 1}',
        b'{"query": "{viewer{roles}}", "extensions": "x"}',
        b'[{"query": "{viewer{roles}}"}]',
        b'{"query": "{viewer{roles}}", "variables": {"a": ["\\u0000"]}}',
        b'{"query": "{team(slug: \\"\\\\u0000\\") {id}}"}',
    ],
)
async def test_a_malformed_body_is_the_clients_mistake(api: Api, body: bytes) -> None:
    response = await api.client.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_body_that_is_too_large_is_refused_while_it_arrives(api: Api) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(1_000):
            taken += 100_000
            yield b" " * 100_000

    response = await api.client.post("/graphql", content=endless(), headers={"content-type": "application/json"})

    assert (response.status_code, code(response)) == (413, "TOO_LARGE")


async def test_a_body_that_says_it_is_too_large_is_not_read_at_all(api: Api) -> None:
    response = await api.post("{" + " " * 1_100_000)

    assert response.status_code == 413


async def test_a_body_that_drips_is_cut_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiation, "PATIENCE", Patience(0.05))

    async def dripping() -> dict[str, Any]:
        await asyncio.sleep(1)
        return {"type": "http.request", "body": b"", "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"host", b"test")], "client": ("127.0.0.1", 1),
        "scheme": "http", "server": ("test", 80), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    await api.app(scope, dripping, send)

    assert sent[0]["status"] == 408


async def test_every_answer_forbids_sniffing_and_storing(api: Api) -> None:
    for response in (await api.post(QUESTION), await api.post("{"), await api.client.get("/graphql")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert "Cookie" in response.headers["vary"]


# Who may ask from where


async def test_a_cookie_alone_is_not_enough(api: Api) -> None:
    cookie = await api.cookie(await people.participant())

    assert code(await api.post(QUESTION, cookie=cookie)) == "CROSS_SITE"
    assert (
        code(await api.client.get("/graphql", params={"query": QUESTION}, headers={"cookie": cookie})) == "CROSS_SITE"
    )
    for header in ("x_leuchtturm_csrf", "apollo_require_preflight"):
        answer = (await api.post(QUESTION, cookie=cookie, **{header: "1"})).json()
        assert answer["data"]["viewer"]["roles"] == ["PARTICIPANT"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://test.evil.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "cross-site", "origin": "http://test"},
    ],
)
async def test_a_foreign_page_is_refused(api: Api, headers: dict[str, str]) -> None:
    response = await api.post(QUESTION, x_leuchtturm_csrf="1", **headers)

    assert (response.status_code, code(response)) == (403, "CROSS_SITE")


async def test_our_own_page_and_an_allowed_origin_may_ask(api: Api) -> None:
    app = app_of(Services(site=Site(), allowed_origins=frozenset({"https://app.example.org"})))
    cookie = await api.cookie(await people.participant())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        for headers in (
            {"origin": "http://test", "sec-fetch-site": "same-origin"},
            {"origin": "https://app.example.org", "sec-fetch-site": "cross-site"},
        ):
            sent = {**headers, "cookie": cookie, "x-leuchtturm-csrf": "1"}
            response = await client.post("/graphql", json={"query": QUESTION}, headers=sent)
            assert response.json()["data"]["viewer"]["roles"] == ["PARTICIPANT"]


async def test_the_browser_lets_only_an_allowed_application_read_answers(api: Api) -> None:
    app = app_of(Services(site=Site(), allowed_origins=frozenset({"https://app.example.org"})))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        asked = {"origin": "https://app.example.org", "access-control-request-method": "POST"}
        preflight = await client.options("/graphql", headers=asked)
        answer = await client.post("/graphql", json={"query": QUESTION}, headers={"origin": "https://app.example.org"})
        foreign = await client.options("/graphql", headers={**asked, "origin": "https://evil.example"})

    assert preflight.status_code == 204
    assert "x-leuchtturm-csrf" in preflight.headers["access-control-allow-headers"]
    for response in (preflight, answer):
        assert response.headers["access-control-allow-origin"] == "https://app.example.org"
        assert response.headers["access-control-allow-credentials"] == "true"
    assert (foreign.status_code, "access-control-allow-origin" in foreign.headers) == (405, False)


async def test_over_https_cookies_are_for_this_host_alone(database: str) -> None:
    app = app_of(Services(site=Site(), secure=True))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://test") as client:
        sent = await client.post("/sign-in", data={"email": "ada@example.org"})

    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-leuchtturm-browser=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("header", ["Bearer lt_forged", "Bearer", "Bearer ", "Basic YTpi", "lt_x", "Bearer nonsense"])
async def test_a_forged_token_is_401(api: Api, header: str) -> None:
    response = await api.post(QUESTION, authorization=header)

    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_token_in_the_address_is_nobody(api: Api) -> None:
    secret = await api.token(await people.participant())

    response = await api.client.get("/graphql", params={"query": QUESTION, "token": secret, "authorization": secret})

    assert response.json()["data"]["viewer"]["roles"] == []


# What stays inside


async def test_an_error_of_ours_is_hidden_and_logged(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("postgres://user:password@host/database")

    monkeypatch.setattr("resolvers.teams.queries.visible", broken)
    response = await api.post("{ teams { totalCount } }")

    assert "password" not in response.text
    assert code(response) == "INTERNAL"
    assert "requestId" in response.json()["errors"][0]["extensions"]


@asynccontextmanager
async def locked(table: str) -> AsyncIterator[None]:
    """Somebody else's transaction lets nobody read a table (on SQLite: anything)."""
    taken, over = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with in_transaction() as connection:
            if connection.capabilities.dialect == "postgres":
                await connection.execute_script(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            taken.set()
            await over.wait()

    holding = asyncio.create_task(hold())  # a task of its own: the transaction is not the request's
    await asyncio.wait_for(taken.wait(), 10)
    try:
        yield
    finally:
        over.set()
        await holding


@pytest.mark.parametrize("query", ["{ fieldsOfAction { key } }", "{ fieldsOfAction { key } __schema { __typename } }"])
async def test_an_operation_that_takes_too_long_is_ended(api: Api, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.running.PATIENCE", Patience(0.2))
    started = asyncio.get_running_loop().time()
    async with locked("field_of_action"):
        response = await api.post(query)

    assert code(response) == "TIMEOUT"
    assert asyncio.get_running_loop().time() - started < 5
    assert (await api.post(query)).json()["data"]["fieldsOfAction"] == []


async def test_introspection_and_suggestions_can_be_switched_off(database: str) -> None:
    app = app_of(Services(), Options(explorer=False, introspection=False, suggestions=False))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        hidden = await client.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        misspelt = await client.post("/graphql", json={"query": "{ team { id } teems { id } }"})
        page = await client.get("/graphql", headers={"accept": "text/html"})

    assert code(hidden) == "GRAPHQL_VALIDATION_FAILED"
    assert "Did you mean" not in misspelt.text
    assert page.status_code == 400 or "html" not in page.headers["content-type"]


async def test_the_explorer_loads_nothing_from_elsewhere(api: Api) -> None:
    page = await api.client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    script = await api.client.get("/graphql/explorer.js")

    assert page.status_code == script.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert (await api.client.get("/graphql/other.js")).status_code == 404


@pytest.fixture
async def member(database: str) -> Viewer:
    return await people.participant()
