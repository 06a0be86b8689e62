"""The live queue: fair, one at a time, honest about the waiting time, and nobody's business but theirs."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

import models
from models.hours import OfficeHourSession, QueueEntry, ticking
from models.hours.leaving import person_gone
from models.hours.queue import ending
from models.hours.queue.calling import call_next
from models.hours.queue.joining import act, join
from models.hours.queue.standing import LEAST, queue_of, wait_of
from models.members import Block, Skill
from resolvers.http import hours as pages
from tests import people
from tests.exchanging import crowd
from tests.graph.frontend import ANONYMOUS, Frontend, Said, heard
from tests.graph.weekly import number_events
from tests.hours.hosting import expert
from tests.hours.queueing import helped, names, serve, with_queue

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def told(who: Any, what: str) -> int:
    return await models.Notification.filter(person_id=who.person_id, what=what).exclude(state="cancelled").count()


async def page(frontend: Frontend, session: OfficeHourSession) -> str:
    app = Starlette(routes=pages.routes)
    app.state.site, app.state.now = frontend.services.site, frontend.services.now
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as browser:
        return (await browser.get(f"/de/hours/{session.id}")).text


async def test_whoever_was_helped_less_often_today_goes_first_then_whoever_came_first(
    frontend: Frontend, now: Any
) -> None:
    """C1.3: order of calling; a paused entry keeps its place; what is shown never grows."""
    host, session = await with_queue(now)
    at = session.starts_at
    frontend.at(at)
    ada, ben, cem = [await people.participant(name, now=now) for name in ("Ada", "Ben", "Cem")]
    await helped(session, ada, host, at, at)

    entry = {}
    for who, name in ((ada, "ada"), (ben, "ben"), (cem, "cem")):
        entry[name] = (await frontend.do(who, "JoinQueue", sessionId=str(session.id), note="Wie geht das?"))["entry"]
    assert [entry[name]["position"] for name in entry] == [1, 1, 2]
    again = (await frontend.do(ben, "JoinQueue", sessionId=str(session.id)))["entry"]
    assert again["id"] == entry["ben"]["id"], "joining twice keeps the place"
    mine = (await frontend.ask(ada, "MyQueueEntries"))["edges"][0]["node"]
    assert (mine["position"], mine["newcomersFirst"], mine["helpedToday"]) == (1, 2, 1)

    assert (await frontend.do(ben, "PauseQueueEntry", id=entry["ben"]["id"]))["entry"]["state"] == "PAUSED"
    called = (await frontend.do(host, "CallNext", sessionId=str(session.id)))["entry"]
    assert (called["id"], called["note"]) == (entry["cem"]["id"], "Wie geht das?")
    assert (await frontend.do(ben, "ResumeQueueEntry", id=entry["ben"]["id"]))["entry"]["position"] == 1
    assert (await frontend.do(host, "ReturnQueueEntry", id=entry["cem"]["id"]))["entry"]["position"] == 2
    order = [await call_next(session.id, by=host, now=at) for _ in range(4)]
    assert await names(order) == ["Ben", "Cem", "Ada"]
    queue = (await frontend.ask(host, "OfficeHourQueue", sessionId=str(session.id)))["edges"]
    assert [each["node"]["person"]["displayName"] for each in queue] == ["Ben", "Cem", "Ada"]


async def test_the_day_is_that_of_the_session(database: str, now: Any) -> None:
    """C1.3: today is the local day in the session's zone; yesterday's help counts for nothing."""
    host, late = await with_queue(now, starts_at="23:00", time_zone="Europe/Berlin")
    guest = await people.participant(now=now)
    for minutes in (10, 50, 70):
        await helped(late, guest, host, late.starts_at + minutes * MINUTE, late.starts_at + minutes * MINUTE)

    assert await QueueEntry.all().order_by("place").values_list("helped_today", flat=True) == [0, 1, 0]


async def test_the_waiting_time_is_what_four_of_five_waited_at_most(frontend: Frontend, now: Any) -> None:
    """C1.4: the 80th percentile of the last 20 served, unknown below 5; one's own pauses do not count."""
    assert wait_of([60] * (LEAST - 1)) is None
    assert wait_of([10, 20, 30, 40, 50]) == 40
    assert wait_of(list(range(1, 21))) == 16
    host, session = await with_queue(now)
    at = session.starts_at
    frontend.at(at)
    assert "wissen wir noch nicht" in await page(frontend, session)
    for number, who in enumerate(await crowd(5, now)):
        assert (await frontend.ask(host, "OfficeHourPage", id=str(session.id)))["waitMinutes"] is None
        entry = await join(session.id, by=who, now=at)
        if number == 0:
            await act(entry.id, "pause", by=who, now=at)
            await act(entry.id, "resume", by=who, now=at + HOUR)
        waited = number + (60 if number == 0 else 0)
        await serve(session, host, at + waited * MINUTE)
    assert (await frontend.ask(host, "OfficeHourPage", id=str(session.id)))["waitMinutes"] == 3

    read = await page(frontend, session)
    assert "Gerade wartet niemand." in read and "höchstens 3 Minuten" in read

    # Somebody who is called and does not come was not served.
    missing = await people.participant(now=now)
    entry = await join(session.id, by=missing, now=at)
    await call_next(session.id, by=host, now=at + 2 * HOUR - MINUTE)
    await act(entry.id, "dismiss", by=host, now=at + 2 * HOUR - MINUTE)
    assert (await queue_of(session.id)).wait_seconds == 180
    assert await frontend.code(missing, "CorrectNoShow", slotId=str(entry.id)) == "NOT_FOUND", "there is no mark"


async def test_nobody_waits_in_two_queues_at_the_same_time(frontend: Frontend, now: Any) -> None:
    """C1.6: also when both are joined in the same moment; afterwards, or at another time, one may."""
    (_, one), (_, other) = await with_queue(now), await with_queue(now, await expert("Tom O'Brien", now=now))
    _, later = await with_queue(now, await expert("Tabea Ernst", now=now), starts_at="19:00")
    at = one.starts_at
    frontend.at(at)
    guest = await people.participant(now=now)
    came = await asyncio.gather(
        *[join(id, by=guest, now=at) for id in (one.id, other.id, one.id, other.id)], return_exceptions=True
    )

    (entry,) = await QueueEntry.all()
    assert sum(isinstance(each, QueueEntry) for each in came) == 2
    elsewhere = other if entry.session_id == one.id else one
    assert await frontend.code(guest, "JoinQueue", sessionId=str(elsewhere.id)) == "WAITING_ELSEWHERE"
    await frontend.do(guest, "JoinQueue", sessionId=str(later.id))
    await frontend.do(guest, "LeaveQueue", id=str(entry.id))
    assert (await frontend.do(guest, "JoinQueue", sessionId=str(elsewhere.id)))["entry"]["state"] == "WAITING"


async def test_whom_a_host_must_not_meet_they_are_not_given(frontend: Frontend, now: Any) -> None:
    """E38: whichever of the two has said so; another host takes them, and no answer says why."""
    host, session = await with_queue(now)
    second, at = await expert("Tom O'Brien", now=now), session.starts_at
    await models.OfficeHourHost.create(session_id=session.id, person_id=second.person_id)
    frontend.at(at)
    guest, next_one = await people.participant("Ada", now=now), await people.participant("Ben", now=now)
    await Block.put(host.person_id, by=guest, now=now)  # type: ignore[arg-type]
    for who in (guest, next_one):
        assert (await frontend.do(who, "JoinQueue", sessionId=str(session.id)))["entry"]["state"] == "WAITING"

    given = [await call_next(session.id, by=host, now=at) for _ in range(2)]
    assert (await names(given), given[1]) == (["Ben"], None)
    assert await names([await call_next(session.id, by=second, now=at)]) == ["Ada"]


async def test_people_are_called_by_topic_and_see_who_helps_them(frontend: Frontend, now: Any) -> None:
    """The same question, one after the other; needs are read by the hosts alone and forgotten afterwards (E39)."""
    skill = await Skill.create(label_de="Recht", label_en="Law", key="recht", state="approved")
    host, session = await with_queue(now, skills=[skill.id])
    topic = await models.OfficeHourTopic.get(series_id=session.series_id)
    frontend.at(session.starts_at)
    ada, ben = [await people.participant(name, now=now) for name in ("Ada", "Ben")]
    where, about = {"sessionId": str(session.id)}, {"topicId": str(topic.id)}
    await frontend.do(ada, "JoinQueue", **where)
    entry = (await frontend.do(ben, "JoinQueue", **where, **about, needs="Langsam sprechen"))["entry"]
    assert await frontend.code(ada, "JoinQueue", sessionId=str(session.id), topicId=entry["id"]) is None, "has a place"
    called = (await frontend.do(host, "CallNext", **where, **about))["entry"]
    assert (called["id"], called["needs"], called["topic"]["id"]) == (entry["id"], "Langsam sprechen", str(topic.id))
    assert await told(ben, "hours.called") == 1

    stranger, manager = await people.participant("Cem", now=now), await people.manager(now=now)
    for who in (stranger, manager):
        assert (await frontend.ask(who, "OfficeHourQueue", **where))["edges"] == []
        assert await frontend.code(who, "CallNext", **where) == "NOT_FOUND"
        assert await frontend.code(who, "StartQueueEntry", id=entry["id"]) == "NOT_FOUND"
    mine = (await frontend.ask(ben, "MyQueueEntries"))["edges"][0]["node"]
    assert mine["helper"]["displayName"] == "Ines Álvarez"
    await frontend.do(host, "StartQueueEntry", id=entry["id"])
    done = (await frontend.do(ben, "FinishQueueEntry", id=entry["id"]))["entry"]
    assert (done["state"], done["needs"], done["position"]) == ("DONE", "", None)


async def test_whoever_still_waits_at_the_end_is_told_kindly(frontend: Frontend, now: Any) -> None:
    """The end, a cancellation, another time, and whoever has gone: nobody waits for nothing, nobody is left called."""
    host, session = await with_queue(now)
    at, (ada, ben, cem) = session.starts_at, await crowd(3, now)
    for who in (ada, ben, cem):
        await join(session.id, by=who, now=at)
    await call_next(session.id, by=host, now=at)
    await person_gone(ben.person_id, now=at)  # type: ignore[arg-type]
    talking = await call_next(session.id, by=host, now=at)
    assert talking is not None
    await act(talking.id, "start", by=host, now=at)
    await ticking.go_on(now=at)
    await ticking.go_on(now=session.ends_at + HOUR)
    assert await QueueEntry.all().order_by("place").values_list("state", flat=True) == ["left", "left", "done"]
    assert [await told(who, "hours.queue_over") for who in (ada, ben, cem)] == [1, 0, 0]

    _, off = await with_queue(now, await expert("Tom O'Brien", now=now))
    await join(off.id, by=ada, now=at)
    await OfficeHourSession.cancel(off.id, "", by=await people.manager(now=now), now=at)
    assert await told(ada, "hours.cancelled") == 1
    assert await ending.forget_old(now=at + 89 * DAY) == 0
    assert await ending.forget_old(now=at + 95 * DAY) == 4


async def test_a_queue_is_told_as_it_moves(frontend: Frontend, now: Any) -> None:
    """E53: one's own place, from how it is now until it is over; what everybody hears names nobody."""
    host, session = await with_queue(now)
    at = session.starts_at
    frontend.at(at)
    ada, ben = [await people.participant(name, now=now) for name in ("Ada", "Ben")]
    entries = [(await frontend.do(who, "JoinQueue", sessionId=str(session.id)))["entry"]["id"] for who in (ada, ben)]
    await number_events()
    stream = heard(frontend, ben, "QueuePosition", entryId=entries[1])
    first = await anext(stream)
    assert (first["position"], first["state"], first["waitMinutes"]) == (2, "WAITING", None)

    await serve(session, host, at)
    await number_events()
    assert (await anext(stream))["position"] == 1
    everybody = heard(frontend, ANONYMOUS, "SessionUpdated", id=str(session.id), after=first["cursor"])
    update = await anext(everybody)
    assert update["type"] == "office_hour_session.queue_moved"
    assert update["session"]["queueLength"] == 1
    with pytest.raises(Said):
        await anext(heard(frontend, ada, "QueuePosition", entryId=entries[1]))
    await frontend.do(host, "CallNext", sessionId=str(session.id))
    await number_events()
    called = await anext(stream)
    assert (called["state"], called["position"], called["helper"]["displayName"]) == ("CALLED", None, "Ines Álvarez")
    await frontend.do(ben, "LeaveQueue", id=entries[1])
    await number_events()
    assert [each["state"] async for each in stream] == ["LEFT"]
    events = await models.OutboxEvent.filter(visible_to="public", subject_kind="office_hour_session")
    assert not any(str(who.person_id) in str(event.payload) for event in events for who in (ada, ben, host))
