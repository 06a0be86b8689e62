"""Subscriptions over real sockets: graphql-transport-ws, resumed from a cursor, authorised again for each event."""

import json
from collections.abc import AsyncIterator

import pytest
import websockets

import models
from models.access import SYSTEM
from models.base import utcnow
from models.outbox import OutboxEvent
from models.roles import Role, Visibility
from resolvers import sockets
from resolvers.endpoint import Options
from resolvers.events import standing, tail
from resolvers.limits import RateGate
from resolvers.seats import Capacity
from tests import people
from tests.graph.api import Api
from tests.graph.harbour import Harbour, moored

EVENTS = """subscription Events($topics: [String!], $after: EventCursor) {
  communityEvents(topics: $topics, after: $after) { cursor type payload }
}"""


@pytest.fixture
async def harbour(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Harbour]:
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    async with moored(database_url) as harbour:
        yield harbour


async def test_events_are_told_as_they_happen(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS)
        await harbour.listening()

        await harbour.happen("story.published", action="publish")

        assert await client.event() == {"cursor": "1", "type": "story.published", "payload": {"action": "publish"}}


async def test_sockets_are_told_that_the_process_goes_away(database_url: str) -> None:
    """Their clients go on at another one from their cursor (C12.1)."""
    async with moored(database_url) as harbour, harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS)
        await harbour.listening()
        harbour.stop()
        assert await client.closed() == 1012


async def test_who_was_away_goes_on_where_they_were(harbour: Harbour) -> None:
    await harbour.happen("story.published", "team.listed", "success.published")
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS, after="0")
        seen = [(await client.event())["cursor"] for _ in range(2)]

    await harbour.happen("story.corrected", "story.retracted")
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS, after=seen[-1])
        seen += [(await client.event())["cursor"] for _ in range(3)]
        await harbour.happen("issue.sent")
        seen.append((await client.event())["cursor"])

    assert seen == ["1", "2", "3", "4", "5", "6"]


async def test_without_a_cursor_the_past_is_not_told(harbour: Harbour) -> None:
    await harbour.happen("story.published")
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS)
        await harbour.listening()

        await harbour.happen("team.listed")

        assert (await client.event())["type"] == "team.listed"


async def test_topics_are_kinds_or_types(harbour: Harbour) -> None:
    await harbour.happen("story.published", "story.corrected", "team.listed", "issue.sent")
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS, after="0", topics=["team", "story.corrected"])

        assert [(await client.event())["type"] for _ in range(2)] == ["story.corrected", "team.listed"]


async def test_a_lost_ring_costs_a_moment_and_no_event(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS)
        await harbour.listening()

        harbour.bell.ring = lambda: None  # type: ignore[method-assign]  # nobody is rung
        await harbour.happen("story.published")

        assert (await client.event())["type"] == "story.published"


@pytest.mark.parametrize(
    ("after", "code"),
    [("7", "INVALID_CURSOR"), ("x", "INVALID_CURSOR"), ("-1", "INVALID_CURSOR"), ("2", "CURSOR_EXPIRED")],
)
async def test_an_impossible_cursor_is_told(harbour: Harbour, after: str, code: str) -> None:
    await harbour.happen(*["story.published"] * 6)
    await OutboxEvent.filter(seq__lte=3).delete()  # retention has passed over them
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS, after=after)
        message = await client.next()

    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert errors[0]["extensions"]["code"] == code


async def test_each_viewer_sees_what_is_theirs_to_see(harbour: Harbour) -> None:
    await harbour.happen("story.review", visible_to=Visibility.STAFF)
    await harbour.happen("hour.booked", visible_to=Visibility.MEMBERS)
    await harbour.happen("story.published")
    api = Api(None, None, [])  # type: ignore[arg-type]

    for who, sees in (
        (None, ["story.published"]),
        (await people.participant(), ["hour.booked", "story.published"]),
        (await people.editor(), ["story.review", "hour.booked", "story.published"]),
    ):
        async with harbour.open() as client:
            await client.init(await api.token(who) if who else None)
            await client.subscribe(EVENTS, after="0")
            assert [(await client.event())["type"] for _ in sees] == sees


async def test_a_stream_ends_when_the_token_is_revoked(harbour: Harbour) -> None:
    edda = await people.editor()
    secret = await Api(None, None, []).token(edda)  # type: ignore[arg-type]
    async with harbour.open() as client:
        await client.init(secret)
        await client.subscribe(EVENTS, after="0")
        await harbour.happen("story.review", visible_to=Visibility.STAFF)
        assert (await client.event())["type"] == "story.review"

        await models.ApiToken.all().update(revoked_at=utcnow())
        await harbour.happen("story.review", visible_to=Visibility.STAFF)
        message = await client.next()

    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert errors[0]["extensions"]["code"] == "AUTHORISATION_ENDED"


async def test_an_idle_stream_ends_too_when_the_session_ends(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    """E53."""
    monkeypatch.setattr(standing, "TRUST", 0.1)
    cookie = await Api(None, None, []).cookie(await people.participant())  # type: ignore[arg-type]
    async with harbour.open(additional_headers={"cookie": cookie}) as client:
        await client.init()
        await client.subscribe(EVENTS)
        await harbour.listening()

        await models.Session.all().update(revoked_at=utcnow())
        message = await client.next()

    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert errors[0]["extensions"]["code"] == "AUTHORISATION_ENDED"


async def test_a_role_that_was_taken_is_gone_with_the_next_event(harbour: Harbour) -> None:
    edda = await people.editor()
    secret = await Api(None, None, []).token(edda)  # type: ignore[arg-type]
    async with harbour.open() as client:
        await client.init(secret)
        await client.subscribe(EVENTS)
        await harbour.listening()
        assert edda.person_id is not None
        await models.RoleGrant.take(edda.person_id, Role.EDITOR, by=SYSTEM, now=utcnow())

        await harbour.happen("story.review", visible_to=Visibility.STAFF)
        await harbour.happen("story.published")

        assert (await client.event())["type"] == "story.published"


# The protocol


@pytest.mark.parametrize("token", ["lt_forged", "", "x y"])
async def test_a_forged_token_is_not_let_in(harbour: Harbour, token: str) -> None:
    async with harbour.open() as client:
        await client.send(type="connection_init", payload={"authorization": f"Bearer {token}"})

        assert await client.closed() == 4403


async def test_who_does_not_introduce_themselves_is_not_served(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.subscribe(EVENTS)

        assert await client.closed() == 4401


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "1",
        "null",
        "{",
        "[" * 5_000,
        '{"type": 1}',
        '{"type": "nothing"}',
        '{"type": "subscribe", "id": {}, "payload": {"query": "{ viewer { roles } }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ viewer { roles } }"}}',
        '{"type": "subscribe", "id": "1", "payload": "x"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { roles } }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { roles } }", "variables": {"a": "\\u0000"}}}',
        '{"type": "complete"}',
    ],
)
async def test_a_malformed_message_closes_with_4400(harbour: Harbour, message: str) -> None:
    async with harbour.open() as client:
        await client.init()
        await client.connection.send(message)

        assert await client.closed() == 4400


async def test_a_message_larger_than_64_kb_is_not_read(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        await client.connection.send(json.dumps({"type": "ping", "payload": {"x": "x" * 70_000}}))

        assert await client.closed() == 1009


async def test_a_syntax_error_does_not_close_the_socket_for_the_others(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        await client.subscribe(EVENTS, id="good", after="0")
        await client.subscribe("{", id="bad")
        assert (await client.next())["type"] == "error"

        await harbour.happen("story.published")

        assert (await client.event())["type"] == "story.published"


async def test_the_limits_of_documents_hold_here_too(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        for query in (
            "{ viewer { " + "roles " * 30 + "} }",
            "subscription { " + "a: communityEvents { type } " * 30 + "}",
        ):
            await client.subscribe(query)
            message = await client.next()
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"


async def test_queries_run_over_the_socket_and_see_fresh_rows(harbour: Harbour) -> None:
    team = await people.team("Anker", slug="demo-anker")
    async with harbour.open() as client:
        await client.init()
        for name in ("Anker", "Boje"):
            await models.Team.filter(id=team.id).update(name=name)
            await client.subscribe('{ team(slug: "demo-anker") { name } }', id=name)
            assert (await client.event())["name"] == name
            assert (await client.next())["type"] == "complete"


async def test_only_the_one_protocol_is_spoken(harbour: Harbour) -> None:
    async with websockets.connect(harbour.url, subprotocols=["graphql-ws"]) as connection:
        await connection.wait_closed()

        assert connection.close_code == 4406


async def test_a_page_of_another_site_cannot_open_a_socket(harbour: Harbour) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with harbour.open(origin="https://evil.example"):
            pass

    assert refused.value.response.status_code == 403


async def test_one_address_opens_so_many_sockets_and_no_more(database_url: str) -> None:
    async with moored(database_url, Options(capacity=Capacity(per_address=1))) as harbour:
        async with harbour.open() as client:
            await client.init()
            with pytest.raises(websockets.InvalidStatus):
                async with harbour.open():
                    pass
        async with harbour.open() as client:
            await client.init()


async def test_one_person_opens_so_many_sockets_and_no_more(database_url: str) -> None:
    async with moored(database_url, Options(capacity=Capacity(per_person=1))) as harbour:
        secret = await Api(None, None, []).token(await people.participant())  # type: ignore[arg-type]
        async with harbour.open() as first, harbour.open() as second:
            await first.init(secret)
            await second.send(type="connection_init", payload={"authorization": f"Bearer {secret}"})
            assert await second.closed() == 4403
        async with harbour.open() as third:
            await third.init(secret)


async def test_one_socket_carries_so_many_operations_and_no_more(database_url: str) -> None:
    async with moored(database_url, Options(capacity=Capacity(per_socket=2))) as harbour, harbour.open() as client:
        await client.init()
        for id in "123":
            await client.subscribe(EVENTS, id)
        refused = await client.next()
        await client.send(type="complete", id="1")
        await client.subscribe("{ viewer { roles } }", "4")
        answer = await client.next()

    assert (refused["type"], refused["id"]) == ("error", "3")
    assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
    assert answer["payload"]["data"] == {"viewer": {"roles": []}}


async def test_a_socket_of_a_revoked_token_answers_nothing_more(harbour: Harbour) -> None:
    secret = await Api(None, None, []).token(await people.editor())  # type: ignore[arg-type]
    async with harbour.open() as client:
        await client.init(secret)
        await client.subscribe("{ viewer { roles } }")
        before = await client.next()
        assert (await client.next())["type"] == "complete"
        await models.ApiToken.all().delete()
        await client.subscribe("{ viewer { roles } }", "2")
        after = await client.next()

    assert "EDITOR" in before["payload"]["data"]["viewer"]["roles"]
    assert after["type"] == "error"
    assert after["payload"][0]["extensions"]["code"] == "AUTHORISATION_ENDED"


async def test_one_viewer_has_so_many_subscriptions_over_all_sockets(database_url: str) -> None:
    options = Options(capacity=Capacity(subscriptions=2))
    async with moored(database_url, options) as harbour, harbour.open() as first, harbour.open() as second:
        for client in (first, second):
            await client.init()
            await client.subscribe(EVENTS)
        await harbour.listening(1)
        await second.subscribe(EVENTS, "2")
        refused = await second.next()
        await first.connection.close()
        await harbour.happen("story.published")
        told = await second.next()

    assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
    assert told["type"] == "next"


async def test_operations_of_a_socket_count_like_those_of_http(database_url: str) -> None:
    options = Options(rate="2/minute")
    async with moored(database_url, options, gate=RateGate()) as harbour, harbour.open() as client:
        await client.init()
        types = []
        for id in "123":
            await client.subscribe("{ viewer { roles } }", id)
            answer = await client.next()
            types.append(answer["type"])
            if answer["type"] == "next":
                assert (await client.next())["type"] == "complete"

    assert types == ["next", "next", "error"]
    assert answer["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_silent_client_is_sent_away(harbour: Harbour) -> None:
    async with harbour.open() as client:
        assert await client.closed() == 4408


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    monkeypatch.setattr(sockets, "INIT_PATIENCE", timedelta(seconds=0.5))
