"""The table is the truth: whatever anybody does to a session, it moves along declared arrows."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import Viewer
from models.errors import Refusal
from models.hours import OfficeHourSession, ticking
from models.hours.leaving import person_gone
from models.outbox import AuditEvent
from tests import people
from tests.hours.hosting import expert, first_of, offered

DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in OfficeHourSession.transitions}
BIRTH = {("", "plan", "planned")}
VERBS = ["reschedule", "delay", "open", "begin", "close", "summarise", "cancel", "tick"]
PEOPLE = ["host", "stranger", "manager"]
STARTS = [-60, -10, 0, 20, 100]


async def act(id: object, verb: str, by: Viewer, now: datetime) -> None:
    match verb:
        case "reschedule":
            await OfficeHourSession.reschedule(id, now + timedelta(minutes=40), by=by, now=now)  # type: ignore[arg-type]
        case "delay":
            await OfficeHourSession.delay(id, 10, by=by, now=now)  # type: ignore[arg-type]
        case "summarise":
            await OfficeHourSession.summarise(id, "Gut war's.", by=by, now=now)  # type: ignore[arg-type]
        case "cancel":
            await OfficeHourSession.cancel(id, "", by=by, now=now)  # type: ignore[arg-type]
        case "tick":
            await ticking.go_on(now=now)
            await ticking.miss_hosts(now=now)
        case _:
            await OfficeHourSession.act(id, verb, by=by, now=now)  # type: ignore[arg-type]


async def walked() -> set[tuple[str, str, str]]:
    rows = await AuditEvent.filter(subject_kind=OfficeHourSession.kind)
    return {(row.before, row.action, row.after) for row in rows}


async def begun(now: datetime) -> tuple[OfficeHourSession, dict[str, Viewer]]:
    cast = {"host": await expert(now=now), "stranger": await people.participant(now=now)}
    cast["manager"] = await people.manager(now=now)
    return await first_of(await offered(cast["host"], now, rrule="FREQ=WEEKLY;COUNT=1")), cast


STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE), st.integers(0, 50)), min_size=3, max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.sampled_from(STARTS), steps=STEPS)
async def test_whatever_anybody_does_it_goes_along_the_table(
    database: str, now: datetime, begin: int, steps: list[tuple[str, str, int]]
) -> None:
    session, cast = await begun(now)
    at = session.starts_at + timedelta(minutes=begin)
    for verb, who, minutes in steps:
        at += timedelta(minutes=minutes)
        before = (await OfficeHourSession.get(id=session.id)).version
        with suppress(Refusal):
            await act(session.id, verb, cast[who], at)
        after = await OfficeHourSession.get(id=session.id)
        assert who != "stranger" or verb == "tick" or after.version == before
        assert after.ends_at - after.starts_at == timedelta(hours=1)

    assert await walked() <= DECLARED | BIRTH


ROUTES = [
    [("reschedule", -120), ("delay", -10), ("open", -9), ("delay", -5), ("begin", 0), ("close", 30),
     ("summarise", 60), ("summarise", 61)],
    [("cancel", -30)],
    [("open", -5), ("cancel", 1)],
    [("tick", 91)],
    [("open", -5), ("tick", 1), ("tick", 95)],
]  # fmt: skip


async def test_every_arrow_can_be_gone(database: str, now: datetime) -> None:
    for route in ROUTES:
        session, cast = await begun(now)
        for verb, minutes in route:
            start = (await OfficeHourSession.get(id=session.id)).starts_at
            await act(session.id, verb, cast["host"], start + timedelta(minutes=minutes))
    session, cast = await begun(now)
    await person_gone(cast["host"].person_id, now=now)  # type: ignore[arg-type]
    session, cast = await begun(now)
    await OfficeHourSession.act(session.id, "open", by=cast["host"], now=session.starts_at)
    await person_gone(cast["host"].person_id, now=session.starts_at)  # type: ignore[arg-type]

    assert await walked() - BIRTH == DECLARED
