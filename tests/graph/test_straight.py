"""Answers that go to sockets without a turn of anybody's: the same, in the same order, and never past what waits."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets

from leuchtturm.wire import Wire
from models.base import new_id, utcnow
from models.outbox import OutboxEvent
from models.roles import Visibility
from resolvers.events import members, tail
from resolvers.events.batches import Batch
from resolvers.events.members import Member
from tests.graph.harbour import Harbour, moored
from tests.graph.test_sharing import happened
from tests.graph.test_sockets import EVENTS


@pytest.fixture(params=[Wire, "websockets-sansio"], ids=["our wire", "uvicorn's"])
async def harbour(
    database_url: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Harbour]:
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    async with moored(database_url, wire=request.param) as harbour:
        yield harbour


async def test_answers_of_every_size_arrive_whole_under_the_name_of_their_operation(harbour: Harbour) -> None:
    names = ["1", "2", 'a "name" – ünïcode']
    sizes = [0, 200, 70_000]
    async with harbour.open(max_size=None) as client:
        await client.init()
        for name in names:
            await client.subscribe(EVENTS, name)
        await harbour.listening(2)
        for seq, size in enumerate(sizes, 1):
            await write(harbour, seq, text="ü" * size)

        told: dict[str, list[int]] = {name: [] for name in names}
        for _ in range(len(names) * len(sizes)):
            message = await client.next()
            told[message["id"]].append(len(message["payload"]["data"]["communityEvents"]["payload"]["text"]))

    assert told == dict.fromkeys(names, sizes)


async def test_an_operation_that_was_ended_is_told_nothing_more(harbour: Harbour) -> None:
    async with harbour.open() as client:
        await client.init()
        for name in ("stays", "goes"):
            await client.subscribe(EVENTS, name)
        await harbour.listening(1)
        await client.send(type="complete", id="goes")
        await client.send(type="ping")
        assert (await client.next())["type"] == "pong"  # so the server has read the one before as well
        await harbour.happen("story.published", "team.listed")

        assert [(await client.next())["id"] for _ in range(2)] == ["stays", "stays"]


async def test_who_stops_reading_is_sent_away_and_told_where_to_go_on(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "WAITING", 20)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", int(harbour.http.split(":")[2].split("/")[0])))
    async with harbour.open(sock=narrow, compression=None) as client, harbour.open(compression=None) as other:
        for each in (client, other):
            await each.init()
            await each.subscribe(EVENTS)
        await harbour.listening(1)
        for number in range(1, 151):  # large ones: more than the buffers of two sockets hold
            await write(harbour, number, text="x" * 60_000)
            assert (await other.event())["cursor"] == str(number)

        seen = [json.loads(message)["payload"]["data"]["communityEvents"]["cursor"] async for message in ended(client)]

    assert seen == [str(number) for number in range(1, len(seen) + 1)]
    assert len(seen) < 150
    assert (client.connection.close_code, client.connection.close_reason) == (1013, f"too slow: go on after {seen[-1]}")


async def write(harbour: Harbour, seq: int, **payload: Any) -> None:
    """An event past the catalogue, which knows none that is so large."""
    await OutboxEvent.create(
        type="story.published", subject_kind="story", subject_id=new_id(), at=utcnow(), seq=seq,
        visible_to=Visibility.PUBLIC, payload=payload,
    )  # fmt: skip
    harbour.bell.ring()


async def ended(client: Any) -> AsyncIterator[Any]:
    """What arrives until the server closes."""
    with contextlib.suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(20):
            async for message in client.connection:
                yield message


async def test_what_waits_is_never_overtaken() -> None:
    went: list[int] = []
    takes = True

    def straight(batch: Batch) -> bool:
        if takes:
            went.extend(int(told.place or 0) for told in batch.told)
        return takes

    member = Member(straight)
    member.begin(7)
    waiting = asyncio.create_task(member.next())
    await asyncio.sleep(0)

    member.put(happened(6, 7, 8))
    assert (went, member.known, member.taken) == ([8], 8, 8)

    takes = False
    member.put(happened(9))
    takes = True
    member.put(happened(10))  # the connection takes again, but the ninth has not been sent
    told = await waiting
    member.put(happened(11))  # and now it is being sent
    assert (told.place if told else None, went) == ("9", [8])
    assert [(await member.next()).place for _ in range(2)] == ["10", "11"]  # type: ignore[union-attr]


async def test_the_bytes_of_many_are_made_once() -> None:
    made: list[str] = []
    batch = happened(1, 2)

    def write(told: Any) -> bytes:
        made.append("x")
        return b"".join(one.payload.encode() for one in told)

    assert [batch.written(form, write) for form in ("a", "b", "a", "b")] == [b"{}{}"] * 4
    assert len(made) == 2
