"""Whatever people do in a queue: along the table, in order, and nobody is pushed back."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import Viewer
from models.errors import Refusal
from models.hours import OfficeHourSession, QueueEntry, QueueState
from models.hours.leaving import person_gone
from models.hours.queue.calling import call_next
from models.hours.queue.joining import act, join
from models.hours.queue.standing import Turn, queue_of, standings
from models.hours.queue.states import LIVE
from models.members import Person
from models.outbox import AuditEvent
from tests.exchanging import crowd
from tests.hours.hosting import expert
from tests.hours.queueing import with_queue

DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in QueueEntry.transitions}
BIRTH = {("", "join", "waiting")}
OWN = ["pause", "resume", "leave", "finish"]
HOSTS = ["start", "finish", "put_back", "dismiss", "pause"]
STEPS = st.lists(
    st.tuples(st.sampled_from(["join", "join", "call", "call", *OWN, *[f"host {verb}" for verb in HOSTS]]),
              st.integers(0, 4), st.integers(0, 9)),
    min_size=8, max_size=30,
)  # fmt: skip


async def walked() -> set[tuple[str, str, str]]:
    return {(row.before, row.action, row.after) for row in await AuditEvent.filter(subject_kind=QueueEntry.kind)}


async def step(session: OfficeHourSession, verb: str, who: Viewer, host: Viewer, now: datetime) -> QueueEntry | None:
    """Do it, as long as they have a turn; returns whom was called."""
    if verb == "join":
        await join(session.id, by=who, now=now)
    elif verb == "call":
        return await call_next(session.id, by=host, now=now)
    elif entry := await QueueEntry.filter(person_id=who.person_id, state__in=list(LIVE)).first():
        await act(entry.id, verb.removeprefix("host "), by=host if verb.startswith("host") else who, now=now)
    return None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_the_order_is_fair_and_nobody_is_pushed_back(
    database: str, now: datetime, steps: list[tuple[str, int, int]]
) -> None:
    """C1.3: fewer times helped, then arrival; no position grows, whoever comes, pauses, is called or put back."""
    await AuditEvent.all().delete()
    await QueueEntry.all().delete()
    await Person.filter(handle__startswith="crowd-").delete()
    host, session = await with_queue(now)
    everybody, at, shown = await crowd(5, now), session.starts_at, dict[Any, int]()
    for verb, who, minutes in steps:
        at = min(at + timedelta(minutes=minutes), session.ends_at - timedelta(minutes=1))
        waiting = await QueueEntry.filter(session_id=session.id, state=QueueState.WAITING)
        with suppress(Refusal):
            called = await step(session, verb, everybody[who], host, at)
            if called is not None:
                assert called.id == min(waiting, key=lambda each: (each.helped_today, each.place)).id
        standing = (await queue_of(session.id)).standings
        for id, each in standing.items():
            if each.position is not None:
                assert 1 <= each.position <= shown.get(id, each.position)
                shown[id] = each.position
        live = await QueueEntry.filter(state__in=list(LIVE)).values_list("person_id", flat=True)
        assert len(live) == len(set(live)), "one turn at a time"

    assert await walked() <= DECLARED | BIRTH


TURNS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(LIVE)), max_size=30
).map(lambda rows: [Turn(n, n, helped, state, None) for n, (helped, state) in enumerate(rows)])  # type: ignore[arg-type] # fmt: skip


@given(turns=TURNS)
def test_a_standing_counts_who_came_before_and_who_goes_first(turns: list[Turn]) -> None:
    ahead = [turn for turn in turns if turn.state is not QueueState.IN_PROGRESS]
    found = standings(turns)
    for turn in turns:
        if turn.state in (QueueState.WAITING, QueueState.PAUSED):
            before = [t for t in ahead if t.place < turn.place and t.helped_today <= turn.helped_today]
            first = [t for t in ahead if t.place > turn.place and t.helped_today < turn.helped_today]
            assert found[turn.id][1:3] == (len(before) + 1, len(first))
        else:
            assert found[turn.id].position is None


# Who does what: people 0 and 1, and the host.
ROUTE = [
    ("join", 0), ("pause", 0), ("resume", 0), ("call", 0), ("host put_back", 0), ("call", 0), ("pause", 0),
    ("resume", 0), ("call", 0), ("host start", 0), ("finish", 0), ("join", 0), ("leave", 0), ("join", 0), ("pause", 0),
    ("leave", 0), ("join", 0), ("call", 0), ("leave", 0), ("join", 0), ("call", 0), ("host dismiss", 0),
]  # fmt: skip


async def test_every_arrow_of_a_queue_can_be_gone(database: str, now: datetime) -> None:
    host, session = await with_queue(now)
    ada, ben, cem = await crowd(3, now)
    for verb, who in ROUTE:
        await step(session, verb, (ada, ben)[who], host, session.starts_at)
    for verb, guest in (("join", ada), ("call", ada), ("join", ben), ("pause", ben), ("join", cem)):
        await step(session, verb, guest, host, session.starts_at)
    manager_host = await expert("Tom O'Brien", now=now)
    for action in ("begin", "close"):
        await OfficeHourSession.act(session.id, action, by=host, now=session.starts_at)
    _, other = await with_queue(now, manager_host)
    for verb in ("join", "call"):
        await step(other, verb, ada, manager_host, other.starts_at)
    await person_gone(manager_host.person_id, now=now)  # type: ignore[arg-type]

    assert await walked() - BIRTH == DECLARED
