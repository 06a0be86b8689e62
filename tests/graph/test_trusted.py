"""Documents by their hash: registered ones, ones that clients have shown, and answers that a CDN may keep."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from models.site import Site
from resolvers import trusted
from resolvers.endpoint import Options
from resolvers.graph import build_schema
from resolvers.trusted import Documents, InMemory, InRedis
from schema.context import Services
from tests import people
from tests.conftest import REDIS
from tests.graph.api import Api, app_of
from tests.graph.harbour import moored

TEAM = "query Team($slug: String!) { team(slug: $slug) { name } }"
ROLES = "{ viewer { roles } }"
EVENTS = "subscription { communityEvents { type } }"
NEW = "application/graphql-response+json"


def hash_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def persisted(document: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(document)}}


def registered(*documents: str) -> dict[str, str]:
    return {hash_of(document): document for document in documents}


@asynccontextmanager
async def asking(documents: Documents, **options: Any) -> AsyncIterator[httpx2.AsyncClient]:
    app = app_of(Services(site=Site()), Options(documents=documents, **options))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client


async def post(client: httpx2.AsyncClient, **asked: Any) -> Any:
    return (await client.post("/graphql", json=asked)).json()


def code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_only_registered_documents_run_when_that_is_switched_on(database: str) -> None:
    await people.team("Anker", slug="demo-anker")
    variables = {"slug": "demo-anker"}
    async with asking(Documents(registered(TEAM), only=True, learned=InMemory(10))) as client:
        for asked in ({"documentId": f"sha256:{hash_of(TEAM)}"}, {"extensions": persisted(TEAM)}, {"query": TEAM}):
            answer = await post(client, variables=variables, **asked)
            assert answer == {"data": {"team": {"name": "Anker"}}}
        for refused in (
            {"query": ROLES},
            {"query": ROLES, "extensions": persisted(ROLES)},
            {"extensions": persisted(ROLES)},
            {"query": ROLES, "documentId": hash_of(TEAM)},
        ):
            answer = await post(client, **refused)
            assert code(answer) in ("DOCUMENT_NOT_TRUSTED", "PERSISTED_QUERY_HASH_MISMATCH")
            assert "data" not in answer
        told = await client.post("/graphql", json={"query": ROLES}, headers={"accept": NEW})
        assert told.status_code == 400


async def test_a_socket_and_a_stream_run_registered_documents_only(database_url: str) -> None:
    options = Options(documents=Documents(registered(EVENTS), only=True))
    async with moored(database_url, options) as harbour, harbour.open() as client:
        await client.init()
        await client.send(type="subscribe", id="1", payload={"query": ROLES})
        refused = await client.next()
        await client.send(type="subscribe", id="2", payload={"documentId": hash_of(EVENTS)})
        await harbour.listening()
        await harbour.happen("story.published")
        told = await client.next()
        async with (
            httpx2.AsyncClient() as reader,
            reader.stream("POST", harbour.http, json={"query": ROLES}, headers={"accept": "text/event-stream"}) as no,
        ):
            streamed = (await no.aread()).decode()

    assert refused["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    assert (told["type"], told["id"]) == ("next", "2")
    assert "DOCUMENT_NOT_TRUSTED" in streamed


async def test_a_client_shows_a_document_once_and_asks_by_hash_from_then_on(database: str) -> None:
    async with asking(Documents(learned=InMemory(10))) as client:
        first = await post(client, extensions=persisted(ROLES))
        shown = await post(client, query=ROLES, extensions=persisted(ROLES))
        again = await post(client, extensions=persisted(ROLES))

    assert first["errors"][0]["message"] == "PersistedQueryNotFound"
    assert code(first) == "PERSISTED_QUERY_NOT_FOUND"
    assert shown == again == {"data": {"viewer": {"roles": []}}}


async def test_what_is_wrong_is_not_kept(database: str) -> None:
    kept = InMemory(10)
    wrong = "{ nothing }"
    async with asking(Documents(learned=kept)) as client:
        await post(client, query=wrong, extensions=persisted(wrong))
        lie = await post(client, query=ROLES, extensions=persisted(TEAM))

    assert code(lie) == "PERSISTED_QUERY_HASH_MISMATCH"
    assert await kept.get(hash_of(wrong)) is None
    assert await kept.get(hash_of(TEAM)) is None


async def test_persisted_queries_can_be_switched_off(database: str) -> None:
    async with asking(Documents()) as client:
        answer = await post(client, extensions=persisted(ROLES))

    assert answer["errors"][0]["message"] == "PersistedQueryNotSupported"


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": "x"},
        {"documentId": 1},
        {"documentId": "md5:" + "0" * 32},
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ["0" * 64]}}},
    ],
)
async def test_a_malformed_hash_is_the_clients_mistake(database: str, asked: dict[str, Any]) -> None:
    async with asking(Documents(learned=InMemory(10))) as client:
        response = await client.post("/graphql", json=asked)

    assert (response.status_code, code(response.json())) == (400, "BAD_REQUEST")


async def test_strangers_answers_by_hash_may_be_kept_and_are_not_sent_twice(database: str) -> None:
    team = await people.team("Anker", slug="demo-anker")
    params = {"documentId": hash_of(TEAM), "variables": '{"slug": "demo-anker"}'}
    async with asking(Documents(registered(TEAM)), shared_seconds=7) as client:
        first = await client.get("/graphql", params=params)
        known = {"if-none-match": first.headers["etag"]}
        same = await client.get("/graphql", params=params, headers=known)
        team.name = "Anker neu"
        await team.save()
        changed = await client.get("/graphql", params=params, headers=known)

    assert first.headers["cache-control"] == "public, max-age=7"
    assert {"Accept", "Accept-Language", "Cookie", "Authorization"} <= set(first.headers["vary"].split(", "))
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    assert (changed.status_code, changed.json()["data"]["team"]["name"]) == (200, "Anker neu")


async def test_nobody_keeps_what_is_somebodys_own_or_went_wrong(api: Api) -> None:
    member = await people.participant()
    token, cookie = await api.token(member), await api.cookie(member)
    broken = "{ teams(first: 1000) { totalCount } }"
    async with asking(Documents(registered(ROLES, broken))) as client:
        by_hash = {"documentId": hash_of(ROLES)}
        answers = [
            await client.get("/graphql", params=by_hash, headers={"authorization": f"Bearer {token}"}),
            await client.get("/graphql", params=by_hash, headers={"cookie": cookie, "x-leuchtturm-csrf": "1"}),
            await client.get("/graphql", params=by_hash, headers={"cookie": "a=b", "x-leuchtturm-csrf": "1"}),
            await client.get("/graphql", params={"documentId": hash_of(broken)}),
            await client.get("/graphql", params={"documentId": "0" * 64}),
            await client.get("/graphql", params={"query": ROLES}),
            await client.post("/graphql", json=by_hash),
        ]

    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 7
    assert all("etag" not in answer.headers for answer in answers)


@pytest.fixture
async def redis(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Redis]:
    """A Redis, or the stand-in, in which the documents of this test are left alone and nothing is left behind."""
    monkeypatch.setattr(InRedis, "PREFIX", f"test:{uuid4()}")
    client: Redis = Redis.from_url(REDIS) if REDIS else FakeAsyncRedis()
    yield client
    if left := await client.keys(f"{InRedis.PREFIX}*"):
        await client.delete(*left)
    await client.aclose()


async def test_by_redis_all_processes_know_what_one_was_shown(redis: Redis) -> None:
    one, another = InRedis(redis, 10), InRedis(redis, 10)

    await one.put(hash_of(ROLES), ROLES)

    assert await another.get(hash_of(ROLES)) == ROLES


async def test_the_oldest_documents_are_forgotten_in_memory_and_redis(redis: Redis) -> None:
    stores = InMemory(3), InRedis(redis, 3)

    for store in stores:
        for number in range(50):
            await store.put(hash_of(str(number)), str(number))

    for store in (stores[0], InRedis(redis, 3)):
        known = [number for number in range(50) if await store.get(hash_of(str(number)))]
        assert known == [47, 48, 49]
    assert len(await redis.keys(f"{InRedis.PREFIX}*")) == 4  # three documents and their order


async def test_without_redis_a_document_is_kept_in_this_process() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1")  # nobody listens there
    store = InRedis(redis, 10)

    await store.put(hash_of(ROLES), ROLES)

    assert await store.get(hash_of(ROLES)) == ROLES
    assert await store.get(hash_of(TEAM)) is None
    await redis.aclose()


def test_registered_documents_that_do_not_run_are_told() -> None:
    old, endless = "{ abandoned }", "{" * 900
    documents = Documents(registered(TEAM, ROLES, EVENTS, old, endless))

    assert documents.outdated(build_schema()).keys() == {hash_of(old), hash_of(endless)}


def test_manifests_and_folders_are_read(tmp_path: Path) -> None:
    (tmp_path / "roles.graphql").write_text(ROLES)
    (tmp_path / "codegen.json").write_text(json.dumps(registered(TEAM)))
    apollo = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": hash_of(EVENTS), "name": "Events", "type": "subscription", "body": EVENTS}],
    }
    (tmp_path / "apollo.json").write_text(json.dumps(apollo))

    assert trusted.read(tmp_path) == registered(ROLES, TEAM, EVENTS)
    assert trusted.read(tmp_path / "codegen.json") == registered(TEAM)


@pytest.mark.parametrize("content", [{"0" * 64: TEAM}, {"abc": TEAM}, [TEAM], {"operations": []}])
def test_a_manifest_that_lies_is_refused(tmp_path: Path, content: Any) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(content))

    with pytest.raises(ValueError, match="manifest"):
        trusted.read(tmp_path)


def test_documents_that_are_not_there_are_missed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no trusted documents"):
        trusted.read(tmp_path / "nowhere")
