"""Subscriptions as event streams over real connections: GraphQL over SSE, distinct connections mode."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

import models
from models.roles import Role, Visibility
from resolvers import sse
from resolvers.endpoint import Options
from resolvers.events import tail
from resolvers.limits import RateGate
from resolvers.seats import Capacity
from tests import people
from tests.graph.api import Api
from tests.graph.harbour import Harbour, moored

CERTIFICATES = ssl.create_default_context()  # nobody needs them here, and reading them takes 20 ms
STREAM = "text/event-stream"
EVENTS = """subscription Events($topics: [String!], $after: EventCursor) {
  communityEvents(topics: $topics, after: $after) { cursor type payload }
}"""


class Reading:
    """One stream as it arrives, in the frames that it is made of."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._bytes = response.aiter_raw()
        self._read = b""

    async def frame(self) -> dict[str, str] | None:
        """The next frame but for comments; None at the end."""
        async with asyncio.timeout(5):
            while True:
                while b"\n\n" not in self._read:
                    try:
                        self._read += await anext(self._bytes)
                    except StopAsyncIteration:
                        return None
                text, _, self._read = self._read.partition(b"\n\n")
                assert b"\r" not in text
                if not text.startswith(b":"):
                    return dict(line.split(":", 1) for line in text.decode().split("\n"))

    async def next(self) -> Any:
        """The result in the next frame."""
        frame = await self.frame()
        assert frame is not None
        assert frame["event"].strip() == "next", frame
        return json.loads(frame["data"])

    async def event(self) -> Any:
        (value,) = (await self.next())["data"].values()
        return value


@asynccontextmanager
async def asked(
    harbour: Harbour, query: str = EVENTS, variables: Any = None, accept: str = STREAM, **headers: str
) -> AsyncIterator[Reading]:
    """A POST whose answer is read while it arrives."""
    sent = {"accept": accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
    body = {"query": query, "variables": variables}
    async with (
        httpx2.AsyncClient(verify=CERTIFICATES) as client,
        client.stream("POST", harbour.http, json=body, headers=sent) as response,
    ):
        yield Reading(response)


@pytest.fixture
async def harbour(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Harbour]:
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    async with moored(database_url) as harbour:
        yield harbour


async def test_events_arrive_as_they_happen_each_with_its_cursor(harbour: Harbour) -> None:
    async with asked(harbour) as stream:
        assert stream.response.headers["content-type"].startswith(STREAM)
        await harbour.listening()
        await harbour.happen("story.published", action="publish")
        frame = await stream.frame()

    assert frame is not None
    assert frame["id"].strip() == "1"
    assert json.loads(frame["data"]) == {
        "data": {"communityEvents": {"cursor": "1", "type": "story.published", "payload": {"action": "publish"}}}
    }


@pytest.mark.parametrize("by", ["after", "last_event_id"])
async def test_a_reader_goes_on_where_the_stream_was_cut(harbour: Harbour, by: str) -> None:
    await harbour.happen("story.published", "team.listed", "success.published")
    async with asked(harbour, variables={"after": "0"}) as stream:
        seen = [(await stream.event())["cursor"] for _ in range(2)]

    # A browser's EventSource sends the same request again, and where it was in a header.
    again = {"variables": {"after": seen[-1]}} if by == "after" else {"last_event_id": seen[-1]}
    async with asked(harbour, **{"variables": {"after": "0"}, **again}) as stream:  # type: ignore[arg-type]
        seen.append((await stream.event())["cursor"])
        await harbour.happen("issue.sent")
        seen.append((await stream.event())["cursor"])

    assert seen == ["1", "2", "3", "4"]


async def test_a_subscription_can_be_asked_for_by_get(harbour: Harbour) -> None:
    await harbour.happen("story.published")
    params = {"query": EVENTS, "variables": '{"after": "0"}'}
    async with (
        httpx2.AsyncClient() as client,
        client.stream("GET", harbour.http, params=params, headers={"accept": STREAM}) as response,
    ):
        assert (await Reading(response).event())["type"] == "story.published"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { " + " ".join("communityEvents { type }" for _ in range(30)) + " }", "QUERY_TOO_COMPLEX"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { communityEvents(after: \"x\") { type } }", "INVALID_CURSOR"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_an_operation_is_told_in_the_stream(harbour: Harbour, query: str, code: str) -> None:
    async with asked(harbour, query) as stream:
        assert stream.response.status_code == 200
        told = await stream.next()
        end = await stream.frame()

    assert told["errors"][0]["extensions"]["code"] == code
    assert end == {"event": " complete", "data": ""}


async def test_a_query_is_streamed_only_when_streams_are_asked_for_first(harbour: Harbour) -> None:
    query = "{ viewer { roles } }"
    async with asked(harbour, query, accept=f"{STREAM}, application/json") as stream:
        assert await stream.next() == {"data": {"viewer": {"roles": []}}}
        assert await stream.frame() == {"event": " complete", "data": ""}
        assert await stream.frame() is None
    async with asked(harbour, query, accept=f"application/json, {STREAM}") as stream:
        assert json.loads(await stream.response.aread()) == {"data": {"viewer": {"roles": []}}}


async def test_a_get_streams_no_mutation(harbour: Harbour) -> None:
    params = {"query": "mutation { signOut(input: {}) { __typename } }"}
    async with httpx2.AsyncClient() as client:
        response = await client.get(harbour.http, params=params, headers={"accept": STREAM})

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_each_viewer_sees_what_is_theirs_to_see(harbour: Harbour) -> None:
    await harbour.happen("story.review", visible_to=Visibility.STAFF)
    await harbour.happen("story.published")
    token = await Api(None, None, []).token(await people.editor())  # type: ignore[arg-type]

    async with asked(harbour, variables={"after": "0"}) as stranger:
        assert (await stranger.event())["type"] == "story.published"
    async with asked(harbour, variables={"after": "0"}, authorization=f"Bearer {token}") as editor:
        assert (await editor.event())["type"] == "story.review"


async def test_a_revoked_token_ends_the_stream(harbour: Harbour) -> None:
    token = await Api(None, None, []).token(await people.participant())  # type: ignore[arg-type]
    async with asked(harbour, authorization=f"Bearer {token}") as stream:
        await harbour.listening()
        await models.ApiToken.all().delete()
        await harbour.happen("story.published")
        told = await stream.next()
        end = await stream.frame()

    assert told["errors"][0]["extensions"]["code"] == "AUTHORISATION_ENDED"
    assert end == {"event": " complete", "data": ""}


async def test_who_loses_a_role_hears_nothing_more_that_needs_it(harbour: Harbour) -> None:
    editor = await people.editor()
    token = await Api(None, None, []).token(editor)  # type: ignore[arg-type]
    async with asked(harbour, authorization=f"Bearer {token}") as stream:
        await harbour.listening()
        await models.RoleGrant.filter(person_id=editor.person_id, role=Role.EDITOR).delete()
        await harbour.happen("story.review", visible_to=Visibility.STAFF)
        await harbour.happen("story.published")

        assert (await stream.event())["type"] == "story.published"


async def test_a_forged_token_and_a_foreign_page_get_no_stream(harbour: Harbour) -> None:
    async with asked(harbour, authorization="Bearer lt_forged") as stream:
        assert stream.response.status_code == 401
    async with asked(harbour, sec_fetch_site="cross-site") as stream:
        assert stream.response.status_code == 403


@pytest.mark.parametrize("capacity", [Capacity(per_address=1), Capacity(per_process=1), Capacity(subscriptions=1)])
async def test_seats_are_limited_and_given_back(
    database_url: str, capacity: Capacity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    async with moored(database_url, Options(capacity=capacity)) as harbour:
        async with asked(harbour):
            await harbour.listening()
            async with asked(harbour) as second:
                refused = json.loads(await second.response.aread())
                assert second.response.status_code == 429
        assert refused["errors"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        async with asyncio.timeout(5):
            while True:  # until the server has noticed that the first one left
                async with asked(harbour) as third:
                    if third.response.status_code == 200:
                        break


async def test_streams_and_sockets_share_the_seats(database_url: str) -> None:
    async with moored(database_url, Options(capacity=Capacity(subscriptions=1))) as harbour, harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS)
        await harbour.listening()
        async with asked(harbour) as stream:
            assert stream.response.status_code == 429


async def test_streams_count_as_operations(database_url: str) -> None:
    async with moored(database_url, Options(rate="1/minute"), gate=RateGate()) as harbour:
        async with asked(harbour, "{ viewer { roles } }") as stream:
            assert stream.response.status_code == 200
        async with asked(harbour) as stream:
            assert stream.response.status_code == 429


async def test_streams_end_when_the_process_stops_and_the_client_is_to_come_again(harbour: Harbour) -> None:
    await harbour.happen("story.published")
    async with asked(harbour, variables={"after": "0"}) as stream:
        await stream.event()
        harbour.stopping.set()
        assert await stream.frame() is None  # cut without `complete`, which would say that there is no more
    async with asked(harbour) as stream:
        assert stream.response.status_code == 503
        assert stream.response.headers["retry-after"] == "1"


async def test_a_reader_who_stops_reading_is_cut_off_and_goes_on_behind_its_last_event(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "SEND_PATIENCE", 0.3)
    long = "x" * 60_000
    for _ in range(150):
        await harbour.happen("lamp.lit", text=long)

    reader, writer = await asyncio.open_connection(*harbour.http.split("/")[2].split(":"), limit=1_000)
    body = json.dumps({"query": EVENTS, "variables": {"after": "0"}}).encode()
    writer.write(
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n"
        b"content-length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    )
    await writer.drain()
    seat = sse.metrics.STREAMS
    async with asyncio.timeout(20):
        while not seat._value.get():
            await asyncio.sleep(0.01)
        while seat._value.get():  # nothing is read meanwhile
            await asyncio.sleep(0.01)
        received = bytearray()
        while chunk := await reader.read(1_000_000):
            received += chunk
    writer.close()

    assert not received.endswith(b"0\r\n\r\n")  # incomplete, so that no client takes it for the end
    last = received.rsplit(b"\nid: ", 2)[1].split(b"\n")[0].decode()
    assert int(last) < 150
    async with asked(harbour, last_event_id=last) as stream:
        assert (await stream.event())["cursor"] == str(int(last) + 1)


async def test_a_quiet_stream_breathes(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "BREATH", 0.02)
    async with asked(harbour) as stream:
        read = b""
        async with asyncio.timeout(5):
            async for chunk in stream.response.aiter_raw():
                read += chunk
                if read.count(b":\n\n") >= 3:
                    break

    assert set(read.split(b"\n\n")) == {b":", b""}
