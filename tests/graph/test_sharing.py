"""Many who listen: one reader of the log, one execution for all who ask alike, each credential looked up once (E53)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.expressions import Q

from models.access import ANONYMOUS, SYSTEM, Viewer, visible
from models.base import new_id, utcnow
from models.members import RoleGrant
from models.outbox import OutboxEvent
from models.roles import Role, Visibility
from resolvers import metrics, viewer
from resolvers.events import about, of_topics, tail
from resolvers.events.batches import Batch, Told
from resolvers.events.matching import Undecidable
from resolvers.events.matching import test_of as reading
from resolvers.events.members import Member, Then, TooSlow
from tests import people
from tests.graph.api import Api
from tests.graph.harbour import Harbour, Socket, moored
from tests.graph.test_sockets import EVENTS
from tests.graph.test_streams import asked


@pytest.fixture
async def harbour(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Harbour]:
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    async with moored(database_url) as harbour:
        yield harbour


async def token(viewer: Viewer) -> str:
    return await Api(None, None, []).token(viewer)  # type: ignore[arg-type]


def happened(*places: int) -> Batch:
    return Batch([Told("{}", str(place)) for place in places])


async def seen(client: Socket, many: int) -> list[str]:
    return [(await client.event())["cursor"] for _ in range(many)]


async def test_all_who_ask_alike_and_see_the_same_share_one_execution(harbour: Harbour) -> None:
    member = await token(await people.participant())
    before = metrics.CLASSES._value.get()
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(harbour.open()) for _ in range(4)]
        for number, client in enumerate(clients):
            await client.init(member if number == 3 else None)
            await client.subscribe(EVENTS, topics=["story"] if number == 2 else None)
        stream = await stack.enter_async_context(asked(harbour, variables={"topics": None}))
        await harbour.listening(4)
        assert metrics.CLASSES._value.get() - before == 3  # strangers over both transports, other topics, a member

        await harbour.happen("story.published")

        assert [(await client.event())["cursor"] for client in clients] == ["1"] * 4
        assert (await stream.event())["cursor"] == "1"


async def test_whoever_comes_back_while_things_happen_misses_nothing_and_is_told_nothing_twice(
    harbour: Harbour,
) -> None:
    """C12.1: each from a place of its own, while others listen and the log grows."""
    await harbour.happen(*["story.published"] * 5)
    async with AsyncExitStack() as stack:
        clients = []
        for after in range(5):
            await harbour.happen("story.corrected", "team.listed")
            client = await stack.enter_async_context(harbour.open())
            await client.init()
            growing = asyncio.create_task(harbour.happen("story.retracted", "issue.sent"))
            await client.subscribe(EVENTS, after=str(after))
            clients.append(client)
            await growing
        for after, client in enumerate(clients):
            assert await seen(client, 25 - after) == [str(number) for number in range(after + 1, 26)]


async def test_whoever_is_given_a_role_hears_more_from_then_on_and_the_others_do_not(harbour: Harbour) -> None:
    ada, bo = await people.participant(), await people.participant()
    assert ada.person_id is not None
    async with harbour.open() as hers, harbour.open() as his:
        for client, viewer in ((hers, ada), (his, bo)):
            await client.init(await token(viewer))
            await client.subscribe(EVENTS)
        await harbour.listening(1)
        await harbour.happen("story.review", visible_to=Visibility.STAFF)
        await harbour.happen("hour.booked", visible_to=Visibility.MEMBERS)
        assert await seen(hers, 1) == await seen(his, 1) == ["2"]

        await RoleGrant.give(ada.person_id, Role.EDITOR, by=SYSTEM, now=utcnow())
        await harbour.happen("story.review", visible_to=Visibility.STAFF)
        await harbour.happen("story.published")

        assert await seen(hers, 2) == ["3", "4"]
        assert await seen(his, 1) == ["4"]


async def test_a_storm_of_events_does_not_ask_for_each_credential_each_time(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for = 0
    find = viewer.viewer_by_token

    async def counted(secret: str, **more: Any) -> Viewer | None:
        nonlocal asked_for
        asked_for += 1
        return await find(secret, **more)

    secret = await token(await people.participant())
    async with harbour.open() as first, harbour.open() as second:
        for client in (first, second):
            await client.init(secret)
            await client.subscribe(EVENTS)
        await harbour.listening(1)
        monkeypatch.setattr(viewer, "viewer_by_token", counted)
        await harbour.happen(*["story.published"] * 20)
        for client in (first, second):
            assert len(await seen(client, 20)) == 20

    assert asked_for <= 4  # once for the two sockets, and perhaps once by the clock; not forty times


async def test_who_reads_too_slowly_is_told_where_to_go_on() -> None:
    member = Member()
    member.begin(7)
    for place in range(8, 8 + 501):
        member.put(happened(place))

    with pytest.raises(TooSlow, match=r"^7$"):
        await member.next()


async def test_who_moves_to_another_class_reads_again_what_was_not_sent_yet() -> None:
    member = Member()
    member.begin(7)
    for place in (8, 9):
        member.put(happened(place))
    assert (await member.next()).place == "8"  # type: ignore[union-attr]

    class Home:
        everywhere = 9

    member.home = Home()
    member.move()

    assert (member.place, member.then, await member.next()) == (8, Then.MOVE, None)


EVENT = st.builds(
    OutboxEvent,
    type=st.sampled_from(["story.published", "story.review", "team.listed"]),
    subject_kind=st.sampled_from(["story", "team"]),
    subject_id=st.sampled_from([UUID(int=number) for number in range(2)]),
    person_id=st.sampled_from([None, UUID(int=7), UUID(int=8)]),
    visible_to=st.sampled_from(list(Visibility)),
)
WHO = [
    *(ANONYMOUS, SYSTEM, Viewer(person_id=UUID(int=7), roles=frozenset({Role.PARTICIPANT}))),
    Viewer(person_id=UUID(int=8), roles=frozenset({Role.EDITOR})),
]
WHICH = [
    *(Q(), of_topics(None), of_topics(["story", "team.listed"]), about("story", UUID(int=1))),
    *(
        ~Q(person_id=UUID(int=7)),
        Q(person_id__isnull=True) | ~Q(type__in=["story.review"]),
        Q(type__startswith="story."),
    ),
    ~(Q(person_id=UUID(int=7)) | Q(subject_kind="team")),
]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENT, min_size=1, max_size=6))
async def test_memory_decides_as_the_database_does(database: str, events: list[OutboxEvent]) -> None:
    """About conditions and about what viewers may see; whoever adds a rule that memory cannot read is asked nothing."""
    await OutboxEvent.all().delete()
    for event in events:
        event.id, event.at, event._saved_in_db = new_id(), utcnow(), False
        await event.save(force_create=True)

    for rows, q in [
        *((OutboxEvent.filter(which), which) for which in WHICH),
        *((visible(OutboxEvent.all(), who), scope(who)) for who in WHO),
    ]:
        told = set(await rows.values_list("id", flat=True))
        assert {event.id for event in events if reading(q)(event) is True} == told, q


def scope(who: Viewer) -> Q:
    from models.access import SCOPES

    return SCOPES["OutboxEvent"](who)


def test_what_memory_cannot_read_is_left_to_the_database() -> None:
    for q in (Q(team__slug="x"), Q(payload={"a": 1}), Q(subject_id=str(new_id())), Q(type__icontains="x")):
        with pytest.raises(Undecidable):
            reading(q)
